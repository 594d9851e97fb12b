import { expect, test } from 'vitest';
import { MockGuestMemory } from '../guest-memory.mock.ts';
import { QemuSlot, type TransportVersion } from './qemu-slot.ts';
import * as reg from './registers.ts';
import { VirtioRng } from './rng/device.ts';

const RINGS = 0x8000_0000;
const BUFFER = 0x8000_8000;

function slotOf(version: TransportVersion, hasDevice = true) {
  const memory = new MockGuestMemory(1 << 16);
  const slot = new QemuSlot({ name: 'slot', memory, version, line: { set: () => {} } });
  if (hasDevice) slot.plug(new VirtioRng({ seed: 1 }));
  const get = (offset: number): number => slot.read(offset, 4);
  const set = (offset: number, value: number): void => slot.write(offset, 4, value);
  return { memory, slot, get, set };
}

test.each([1, 2] as const)('a slot of version %i has QEMU’s vendor, an empty one device 0', (version) => {
  expect([0, 4, 8, 12].map(slotOf(version).get)).toEqual([0x7472_6976, version, 4, 0x554d_4551]);
  expect([0, 4, 8, 12].map(slotOf(version, false).get)).toEqual([0x7472_6976, version, 0, 0x554d_4551]);
});

test('a driver that looks at no feature above 31 is accepted; one that refuses VERSION_1 is not', () => {
  const silent = slotOf(2);
  for (const status of [1, 3, 11]) silent.set(reg.STATUS, status);
  expect(silent.get(reg.STATUS)).toBe(11);
  const refusing = slotOf(2);
  for (const status of [1, 3]) refusing.set(reg.STATUS, status);
  refusing.set(reg.DRIVER_FEATURES_SEL, 1);
  refusing.set(reg.DRIVER_FEATURES, 0);
  refusing.set(reg.STATUS, 11);
  expect(refusing.get(reg.STATUS)).toBe(3);
});

test('version 1: a page number places all three rings, before or behind DRIVER_OK', () => {
  for (const order of ['before', 'behind'] as const) {
    const { memory, get, set, slot } = slotOf(1);
    for (const status of [0, 1, 3]) set(reg.STATUS, status);
    // Features above 31 are none.
    set(reg.DEVICE_FEATURES_SEL, 1);
    const place = (): void => {
      set(0x28, 4096);
      set(reg.QUEUE_SEL, 0);
      set(reg.QUEUE_NUM, 8);
      set(0x3c, 4096);
      set(0x40, RINGS / 4096);
    };
    if (order === 'before') place();
    set(reg.STATUS, 7);
    if (order === 'behind') place();
    expect(get(0x40)).toBe(RINGS / 4096);
    expect(get(reg.QUEUE_READY)).toBe(0);
    // One buffer for random bytes: descriptor 0, its number in the available ring behind 8 descriptors.
    memory.writeU32(RINGS, BUFFER);
    memory.writeU32(RINGS + 8, 16);
    memory.writeU16(RINGS + 12, 2);
    memory.writeU16(RINGS + 8 * 16 + 2, 1);
    set(reg.QUEUE_NOTIFY, 0);
    expect(slot.fault).toBeUndefined();
    expect([memory.readU16(RINGS + 4096 + 2), memory.readU32(RINGS + 4096 + 8)]).toEqual([1, 16]);
    expect(get(reg.INTERRUPT_STATUS)).toBe(1);
    set(0x40, 0);
    expect([get(0x40), slot.queues[0]?.ready]).toEqual([0, false]);
  }
});

test('version 1 has 32 features, and registers of version 2 neither read nor write', () => {
  const { get, set } = slotOf(1);
  set(reg.DEVICE_FEATURES_SEL, 0);
  const low = get(reg.DEVICE_FEATURES);
  expect(low).not.toBe(0);
  set(reg.DEVICE_FEATURES_SEL, 1);
  expect(get(reg.DEVICE_FEATURES)).toBe(0);
  set(reg.QUEUE_DESC_LOW, 0x1000);
  set(reg.QUEUE_READY, 1);
  expect([get(reg.QUEUE_READY), get(reg.CONFIG_GENERATION)]).toEqual([0, 0]);
});

test('whatever a driver writes there, nothing is thrown', () => {
  for (const value of [0, 1, 0xffff_ffff, 0x8000_0000]) {
    const { set, get } = slotOf(1);
    for (let offset = 0; offset < 0x108; offset += 4) set(offset, value);
    for (let offset = 0; offset < 0x108; offset += 4) set(offset, value);
    for (let offset = 0; offset < 0x108; offset += 4) expect(get(offset)).toBeGreaterThanOrEqual(0);
  }
});
