/** What a file that was dropped on the page is good for. */
import type { FileFormat } from '#base/catalogue/file-formats';
import { LIMITS } from '#base/catalogue/limits';

/** A new VM of it, opened as a lab, resumed as a VM, kept as a disk image. */
export type DroppedUse = 'newVm' | 'lab' | 'resume' | 'disk';

/**
 * The most likely first; none: nothing here takes it.
 * @param format nothing for what has no mark, as flat machine code has none, and disks that nobody has divided or formatted
 */
export function usesOf(format: FileFormat | undefined, sizeBytes: number): readonly DroppedUse[] {
  switch (format?.kind) {
    case undefined:
      return sizeBytes > LIMITS.fileBytes ? ['disk'] : ['newVm', 'disk'];
    case 'kernel':
    case 'initramfs':
    case 'packed':
      return ['newVm'];
    case 'lab':
      return ['lab'];
    case 'vm':
      return ['resume'];
    case 'disk':
    case 'file-system':
      return ['disk'];
    default:
      return format?.id === 'json' ? ['lab'] : [];
  }
}
