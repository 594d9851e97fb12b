/** VMs whose disks lie on layers: what their host has of them, what a snapshot has, and what is said where a layer is missing. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import { type Layer, PART_BYTES, sealLayer } from '#machine/devices/disk/layers/layer';
import { command, ENGINE, ENVIRONMENT, program, SETTINGS, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import type { AnswerOf } from '../questions.ts';

const SIZE: number = 16 * PART_BYTES;
const BASE: Layer = sealLayer({
  sizeBytes: SIZE,
  below: undefined,
  parts: new Map(
    Array.from({ length: 16 }, (_, index) => [index, new Uint8Array(PART_BYTES).fill(index + 1)]),
  ),
});
const content = { kind: 'layered', layer: BASE.name };

function environment(layers: ReadonlyMap<string, Layer> = new Map([[BASE.name, BASE]])) {
  return { ...ENVIRONMENT, software: { ...ENVIRONMENT.software, layer: (name: string) => layers.get(name) } };
}

function boot(vms: readonly VmSpec[]): Host {
  const spec = {
    ...{ name: 'host', ramBytes: 32 << 20, harts: 1, switches: [{ name: 'lan' }] },
    ...{ vms, timeSliceNs: 10_000_000 },
  };
  return Host.create(ENGINE, spec, SETTINGS, environment());
}
function vmOn(name: string, more: Partial<VmSpec> = {}): VmSpec {
  return vmSpec(name, program('wfi', 'wfi'), { disks: [{ sizeBytes: SIZE, content }], ...more });
}
const diskOf = (host: Host, vm: string) => must(vmOf(host, vm).devices.layeredDisk(0));
function byteOf(host: Host, vm: string, at: number): number {
  const byte = new Uint8Array(1);
  diskOf(host, vm).read(at, byte);
  return byte[0]!;
}
const treeOf = (host: Host, vm: string) =>
  (must(host.ask('disk-layers', { vm })).value as AnswerOf<'disk-layers'>)[0];

test('two VMs on one layer diverge; the host has the layer once', () => {
  const host = boot([vmOn('a'), vmOn('b')]);
  diskOf(host, 'a').write(0, Uint8Array.of(99));
  expect([byteOf(host, 'a', 0), byteOf(host, 'b', 0)]).toEqual([99, 1]);
  expect(treeOf(host, 'a')).toMatchObject({ ownBytes: PART_BYTES, below: BASE.name, tree: [] });
  expect(treeOf(host, 'b')).toMatchObject({ ownBytes: 0, below: BASE.name });
});

test('snapshots of host and VM hold what was written above the layer, and its name', () => {
  const host = boot([vmOn('a')]);
  const before = host.snapshot().length;
  diskOf(host, 'a').write(3 * PART_BYTES, Uint8Array.of(99));
  command(host, 'vm.snapshot', { vm: 'a', name: 'first' });
  const file = host.snapshot();
  // The part that was written, in the VM and (with its memory) in the snapshot of it.
  expect(file.length - before).toBeLessThan(6 * PART_BYTES);
  const restored = must(Host.restore(ENGINE, file, environment()));
  expect([restored.hash(), byteOf(restored, 'a', 3 * PART_BYTES), byteOf(restored, 'a', 0)]).toEqual([
    host.hash(),
    99,
    1,
  ]);
  command(host, 'vm.clone', { vm: 'a', name: 'c' });
  expect([byteOf(host, 'c', 3 * PART_BYTES), treeOf(host, 'c')?.below]).toEqual([99, BASE.name]);
});

test('where the layer is missing, it is said which', () => {
  const file = boot([vmOn('a')]).snapshot();
  const error = { code: 'disk.layerMissing', data: { layer: BASE.name } };
  expect(Host.restore(ENGINE, file, environment(new Map()))).toEqual({ ok: false, error });
  const host = Host.create(
    ENGINE,
    { name: 'host', ramBytes: 32 << 20, harts: 1, switches: [], vms: [], timeSliceNs: 10_000_000 },
    SETTINGS,
    environment(new Map()),
  );
  expect(host.execute({ op: 'vm.create', args: { vm: vmOn('a') } })).toEqual({ ok: false, error });
});

test('a disk that is smaller than its layer is refused', () => {
  const vm = vmOn('b', { disks: [{ sizeBytes: SIZE / 2, content }] });
  expect(boot([]).execute({ op: 'vm.create', args: { vm } })).toMatchObject({
    error: { code: 'layer.tooLarge' },
  });
});

test('a disk is sealed while its VM runs, goes back while it is off, and what it sealed goes on elsewhere', () => {
  const host = boot([vmOn('a')]);
  diskOf(host, 'a').write(0, Uint8Array.of(99));
  command(host, 'vm.sealDisk', { vm: 'a', disk: 0, title: 'changed' });
  const [node] = treeOf(host, 'a')?.tree ?? [];
  expect(node).toMatchObject({ title: 'changed', below: BASE.name });
  const use = { op: 'vm.useLayer', args: { vm: 'a', disk: 0, layer: BASE.name } };
  expect(host.execute(use)).toMatchObject({ error: { code: 'wrong-state' } });
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.useLayer', use.args);
  expect(byteOf(host, 'a', 0)).toBe(1);
  // What a state names that was sealed here is asked for, and given to whoever goes on from it.
  const sealed = must(host.ask('sealed-layers', {})).value as AnswerOf<'sealed-layers'>;
  expect(sealed.map(({ name }) => name)).toEqual([node?.layer]);
  command(host, 'vm.useLayer', { vm: 'a', disk: 0, layer: node!.layer });
  const file = host.snapshot();
  expect(Host.restore(ENGINE, file, environment())).toMatchObject({
    error: { code: 'disk.layerMissing', data: { layer: node?.layer } },
  });
  const all = new Map([BASE, host.layers.find(node!.layer)!].map((layer) => [layer.name, layer]));
  expect(byteOf(must(Host.restore(ENGINE, file, environment(all))), 'a', 0)).toBe(99);
  command(host, 'vm.useLayer', { vm: 'a', disk: 0, layer: BASE.name });
  command(host, 'vm.forgetLayer', { vm: 'a', disk: 0, layer: node!.layer });
  expect(treeOf(host, 'a')?.tree).toEqual([]);
});
