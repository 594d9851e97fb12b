import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileInCpio } from './cpio.ts';
import { packInitramfs } from './initramfs.ts';
import { ownFile } from './kernel-build.ts';

const BUSYBOX = new Uint8Array([0x7f, 0x45, 0x4c, 0x46]);

test('the initramfs holds busybox and our init, and is the same bytes every time', () => {
  const init = readFileSync(ownFile('init'));
  const archive = packInitramfs(BUSYBOX, init);
  expect(fileInCpio(archive, 'bin/busybox')).toEqual(BUSYBOX);
  expect(fileInCpio(archive, 'init')).toEqual(new Uint8Array(init));
  expect(packInitramfs(BUSYBOX, init)).toEqual(archive);
});

test('the shell knows its paths, its prompt and its user', () => {
  const archive = packInitramfs(BUSYBOX, new Uint8Array(0));
  const text = (path: string) => new TextDecoder().decode(fileInCpio(archive, path));
  expect(text('etc/profile')).toContain("PS1='\\h:\\w# '");
  expect(text('etc/passwd')).toMatch(/^root:/);
});
