import { expect, test } from 'vitest';
import { loadState, stateOf } from '../device-state.mock.ts';
import { MockDriver } from './mock-driver.ts';
import * as reg from './registers.ts';
import { VirtioRng } from './rng/device.ts';

const driverOf = (size?: number) => new MockDriver(new VirtioRng({ seed: 1 }), size);
const saved = (driver: MockDriver): string => stateOf(driver.slot);

test('a slot shows magic, version 2 and its device; an empty one device 0', () => {
  const driver = driverOf();
  expect([driver.get(0), driver.get(4), driver.get(8)]).toEqual([0x7472_6976, 2, 4]);
  driver.slot.unplug();
  expect([driver.get(0), driver.get(4), driver.get(8)]).toEqual([0x7472_6976, 2, 0]);
  for (const row of reg.VIRTIO_MMIO_REGISTERS) driver.set(row.offset, 1);
  expect(driver.status).toBe(0);
});

test('features without VERSION_1, or not offered, are refused, and DRIVER_OK with them', () => {
  for (const [low, high] of [
    [0, 0],
    [1, 1],
    [0, 3],
  ] as const) {
    const driver = driverOf();
    driver.set(reg.STATUS, 3);
    driver.set(reg.DRIVER_FEATURES_SEL, 0);
    driver.set(reg.DRIVER_FEATURES, low);
    driver.set(reg.DRIVER_FEATURES_SEL, 1);
    driver.set(reg.DRIVER_FEATURES, high);
    driver.set(reg.STATUS, 3 | reg.STATUS_FEATURES_OK);
    expect(driver.status).toBe(3);
    driver.set(reg.STATUS, 3 | reg.STATUS_DRIVER_OK);
    expect(driver.status).toBe(3);
  }
});

test('features are settled once FEATURES_OK is set', () => {
  const driver = driverOf().start();
  const before = saved(driver);
  driver.set(reg.DRIVER_FEATURES, 0xff);
  expect(saved(driver)).toEqual(before);
});

test('a driver cannot set NEEDS_RESET, nor clear what it has set', () => {
  const driver = driverOf().start();
  driver.set(reg.STATUS, 0x40 | 1);
  expect(driver.status).toBe(15);
});

test('used buffers interrupt until acknowledged, unless the driver declined', () => {
  const driver = driverOf().start();
  const gpa = driver.allocate(8);
  driver.submit(0, [{ gpa, length: 8, writable: true }]);
  driver.notify(0);
  expect([driver.interrupt, driver.get(reg.INTERRUPT_STATUS)]).toEqual([true, 1]);
  driver.set(reg.INTERRUPT_ACK, 1);
  expect([driver.interrupt, driver.get(reg.INTERRUPT_STATUS)]).toEqual([false, 0]);
  driver.memory.writeU16(driver.availableRing(0), 1);
  driver.submit(0, [{ gpa, length: 8, writable: true }]);
  driver.notify(0);
  expect(driver.interrupt).toBe(false);
  expect(driver.completions(0)).toHaveLength(2);
});

test('nothing happens before DRIVER_OK; what waits is served then', () => {
  const driver = driverOf();
  driver.set(reg.STATUS, 3);
  driver.set(reg.DRIVER_FEATURES_SEL, 1);
  driver.set(reg.DRIVER_FEATURES, 1);
  driver.set(reg.STATUS, 11);
  driver.setUpQueue(0);
  driver.submit(0, [{ gpa: driver.allocate(8), length: 8, writable: true }]);
  driver.notify(0);
  expect(driver.completions(0)).toEqual([]);
  driver.set(reg.STATUS, 15);
  expect(driver.completions(0)).toEqual([{ head: 0, written: 8 }]);
});

test('a ready queue cannot be changed, and a queue that does not exist has size 0', () => {
  const driver = driverOf().start();
  const before = saved(driver);
  driver.set(reg.QUEUE_NUM, 2);
  driver.set(reg.QUEUE_DESC_LOW, 0x1234);
  expect(saved(driver)).toEqual(before);
  driver.set(reg.QUEUE_SEL, 7);
  expect([driver.get(reg.QUEUE_NUM_MAX), driver.get(reg.QUEUE_READY)]).toEqual([0, 0]);
  driver.set(reg.QUEUE_READY, 1);
  driver.notify(7);
  driver.notify(0xffff_ffff);
  expect(driver.needsReset).toBe(false);
});

