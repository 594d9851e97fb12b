/**
 * The "newc" cpio archive that Linux unpacks into its first root file system (kernel documentation,
 * driver-api/early-userspace/buffer-format). Writes deterministic archives and reads sound ones; no file system here.
 */

/** One file of an archive. `mode` holds permission bits only; the kind of entry gives the rest. It is root's unless `owner` says (user, group). */
export type CpioEntry = {
  readonly path: string;
  readonly mode: number;
  readonly owner?: readonly [number, number];
} & (
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly data: Uint8Array }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'character'; readonly major: number; readonly minor: number }
);

const TRAILER = 'TRAILER!!!';
const HEADER_SIZE = 110;
/** File type bits of `st_mode`. */
const TYPE = { directory: 0o040000, file: 0o100000, link: 0o120000, character: 0o020000 } as const;
const TYPE_MASK = 0o170000;

const encoder = new TextEncoder();
const padding = (length: number): number => -length & 3;

/** Thirteen fields of eight hexadecimal digits: the header of one entry. */
function header(fields: {
  ino: number;
  mode: number;
  owner: readonly [number, number];
  links: number;
  size: number;
  device: readonly [number, number];
  nameSize: number;
}): string {
  const { ino, mode, owner, links, size, device, nameSize } = fields;
  const values = [ino, mode, owner[0], owner[1], links, 0, size, 0, 0, device[0], device[1], nameSize, 0];
  return `070701${values.map((value) => value.toString(16).padStart(8, '0')).join('')}`;
}

function content(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.data;
  return entry.kind === 'link' ? encoder.encode(entry.target) : new Uint8Array(0);
}

/** The folders that a file lies in, from the root: an archive has an entry for each. */
export function parents(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}

const ROOT = [0, 0] as const;

/** Packs entries by path (parents come first), with times of zero: same input, same bytes. */
export function packCpio(entries: readonly CpioEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let ino = 0;
  const add = (
    path: string,
    mode: number,
    owner: readonly [number, number],
    data: Uint8Array,
    device: readonly [number, number],
  ) => {
    const name = encoder.encode(`${path}\0`);
    const links = (mode & TYPE_MASK) === TYPE.directory ? 2 : 1;
    const head = header({ ino: ino++, mode, owner, links, size: data.length, device, nameSize: name.length });
    parts.push(encoder.encode(head), name, new Uint8Array(padding(HEADER_SIZE + name.length)));
    parts.push(data, new Uint8Array(padding(data.length)));
  };
  const byPath = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of byPath) {
    const device = entry.kind === 'character' ? ([entry.major, entry.minor] as const) : ([0, 0] as const);
    add(entry.path, TYPE[entry.kind] | entry.mode, entry.owner ?? ROOT, content(entry), device);
  }
  ino = 0;
  add(TRAILER, 0, ROOT, new Uint8Array(0), ROOT);
  return concatenate(parts);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A regular file of an archive that was read. */
export interface CpioFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/** The regular files of an archive, in its order; those before the damage when it is damaged. */
export function* filesInCpio(archive: Uint8Array): Generator<CpioFile> {
  const decoder = new TextDecoder();
  let at = 0;
  while (at + HEADER_SIZE <= archive.length) {
    const head = decoder.decode(archive.subarray(at, at + HEADER_SIZE));
    if (!/^070701[0-9A-Fa-f]{104}$/.test(head)) return;
    const field = (index: number) => Number.parseInt(head.slice(6 + 8 * index, 14 + 8 * index), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const nameAt = at + HEADER_SIZE;
    const dataAt = nameAt + nameSize + padding(HEADER_SIZE + nameSize);
    const path = decoder.decode(archive.subarray(nameAt, nameAt + Math.max(nameSize - 1, 0)));
    if (path === TRAILER || dataAt + size > archive.length) return;
    if ((mode & TYPE_MASK) === TYPE.file)
      yield { path, data: new Uint8Array(archive.subarray(dataAt, dataAt + size)) };
    at = dataAt + size + padding(size);
  }
}

/** Content of one regular file of an archive; `undefined` when it is not there or the archive is damaged. */
export function fileInCpio(archive: Uint8Array, path: string): Uint8Array | undefined {
  for (const file of filesInCpio(archive)) if (file.path === path) return file.data;
  return undefined;
}
