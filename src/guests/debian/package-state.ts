/**
 * What dpkg knows of packages whose files have been unpacked (deb(5), dpkg's `lib/dpkg/infodb-format.c` and `trigdeferred`): we lay out
 * the files, dpkg in the guest configures them. So nothing is unpacked by the emulated machine. Pure functions.
 */
import { createHash } from 'node:crypto';
import type { TarEntry } from './tar.ts';

/** An unpacked package. */
export interface UnpackedPackage {
  /** Of `control.tar`: the control file, scripts and lists. */
  readonly control: readonly TarEntry[];
  /** Of `data.tar`. */
  readonly data: readonly TarEntry[];
}

/** Fields of a control file; continued lines belong to theirs. */
export function controlFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm))
    fields.set(name ?? '', value ?? '');
  return fields;
}

const ADMIN = 'var/lib/dpkg';
const decoder = new TextDecoder();

function controlFile({ control }: UnpackedPackage, name: string): string | undefined {
  const entry = control.find(({ path }) => path === name);
  return entry?.kind === 'file' ? decoder.decode(entry.data) : undefined;
}

/** Fields of a package's control file. */
export function fieldsOf(unpacked: UnpackedPackage): Map<string, string> {
  return controlFields(controlFile(unpacked, 'control') ?? '');
}

/** A package's name as its files in `info/` have it. */
function infoName(fields: ReadonlyMap<string, string>): string {
  const name = fields.get('Package') ?? '';
  return fields.get('Multi-Arch') === 'same' ? `${name}:${fields.get('Architecture') ?? ''}` : name;
}

/** The `Conffiles` field: each with the hash of what the package has. */
function conffiles(unpacked: UnpackedPackage): string {
  const lines = (controlFile(unpacked, 'conffiles') ?? '').split('\n').flatMap((line) => {
    const path = line.trim();
    if (!path.startsWith('/')) return [];
    const entry = unpacked.data.find((file) => file.path === path.slice(1));
    if (entry?.kind !== 'file') return [];
    return [`\n ${path} ${createHash('md5').update(entry.data).digest('hex')}`];
  });
  return lines.length === 0 ? '' : `\nConffiles:${lines.join('')}`;
}

/** Lines of `triggers/` files: who wants to hear of a path or a name. */
function triggerLines(unpacked: UnpackedPackage, name: string): { file: string; line: string }[] {
  return (controlFile(unpacked, 'triggers') ?? '').split('\n').flatMap((row) => {
    const [directive = '', what = ''] = row.trim().split(/\s+/);
    const [, waits] = /^interest(-await|-noawait)?$/.exec(directive) ?? [];
    if (!directive.startsWith('interest') || what === '') return [];
    const who = waits === '-noawait' ? `${name}/noawait` : name;
    return [what.startsWith('/') ? { file: 'File', line: `${what} ${who}` } : { file: what, line: who }];
  });
}

/** Files of dpkg's database, by path, for packages in the state "unpacked". */
export function packageDatabase(packages: readonly UnpackedPackage[]): Map<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>();
  const triggers = new Map<string, string[]>();
  const stanzas: string[] = [];
  for (const unpacked of packages) {
    const control = (controlFile(unpacked, 'control') ?? '').trimEnd();
    const fields = controlFields(control);
    const name = infoName(fields);
    stanzas.push(
      `${control.replace(/^(Package:.*)$/m, '$1\nStatus: install ok unpacked')}${conffiles(unpacked)}\n`,
    );
    const list = unpacked.data.map(({ path }) => (path === '' ? '/.' : `/${path}`));
    files.set(`${ADMIN}/info/${name}.list`, `${list.join('\n')}\n`);
    for (const entry of unpacked.control)
      if (entry.kind === 'file' && entry.path !== 'control')
        files.set(`${ADMIN}/info/${name}.${entry.path}`, entry.data);
    for (const { file, line } of triggerLines(unpacked, fields.get('Package') ?? ''))
      triggers.set(file, [...(triggers.get(file) ?? []), line]);
  }
  for (const [file, lines] of triggers) files.set(`${ADMIN}/triggers/${file}`, `${lines.join('\n')}\n`);
  files.set(`${ADMIN}/status`, stanzas.join('\n'));
  files.set(`${ADMIN}/info/format`, '1\n');
  for (const empty of ['available', 'diversions', 'statoverride', 'triggers/Unincorp'])
    files.set(`${ADMIN}/${empty}`, '');
  return files;
}