test('queues of an impossible size or place need a reset, which brings the device back', () => {
  const attempts: ((driver: MockDriver) => void)[] = [
    (d) => d.set(reg.QUEUE_NUM, 0),
    (d) => d.set(reg.QUEUE_NUM, 3),
    (d) => d.set(reg.QUEUE_NUM, 0x8000_0000),
    (d) => d.set(reg.QUEUE_DESC_LOW, 0x8000_0008),
    (d) => d.set(reg.QUEUE_DRIVER_LOW, 0x8000_0001),
    (d) => d.set(reg.QUEUE_DEVICE_LOW, 0x8000_0002),
    (d) => d.set(reg.QUEUE_DESC_LOW, 0),
    (d) => d.set(reg.QUEUE_DRIVER_HIGH, 1),
    (d) => d.set(reg.QUEUE_DEVICE_HIGH, 0xffff_ffff),
    (d) => d.set(reg.QUEUE_DEVICE_LOW, 0x8000_0000 + (1 << 20) - 4),
  ];
  for (const attempt of attempts) {
    const driver = driverOf().start();
    driver.set(reg.QUEUE_SEL, 0);
    driver.set(reg.QUEUE_READY, 0);
    driver.setUpQueue(0);
    driver.set(reg.QUEUE_READY, 0);
    driver.set(reg.QUEUE_NUM, 8);
    driver.set(reg.QUEUE_DESC_LOW, driver.area(0));
    driver.set(reg.QUEUE_DRIVER_LOW, driver.availableRing(0));
    driver.set(reg.QUEUE_DEVICE_LOW, driver.area(0) + 0x5000);
    attempt(driver);
    driver.set(reg.QUEUE_READY, 1);
    expect(driver.needsReset).toBe(true);
    expect(driver.get(reg.INTERRUPT_STATUS) & 2).toBe(2);
    driver.start();
    driver.submit(0, [{ gpa: driver.allocate(8), length: 8, writable: true }]);
    driver.notify(0);
    expect(driver.completions(0)).toEqual([{ head: 0, written: 8 }]);
  }
});

test('state round-trips, and a foreign device is refused', () => {
  const driver = driverOf().start();
  driver.submit(0, [{ gpa: driver.allocate(8), length: 8, writable: true }]);
  driver.notify(0);
  const bytes = saved(driver);
  const other = driverOf();
  expect(saved(other)).not.toEqual(bytes);
  loadState(other.slot, bytes);
  expect(saved(other)).toEqual(bytes);
  other.slot.unplug();
  expect(() => loadState(other.slot, bytes)).toThrow('another device');
});

test('each register that a driver writes changes the saved bytes', () => {
  const writes: (readonly [number, number])[] = [
    [reg.DEVICE_FEATURES_SEL, 1],
    [reg.DRIVER_FEATURES_SEL, 1],
    [reg.DRIVER_FEATURES, 1],
    [reg.QUEUE_SEL, 5],
    [reg.QUEUE_NUM, 4],
    [reg.QUEUE_DESC_LOW, 16],
    [reg.QUEUE_DESC_HIGH, 16],
    [reg.QUEUE_DRIVER_LOW, 16],
    [reg.QUEUE_DRIVER_HIGH, 16],
    [reg.QUEUE_DEVICE_LOW, 16],
    [reg.QUEUE_DEVICE_HIGH, 16],
    [reg.STATUS, 1],
    [reg.STATUS, 2],
    [reg.QUEUE_NOTIFY, 0],
  ];
  const hex = writes.map(([offset, value]) => {
    const driver = driverOf();
    driver.set(offset, value);
    return saved(driver);
  });
  expect(new Set([saved(driverOf()), ...hex]).size).toBe(writes.length + 1);
});
