/** EVENT_IDX (virtio 1.2, §2.7.7, §2.7.10): each side hears of the entry that it names, and of no other. */
import { expect, test } from 'vitest';
import { loadState, stateOf } from '../device-state.mock.ts';
import { MockDriver } from './mock-driver.ts';
import { VirtioRng } from './rng/device.ts';
import { F_EVENT_IDX, F_INDIRECT_DESC } from './virtio-device.ts';

const SIZE = 8;

function rng() {
  const driver = new MockDriver(new VirtioRng({ seed: 1 }), SIZE).start(F_EVENT_IDX);
  const gpa = driver.allocate(16);
  const ask = (count: number): void => {
    for (let i = 0; i < count; i++) driver.submit(0, [{ gpa, length: 4, writable: true }]);
    driver.notify(0);
  };
  const heard = (): boolean => {
    const { interrupt } = driver;
    driver.set(0x64, 3);
    return interrupt;
  };
  return { driver, ask, heard };
}

test('every device offers it', () => {
  const { driver } = rng();
  expect(driver.get(0x10) & F_EVENT_IDX).not.toBe(0);
});

test('a driver hears of the entry that it names, at the first and behind a batch, and of nothing else', () => {
  const { driver, ask, heard } = rng();
  ask(1);
  expect(heard()).toBe(true);
  // It named entry 0, and does not ask again.
  ask(3);
  expect(heard()).toBe(false);
  driver.wantInterrupt(0, 6);
  ask(2);
  expect(heard()).toBe(false);
  ask(1);
  expect(heard()).toBe(true);
  driver.wantInterrupt(0, 9);
  ask(8);
  expect(heard()).toBe(true);
  expect(driver.slot.counters).toMatchObject({ interrupts: 3, declined: 2, chains: 15 });
});

test('the flags of the driver’s ring mean nothing once it is accepted', () => {
  const { driver, ask, heard } = rng();
  driver.memory.writeU16(driver.availableRing(0), 1);
  ask(1);
  expect(heard()).toBe(true);
});

test('a device names the entry behind those that it has taken, and goes on doing so where indices wrap', () => {
  const { driver, ask } = rng();
  for (let n = 1; n <= 9000; n++) {
    ask(8);
    driver.completions(0);
    if (n % 500 === 0) expect(driver.wantedNotification(0)).toBe((8 * n) & 0xffff);
  }
});

test('interrupts are right where indices wrap', () => {
  const { driver, ask, heard } = rng();
  driver.wantInterrupt(0, 0xffff);
  for (let n = 0; n < 0x1_0000; n += 8) {
    ask(8);
    expect([n, heard()]).toEqual([n, n === 0xfff8]);
  }
});

test('without it the device writes nothing behind its ring, and with it what is pinned reaches to the end', () => {
  const plain = new MockDriver(new VirtioRng({ seed: 1 }), SIZE).start(0);
  const gpa = plain.allocate(16);
  plain.submit(0, [{ gpa, length: 4, writable: true }]);
  plain.notify(0);
  expect(plain.wantedNotification(0)).toBe(0);
  const { driver, ask } = rng();
  ask(1);
  expect(driver.wantedNotification(0)).toBe(1);
  driver.set(0x70, 0);
  expect(driver.memory.pinned).toBe(0);
});

test('a snapshot holds that it was accepted', () => {
  const { driver, ask, heard } = rng();
  ask(2);
  heard();
  const state = stateOf(driver.slot);
  const again = new MockDriver(new VirtioRng({ seed: 1 }), SIZE).start(F_EVENT_IDX);
  again.memory.bytes.set(driver.memory.bytes);
  loadState(again.slot, state);
  expect(stateOf(again.slot)).toBe(state);
  expect(again.slot.queue(0).eventIndex).toBe(true);
  expect(again.slot.offered[0]! & F_INDIRECT_DESC).toBe(0);
});
