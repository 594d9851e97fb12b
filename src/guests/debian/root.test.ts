import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileInCpio } from '../linux/cpio.ts';
import { packageDatabase, type UnpackedPackage } from './package-state.ts';
import { packRoot } from './root.ts';
import { type TarEntry, tarEntries } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-debian-'));
afterAll(() => rmSync(folder, { recursive: true }));

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const file = (path: string, text: string, mode = 0o644): TarEntry => {
  return { path, mode, user: 0, group: 0, kind: 'file', data: encoder.encode(text) };
};

const hello: UnpackedPackage = {
  control: [
    file(
      'control',
      'Package: hello\nArchitecture: riscv64\nMulti-Arch: same\nDescription: says it\n twice\n',
    ),
    file('postinst', '#!/bin/sh\n', 0o755),
    file('conffiles', '/etc/hello\n'),
    file('triggers', 'interest-noawait /usr/share/hello\ninterest said\nactivate other\n'),
  ],
  data: [
    { path: '', mode: 0o755, user: 0, group: 0, kind: 'directory' },
    { path: 'etc', mode: 0o755, user: 0, group: 0, kind: 'directory' },
    file('etc/hello', 'loud\n'),
    file('bin/hello', 'program', 0o755),
    { path: 'bin/hi', mode: 0o755, user: 0, group: 0, kind: 'hard-link', target: 'bin/hello' },
    file('usr/share/doc/hello/copyright', 'free'),
    file('usr/share/doc/hello/README', 'long'),
    file('usr/share/man/man1/hello.1.gz', 'longer'),
  ],
};

test('an archive of tar is read: files, folders, links of both kinds, long names', () => {
  const long = `${'d'.repeat(90)}/${'e'.repeat(90)}`;
  mkdirSync(join(folder, 'in', long), { recursive: true });
  writeFileSync(join(folder, 'in/a'), 'content', { mode: 0o640 });
  writeFileSync(join(folder, 'in', long, 'deep'), 'x');
  symlinkSync('a', join(folder, 'in/soft'));
  linkSync(join(folder, 'in/a'), join(folder, 'in/z'));
  for (const format of ['gnu', 'pax', 'ustar']) {
    const archive = execFileSync('tar', [
      `--format=${format}`,
      '--sort=name',
      '-C',
      join(folder, 'in'),
      '-c',
      '.',
    ]);
    const entries = tarEntries(archive);
    const named = new Map(entries.map((entry) => [entry.path, entry]));
    expect(named.get('')).toMatchObject({ kind: 'directory' });
    expect(named.get('a')).toMatchObject({ kind: 'file', mode: 0o640, data: Buffer.from('content') });
    expect(named.get('z')).toMatchObject({ kind: 'hard-link', target: 'a' });
    expect(named.get('soft')).toMatchObject({ kind: 'link', target: 'a' });
    expect(named.get(`${long}/deep`)).toMatchObject({ kind: 'file' });
  }
  expect(() => tarEntries(encoder.encode('nothing of that kind'.repeat(40)))).toThrow();
});

test('dpkg finds packages unpacked, with the hashes of their conffiles and who waits for what', () => {
  const text = (name: string): string => {
    const found = packageDatabase([hello]).get(`var/lib/dpkg/${name}`) ?? '';
    return typeof found === 'string' ? found : decoder.decode(found);
  };
  expect(text('status')).toBe(
    'Package: hello\nStatus: install ok unpacked\nArchitecture: riscv64\nMulti-Arch: same\n' +
      'Description: says it\n twice\nConffiles:\n /etc/hello 29644eb66dddc0d58402268fdd47b9cb\n',
  );
  expect(text('info/hello:riscv64.list')).toContain('/.\n/etc\n/etc/hello\n');
  expect(text('info/hello:riscv64.postinst')).toBe('#!/bin/sh\n');
  expect(text('triggers/File')).toBe('/usr/share/hello hello/noawait\n');
  expect(text('triggers/said')).toBe('hello\n');
});

test('the first file system has files below /usr, no documentation but licences, and our own', () => {
  const own = [{ path: 'etc/inittab', data: encoder.encode('id'), isProgram: false }];
  const archive = packRoot([hello], encoder.encode('#!/bin/sh\n'), own);
  const read = (path: string): string | undefined => {
    const found = fileInCpio(archive, path);
    return found === undefined ? undefined : decoder.decode(found);
  };
  expect(read('usr/bin/hello')).toBe('program');
  expect(read('usr/share/doc/hello/copyright')).toBe('free');
  expect(read('usr/share/doc/hello/README')).toBeUndefined();
  expect(read('usr/share/man/man1/hello.1.gz')).toBeUndefined();
  expect(read('virtlab-setup/hard-links')).toBe("ln -f '/usr/bin/hello' '/usr/bin/hi'\n");
  expect(read('virtlab-setup/files/etc/inittab')).toBe('id');
  expect(read('init')).toBe('#!/bin/sh\n');
});
