import { expect, test } from 'vitest';
import { Later, type LaterPart } from '#base/later';
import { bootHost, ENGINE, ENVIRONMENT, SETTINGS, shellVm } from './fixtures/test-host.ts';
import { LaterParts } from './later.ts';
import { LocalHost } from './local-host.ts';
import { REGISTRIES, type Registries } from './registries.ts';

/** A part that notes when it is fetched. */
function part(...words: readonly string[]): LaterPart {
  return { words, code: new Later(async () => words) };
}

test('parts come that a specification names, by a setting or by its value, and no others', async () => {
  const [played, screens, swapping] = [part('emulated-pio'), part('remoteDesktops'), part('swap')];
  const parts = new LaterParts([played, screens, swapping], []);
  await parts.comeFor({ vms: [{ disks: [{ way: 'virtio' }] }] });
  expect([played, screens].map(({ code }) => code.isHere)).toEqual([false, false]);
  await parts.comeFor({ vms: [{ disks: [{ way: 'emulated-pio' }] }], remoteDesktops: [] });
  expect([played, screens, swapping].map(({ code }) => code.isHere)).toEqual([true, true, false]);
});

test('a kind that comes later is wanted like any part', async () => {
  const later = part('gateway');
  const parts = new LaterParts([], [{ id: 'gateway', settings: {}, later }]);
  await parts.comeFor({ op: 'network.addAppliance', args: { kind: 'gateway' } });
  expect(later.code.isHere).toBe(true);
});

test('what a file holds nobody knows: all parts come before a VM is taken in from one', async () => {
  const later = part('anything');
  const parts = new LaterParts([later], []);
  await parts.comeFor({ op: 'vm.moveIn', args: { file: 'a.vm' } });
  expect(later.code.isHere).toBe(true);
});

test('a command whose part cannot be had is refused, and carried out when it can', async () => {
  let isOnline = false;
  const code = new Later(async () => {
    if (!isOnline) throw new Error('no network');
  });
  const registries: Registries = { ...REGISTRIES, parts: [{ code, words: ['vm.pause'] }] };
  const make = LocalHost.maker(ENGINE, { ...ENVIRONMENT, registries });
  const host = await make({ ...bootHost([]).spec, vms: [shellVm('a')] }, SETTINGS);
  const pause = { op: 'vm.pause', args: { vm: 'a' } };
  expect(await host.execute(pause)).toMatchObject({ error: { code: 'part-download' } });
  isOnline = true;
  expect(await host.execute(pause)).toMatchObject({ ok: true });
});
