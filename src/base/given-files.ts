/** Whether a file may be what it is given as: a kernel, an initial RAM disk, a lab, a VM. One that is something else is refused by its name. */
import { type FileFormat, type FileKind, formatOf } from './catalogue/file-formats.ts';
import { fail, ok, type Result } from './result.ts';

/** What a flat image cannot be: everything that has a name. Files of kernels are read before this is asked. */
export function checkFlatImage(bytes: Uint8Array): Result<null> {
  const format = formatOf(bytes);
  if (format === undefined) return ok(null);
  const { id, kind } = format;
  if (kind === 'empty') return fail('image.empty');
  if (kind === 'packed') return fail('image.compressed', { format: id });
  return fail('image.foreign', { format: id, advice: kind });
}

/** Whatever a kernel of one's own understands is an initial RAM disk. These are taken for one by mistake only. */
const NO_INITRD: ReadonlySet<FileKind> = new Set<FileKind>([
  ...(['wrapped', 'foreign', 'disk', 'page', 'lab', 'vm', 'empty'] as const),
]);

/** Refuses what is no initial RAM disk: kernels, disks of other hypervisors, pages of the web. */
export function checkInitrd(bytes: Uint8Array): Result<null> {
  const format = formatOf(bytes);
  const isKernel = format?.id === 'linux-riscv';
  if (format === undefined || !(isKernel || NO_INITRD.has(format.kind))) return ok(null);
  return fail('initrd.foreign', { format: format.id });
}

/** Refuses what is no lab: neither a lab file nor a text, which may be a scenario. */
export function checkLabFile(bytes: Uint8Array): Result<null> {
  const format = formatOf(bytes);
  if (format === undefined || format.kind === 'lab' || format.kind === 'text') return ok(null);
  return fail('lab.foreign', { format: format.id, advice: otherUse(format) });
}

/** Refuses what is no file of a suspended VM, when it is known what it is. */
export function checkVmFile(bytes: Uint8Array): Result<null> {
  const format = formatOf(bytes);
  if (format === undefined || format.kind === 'vm') return ok(null);
  return fail('vmFile.foreign', { format: format.id, advice: otherUse(format) });
}

/** Where such a file belongs instead. */
function otherUse({ id, kind }: FileFormat): FileKind | 'none' {
  if (id === 'json') return 'lab';
  return kind === 'kernel' || kind === 'initramfs' || kind === 'lab' || kind === 'vm' ? kind : 'none';
}
