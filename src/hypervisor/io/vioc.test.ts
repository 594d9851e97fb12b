/** What a VM's devices are built of: kinds of tables, of the product and of whoever creates the host. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import { declare } from '#base/state/declare';
import { partState, stateIn } from '#base/state/part';
import { integer } from '#base/state/types';
import type { Disk } from '#machine/devices/disk/disk';
import { MemoryDisk } from '#machine/devices/disk/memory-disk';
import { defineDevice } from '#machine/devices/virtio/device-kind';
import { defineKind } from '#machine/kind';
import { bootHost, ENGINE, ENVIRONMENT, program, SETTINGS, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';

const WFI = 'wfi';
const LAMP = declare<{ readonly level: number }>('lamp', { level: integer });

/** A device without queues that shows a level in its configuration space. */
const lamp = defineDevice({
  id: 'lamp',
  settings: { level: v.optional(v.pipe(v.number(), v.minValue(0)), 7) },
  state: LAMP,
  create: ({ level }, { channel, serial, seed }) => {
    const config = Uint8Array.of(level);
    return {
      ...{ kind: 'lamp', deviceId: 63, features: 0, queueSizes: [], config },
      counters: { built: 1, channel: channel.length, serial: serial.length, seed },
      counterRows: [],
      plugged: () => {},
      unplugged: () => {},
      notify: () => {},
      reset: () => {},
      capture: () => partState(LAMP, { level: config[0]! }),
      restore: (state) => config.set([stateIn(LAMP, state).level]),
    };
  },
});

/** A disk that reads as the complement of what was written. */
const inverted = defineKind({
  id: 'inverted',
  settings: { of: v.number() },
  state: declare<object>('inverted', {}),
  create: ({ of }, { sizeBytes }): Disk => {
    const inner = new MemoryDisk(sizeBytes);
    return {
      ...{ sizeBytes, allocatedBytes: sizeBytes },
      read: (offset, target) => {
        inner.read(offset, target);
        for (const [index, byte] of target.entries()) target[index] = of - byte;
      },
      write: (offset, source) => inner.write(offset, source),
      discard: (offset, length) => inner.discard(offset, length),
      flush: () => inner.flush(),
      capture: () => inner.capture(),
      restore: (state) => inner.restore(state),
    };
  },
});

const registries = {
  ...REGISTRIES,
  devices: [...REGISTRIES.devices, lamp],
  disks: [...REGISTRIES.disks, inverted],
};
const environment = { ...ENVIRONMENT, registries };

function boot(more: Partial<VmSpec>): Host {
  const vms = [vmSpec('a', program('wfi', WFI), more)];
  const spec = {
    ...{ name: 'host', ramBytes: 32 << 20, harts: 1, switches: [{ name: 'lan' }] },
    ...{ vms, timeSliceNs: 10_000_000 },
  };
  return Host.create(ENGINE, spec, SETTINGS, environment);
}

/** Kinds in slots, in order. */
const kindsOf = (host: Host): (string | undefined)[] =>
  vmOf(host).devices.slots.map(({ device }) => device?.kind);

test('slots hold what every VM has, its disks and cards, and then what it names', () => {
  const host = boot({
    disks: [{ sizeBytes: 512 }],
    nics: [{ switch: 'lan' }],
    devices: [{ kind: 'lamp' }, { kind: 'lamp', level: 9 }],
  });
  expect(kindsOf(host)).toEqual([
    ...['console', 'rng', 'block', 'net', 'lamp', 'lamp'],
    ...[undefined, undefined],
  ]);
  const levels = vmOf(host)
    .devices.devices.filter(({ kind }) => kind === 'lamp')
    .map(({ config }) => config[0]);
  expect(levels).toEqual([7, 9]);
  expect(vmOf(host).devices.counted('lamp', 'built')).toBe(2);
});

test('a snapshot holds devices and disks of any kind, for a host that knows the kinds', () => {
  const content = { kind: 'inverted', of: 255 };
  const host = boot({ disks: [{ sizeBytes: 512, content }], devices: [{ kind: 'lamp', level: 3 }] });
  vmOf(host).devices.devices.at(-1)!.config[0] = 4;
  const restored = Host.restore(ENGINE, host.snapshot(), environment);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  expect(restored.value.hash()).toBe(host.hash());
  expect(vmOf(restored.value).devices.devices.at(-1)!.config[0]).toBe(4);
  expect(Host.restore(ENGINE, host.snapshot(), ENVIRONMENT)).toMatchObject({
    ok: false,
    error: { code: 'snapshot.format' },
  });
});

test.each([
  ['a kind that there is not', { devices: [{ kind: 'sun' }] }, 'kind.unknown'],
  ['a kind that comes by itself', { devices: [{ kind: 'rng' }] }, 'kind.unknown'],
  ['a setting that the kind refuses', { devices: [{ kind: 'lamp', level: -1 }] }, 'kind.settings'],
  ['a setting that it does not know', { devices: [{ kind: 'lamp', color: 1 }] }, 'kind.settings'],
  ['content of no kind', { disks: [{ sizeBytes: 512, content: { kind: 'tape' } }] }, 'kind.unknown'],
  ['more than there are slots', { devices: Array(7).fill({ kind: 'lamp' }) }, 'vm.tooManyDevices'],
])('a VM with %s is refused', (_, more, code) => {
  const host = boot({});
  const vm = vmSpec('b', 'wfi', more);
  expect(host.execute({ op: 'vm.create', args: { vm } })).toMatchObject({ ok: false, error: { code } });
});

test('a host has the kinds that it was created with, and no others', () => {
  const host = bootHost([vmSpec('a', program('wfi', WFI))]);
  const vm = vmSpec('b', 'wfi', { devices: [{ kind: 'lamp' }] });
  expect(host.execute({ op: 'vm.create', args: { vm } })).toMatchObject({ ok: false });
});
