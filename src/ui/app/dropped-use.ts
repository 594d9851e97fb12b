/** What a file that was dropped on the page is good for. */
import type { FileFormat } from '#base/catalogue/file-formats';

/** A new VM of it, opened as a lab, resumed as a VM, kept as a disk image; null: nothing here takes it. */
export type DroppedUse = 'newVm' | 'lab' | 'resume' | 'disk' | null;

/** @param format nothing for what has no mark, as flat machine code has none */
export function fitFor(format: FileFormat | undefined): DroppedUse {
  switch (format?.kind) {
    case undefined:
    case 'kernel':
    case 'initramfs':
    case 'packed':
      return 'newVm';
    case 'lab':
      return 'lab';
    case 'vm':
      return 'resume';
    case 'disk':
    case 'file-system':
      return 'disk';
    default:
      return format?.id === 'json' ? 'lab' : null;
  }
}
