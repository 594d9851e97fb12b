import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fileInCpio } from './cpio.ts';
import { modulesOf, packInitramfs } from './initramfs.ts';
import { ownFile } from './kernel-build.ts';

const BUSYBOX = new Uint8Array([0x7f, 0x45, 0x4c, 0x46]);
const AGENT = new Uint8Array([1, 2, 3]);
const OWN = { init: new Uint8Array(0), agent: AGENT, lease: new Uint8Array([4]) };

test('the initramfs holds busybox, our init and agent, and is the same bytes every time', () => {
  const init = readFileSync(ownFile('init'));
  const archive = packInitramfs(BUSYBOX, { ...OWN, init });
  expect(fileInCpio(archive, 'bin/busybox')).toEqual(BUSYBOX);
  expect(fileInCpio(archive, 'sbin/virtlab-agent')).toEqual(AGENT);
  expect(fileInCpio(archive, 'etc/udhcpc/default.script')).toEqual(OWN.lease);
  expect(fileInCpio(archive, 'init')).toEqual(new Uint8Array(init));
  expect(packInitramfs(BUSYBOX, { ...OWN, init })).toEqual(archive);
});

test('the shell knows its paths, its prompt and its user', () => {
  const archive = packInitramfs(BUSYBOX, OWN);
  const text = (path: string) => new TextDecoder().decode(fileInCpio(archive, path));
  expect(text('etc/profile')).toContain("PS1='\\h:\\w# '");
  expect(text('etc/passwd')).toMatch(/^root:/);
});

test('modules lie in folders of their own, and are found again', () => {
  const modules = [{ path: 'lib/modules/6.1/kernel/net/a.ko', data: new Uint8Array([7]) }];
  const archive = packInitramfs(BUSYBOX, OWN, modules);
  expect(modulesOf(archive)).toEqual(modules);
  const names = new TextDecoder('latin1').decode(archive);
  for (const folder of ['lib', 'lib/modules', 'lib/modules/6.1/kernel/net'])
    expect(names).toContain(`\0${folder}\0`.slice(1));
});
