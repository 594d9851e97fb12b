/**
 * The first file system of the machine in which Debian is configured, as data: what packages hold, dpkg's database for them, and our own
 * few files. The same packages give the same bytes.
 */
import { type CpioEntry, packCpio, parents } from '../linux/cpio.ts';
import { packageDatabase, type UnpackedPackage } from './package-state.ts';
import type { TarEntry } from './tar.ts';

/** Documentation; copyright files stay. */
const DOCUMENTATION =
  /^usr\/share\/(?:man|info|locale|lintian|bug|gtk-doc)\/.|^usr\/share\/doc\/(?:[^/]+\/(?!copyright$)|.*\/.*\/)/;
/** Compilers for the shaders of graphics processors, which these machines have not: half of a desktop's bytes. Programs load them by name, if at all. */
const SHADERS = /^usr\/lib\/[^/]+\/(?:libLLVM|libgallium|libz3\.)/;
const isLeftOut = (path: string): boolean => DOCUMENTATION.test(path) || SHADERS.test(path);
/** Names of old for folders of `/usr`; base-files has the links. */
const MERGED = /^(bin|sbin|lib)\//;

const SETUP = 'virtlab-setup';
/** Files of ours, by where they will be: the text, and whether it is a program. */
export interface OwnFile {
  readonly path: string;
  readonly data: Uint8Array;
  readonly isProgram: boolean;
}

const encoder = new TextEncoder();
const quoted = (path: string): string => `'/${path.replaceAll("'", `'\\''`)}'`;

function merged(entry: TarEntry): TarEntry {
  const path = entry.path.replace(MERGED, 'usr/$1/');
  return entry.kind === 'hard-link'
    ? { ...entry, path, target: entry.target.replace(MERGED, 'usr/$1/') }
    : { ...entry, path };
}

/**
 * @param init process 1, which configures
 * @param own what the disk will have besides
 */
export function packRoot(
  packages: readonly UnpackedPackage[],
  init: Uint8Array,
  own: readonly OwnFile[],
): Uint8Array {
  const entries = new Map<string, CpioEntry>();
  const hardLinks: string[] = [];
  for (const entry of packages.flatMap(({ data }) => data).map(merged)) {
    const { path, mode, user, group } = entry;
    if (path === '' || isLeftOut(path) || (entry.kind === 'directory' && entries.has(path))) continue;
    if (entry.kind === 'hard-link') {
      hardLinks.push(`ln -f ${quoted(entry.target)} ${quoted(path)}\n`);
      continue;
    }
    const common = { path, mode, owner: [user, group] as const };
    if (entry.kind === 'file') entries.set(path, { ...common, kind: 'file', data: entry.data });
    else if (entry.kind === 'link') entries.set(path, { ...common, kind: 'link', target: entry.target });
    else entries.set(path, { ...common, kind: 'directory' });
  }
  const put = (path: string, content: Uint8Array | string, mode = 0o644): void => {
    for (const folder of parents(path))
      if (!entries.has(folder)) entries.set(folder, { path: folder, kind: 'directory', mode: 0o755 });
    const data = typeof content === 'string' ? encoder.encode(content) : content;
    entries.set(path, { path, kind: 'file', mode, data });
  };
  for (const [path, content] of packageDatabase(packages))
    put(path, content, /\.(?:pre|post)(?:inst|rm)$|\.config$/.test(path) ? 0o755 : 0o644);
  for (const { path, data, isProgram } of own) put(`${SETUP}/files/${path}`, data, isProgram ? 0o755 : 0o644);
  put(`${SETUP}/hard-links`, hardLinks.join(''));
  put('init', init, 0o755);
  return packCpio([
    ...entries.values(),
    // The kernel opens it for process 1 before devtmpfs is mounted.
    { path: 'dev/console', kind: 'character', mode: 0o600, major: 5, minor: 1 },
  ]);
}
