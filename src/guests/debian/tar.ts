/**
 * Reads the tar archives that Debian packages hold (tar(5): ustar with GNU's and pax' long names). For scripts: a package's hash was
 * checked before; what is no archive is refused all the same.
 */

/** One entry. `mode` holds permission bits only. */
export type TarEntry = {
  /** Relative, without `./` in front and `/` behind; empty for the root. */
  readonly path: string;
  readonly mode: number;
  readonly user: number;
  readonly group: number;
} & (
  | { readonly kind: 'directory' }
  | { readonly kind: 'file'; readonly data: Uint8Array }
  | { readonly kind: 'link'; readonly target: string }
  /** Another name of a file that came before. */
  | { readonly kind: 'hard-link'; readonly target: string }
);

const BLOCK = 512;
/** Fields of a header: offset and length. */
const NAME = [0, 100] as const;
const MODE = [100, 8] as const;
const USER = [108, 8] as const;
const GROUP = [116, 8] as const;
const SIZE = [124, 12] as const;
const TYPE = 156;
const LINK = [157, 100] as const;
const PREFIX = [345, 155] as const;

const decoder = new TextDecoder();

function text(block: Uint8Array, [at, length]: readonly [number, number]): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

function octal(block: Uint8Array, field: readonly [number, number]): number {
  const value = Number.parseInt(text(block, field).trim() || '0', 8);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error('a tar header holds no number where one must be');
  return value;
}

const tidy = (path: string): string =>
  path
    .replace(/^\.?\/+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');

/** `length key=value\n` records of a pax header. */
function paxRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (const [, key, value] of decoder.decode(data).matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g))
    records.set(key ?? '', value ?? '');
  return records;
}

/** All entries, in the archive's order. */
export function tarEntries(archive: Uint8Array): TarEntry[] {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  let longLink: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const block = archive.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) break;
    const size = octal(block, SIZE);
    const data = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (data.length < size) throw new Error('the tar archive ends too early');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(block[TYPE] ?? 0);
    if (type === 'L') longName = decoder.decode(data).replace(/\0.*$/s, '');
    else if (type === 'K') longLink = decoder.decode(data).replace(/\0.*$/s, '');
    else if (type === 'x') {
      const records = paxRecords(data);
      longName = records.get('path');
      longLink = records.get('linkpath');
    } else if (type !== 'g') {
      const prefix = text(block, PREFIX);
      const isUstar = text(block, [257, 6]) === 'ustar';
      const name =
        longName ?? (isUstar && prefix !== '' ? `${prefix}/${text(block, NAME)}` : text(block, NAME));
      const target = longLink ?? text(block, LINK);
      longName = undefined;
      longLink = undefined;
      const common = {
        ...{ path: tidy(name), mode: octal(block, MODE) & 0o7777 },
        ...{ user: octal(block, USER), group: octal(block, GROUP) },
      };
      if (type === '5') entries.push({ ...common, kind: 'directory' });
      else if (type === '2') entries.push({ ...common, kind: 'link', target });
      else if (type === '1') entries.push({ ...common, kind: 'hard-link', target: tidy(target) });
      else if (type === '0' || type === '\0') entries.push({ ...common, kind: 'file', data });
      else throw new Error(`a tar entry of type ${type} is not known here: ${name}`);
    }
  }
  return entries;
}
