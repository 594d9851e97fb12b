import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { PART_BYTES, sealLayer } from '#machine/devices/disk/layers/layer';
import { vmPlugCard } from '../commands/vm-plug-card.ts';
import { bootHost, command, copyOf, shellVm, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const DISK = { vm: 'a', sizeBytes: 1 << 20 };
const codeOf = (host: Host, op: string, args: object): string => {
  const result = host.execute({ op, args });
  return result.ok ? 'ok' : result.error.code;
};

test('what is plugged in has a slot and a number, and a gap is filled first', () => {
  const host = bootHost([shellVm('a')]);
  const vm = vmOf(host);
  command(host, 'vm.plugDisk', DISK);
  command(host, 'vm.plugDisk', DISK);
  expect(vm.spec.disks.map(({ slot }) => slot)).toEqual([3, 4]);
  command(host, 'vm.unplugDisk', { vm: 'a', disk: 0 });
  expect(vm.devices.slots[3]?.device).toBeUndefined();
  expect(vm.devices.device('block', 1)).toBe(vm.devices.slots[4]?.device);
  command(host, 'vm.plugCard', { vm: 'a', switch: 'lan' });
  expect(vm.spec.nics.map(({ slot }) => slot)).toEqual([undefined, 3]);
  expect(vm.macs.length).toBe(2);
  command(host, 'vm.plugDisk', DISK);
  expect(vm.spec.disks.map(({ slot }) => slot)).toEqual([5, 4]);
  command(host, 'vm.unplugDisk', { vm: 'a', disk: 1 });
  command(host, 'vm.unplugDisk', { vm: 'a', disk: 0 });
  expect(vm.spec.disks).toEqual([]);
});

test('there is room for so many, at switches that there are, and only what was plugged in goes', () => {
  const host = bootHost([shellVm('a')]);
  for (let disk = 0; disk < 3; disk++) command(host, 'vm.plugDisk', DISK);
  expect(codeOf(host, 'vm.plugDisk', DISK)).toBe('vm.noSlot');
  expect(codeOf(host, 'vm.plugCard', { vm: 'a', switch: 'nowhere' })).toBe('vm.noSuchSwitch');
  expect(codeOf(host, 'vm.unplugCard', { vm: 'a', card: 0 })).toBe('vm.notPlugged');
  expect(codeOf(host, 'vm.unplugCard', { vm: 'a', card: 1 })).toBe('vm.noCard');
  expect(codeOf(host, 'vm.unplugDisk', { vm: 'a', disk: 7 })).toBe('vm.noDisk');
});

test('a card is plugged in as it was asked for, with its number or not at all, and taken out again by that', () => {
  const host = bootHost([shellVm('a')]);
  const card = { vm: 'a', switch: 'lan', mtu: 1400, queues: 2, offload: false };
  expect(codeOf(host, 'vm.plugCard', { ...card, card: 0 })).toBe('vm.otherCard');
  command(host, 'vm.plugCard', { ...card, card: 1 });
  expect(vmOf(host).spec.nics[1]).toEqual({ switch: 'lan', mtu: 1400, queues: 2, offload: false, slot: 3 });
  expect(vmPlugCard.undo({ ...card, card: 1 })).toEqual({ op: 'vm.unplugCard', args: { vm: 'a', card: 1 } });
  expect(vmPlugCard.undo(card)).toBeUndefined();
});

test('a card that was taken out comes back with its number, also behind a gap', () => {
  const host = bootHost([shellVm('a')]);
  const vm = vmOf(host);
  const card = { vm: 'a', switch: 'lan' };
  command(host, 'vm.plugCard', { ...card, card: 1 });
  command(host, 'vm.plugCard', { ...card, card: 2 });
  const before = vm.devices.device('net', 2);
  command(host, 'vm.unplugCard', { vm: 'a', card: 1 });
  command(host, 'vm.unplugCard', { vm: 'a', card: 2 });
  expect(vm.spec.nics.length).toBe(1);
  command(host, 'vm.plugCard', { ...card, card: 2 });
  expect([vm.devices.device('net', 1), vm.devices.device('net', 2) === undefined]).toEqual([
    undefined,
    false,
  ]);
  expect(vm.devices.device('net', 2)).not.toBe(before);
  expect(host.network.plugOf(vm.slot, 2)?.name).toBe('a/2');
  expect(host.network.plugOf(vm.slot, 1)).toBeUndefined();
  const restored = copyOf(host);
  expect(restored.hash()).toBe(host.hash());
  // The gap is the next that is filled.
  command(host, 'vm.plugCard', card);
  expect(vm.spec.nics.map(({ slot }) => slot)).toEqual([undefined, 4, 3]);
  expect(codeOf(host, 'vm.plugCard', { ...card, card: 2 })).toBe('vm.otherCard');
});

test('a driver keeps its device where nobody can be asked, unless it is taken by force', () => {
  const host = bootHost([{ ...shellVm('a'), autostart: false }]);
  command(host, 'vm.plugCard', { vm: 'a', switch: 'lan' });
  command(host, 'vm.plugDisk', DISK);
  command(host, 'vm.start', { vm: 'a' });
  host.advance(100_000_000);
  // The kernel has drivers; of each sort the first that it finds is driven.
  const { disks, nics } = vmOf(host).spec;
  const isDriven = (slot = 0): boolean => vmOf(host).devices.slots[slot]?.status !== 0;
  const takes = (op: string, args: object, slot: number | undefined): void => {
    const drives = isDriven(slot);
    expect(codeOf(host, op, { vm: 'a', ...args })).toBe(drives ? 'vm.driven' : 'ok');
    if (drives) expect(codeOf(host, op, { vm: 'a', ...args, force: true })).toBe('ok');
  };
  takes('vm.unplugDisk', { disk: 0 }, disks[0]?.slot);
  takes('vm.unplugCard', { card: 1 }, nics[1]?.slot);
  expect(vmOf(host).spec.disks).toEqual([]);
  expect(vmOf(host).spec.nics.length).toBe(1);
});

test('a host with plugged devices is restored to the same, gaps and all', () => {
  const host = bootHost([shellVm('a'), shellVm('b')]);
  command(host, 'vm.plugDisk', DISK);
  command(host, 'vm.plugDisk', DISK);
  command(host, 'vm.plugCard', { vm: 'a', switch: 'lan' });
  command(host, 'vm.unplugDisk', { vm: 'a', disk: 0 });
  host.advance(50_000_000);
  const there = copyOf(host);
  expect(there.hash()).toBe(host.hash());
  for (const each of [host, there]) each.advance(80_000_000);
  expect(there.hash()).toBe(host.hash());
});

test('reverted to a snapshot, a VM has what it had', () => {
  const host = bootHost([shellVm('a')]);
  command(host, 'vm.plugDisk', DISK);
  command(host, 'vm.snapshot', { vm: 'a', name: 'with' });
  command(host, 'vm.unplugDisk', { vm: 'a', disk: 0 });
  command(host, 'vm.plugCard', { vm: 'a', switch: 'lan' });
  command(host, 'vm.revert', { vm: 'a', snapshot: 'with' });
  expect(vmOf(host).spec.disks.length).toBe(1);
  expect(vmOf(host).spec.nics.length).toBe(1);
  expect(vmOf(host).devices.slots[3]?.device?.kind).toBe('block');
});

test('a disk is plugged in on a layer that is here and fits, and reads what that has', () => {
  const host = bootHost([shellVm('a')]);
  const parts = new Map([[0, new Uint8Array(PART_BYTES).fill(7)]]);
  const layer = sealLayer({ sizeBytes: PART_BYTES, below: undefined, parts });
  expect(codeOf(host, 'vm.plugDisk', { ...DISK, layer: layer.name })).toBe('disk.layerMissing');
  host.layers.keep(layer);
  expect(codeOf(host, 'vm.plugDisk', { vm: 'a', sizeBytes: 512, layer: layer.name })).toBe('layer.tooLarge');
  command(host, 'vm.plugDisk', { ...DISK, layer: layer.name });
  expect(vmOf(host).spec.disks).toMatchObject([{ content: { kind: 'layered', layer: layer.name }, slot: 3 }]);
  const disk = must(vmOf(host).devices.layeredDisk(0));
  const read = new Uint8Array(2);
  disk.read(PART_BYTES - 1, read);
  expect([...read, disk.below]).toEqual([7, 0, layer.name]);
});
