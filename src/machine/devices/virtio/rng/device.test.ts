import { expect, test } from 'vitest';
import { RandomGenerator } from '../../../random-generator.ts';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { VirtioRng } from './device.ts';

function draw(seed: number, length: number): { bytes: Uint8Array; device: VirtioRng; driver: MockDriver } {
  const device = new VirtioRng({ seed });
  const driver = new MockDriver(device).start();
  const gpa = driver.allocate(length);
  driver.submit(0, [{ gpa, length, writable: true }]);
  driver.notify(0);
  return { bytes: driver.bytes(gpa, length), device, driver };
}

test('the same seed gives the same bytes, another one others', () => {
  expect(draw(1, 64).bytes).toEqual(draw(1, 64).bytes);
  expect(draw(1, 64).bytes).not.toEqual(draw(2, 64).bytes);
});

test('the generator is xoshiro128++: the value that follows from a known state', () => {
  const generator = new RandomGenerator(0);
  generator.restore(Uint32Array.of(1, 2, 3, 4));
  // (1 + 4) rotated left by 7, plus 1.
  expect(generator.next()).toBe(641);
});

test('bits are balanced', () => {
  const generator = new RandomGenerator(7);
  const bytes = new Uint8Array(100_000);
  generator.fill(bytes);
  const ones = bytes.reduce((sum, byte) => sum + (byte.toString(2).match(/1/g)?.length ?? 0), 0);
  expect(Math.abs(ones / 800_000 - 0.5)).toBeLessThan(0.003);
});

test('one request gets 4096 bytes at most', () => {
  const { driver, device } = draw(1, 10_000);
  expect(driver.completions(0)).toEqual([{ head: 0, written: 4096 }]);
  expect(device.counters.bytesOut).toBe(4096);
});

test('buffers outside memory, or none to write, harm nobody', () => {
  const { driver } = draw(1, 8);
  driver.submit(0, [{ gpa: 0x8000_0000, length: 8, writable: false }]);
  driver.notify(0);
  expect(driver.completions(0).at(-1)?.written).toBe(0);
  driver.submit(0, [{ gpa: 0x7fff_fff8, length: 16, writable: true }]);
  driver.notify(0);
  expect(driver.needsReset).toBe(true);
});

test('state round-trips and goes on with the same numbers', () => {
  const { device } = draw(1, 64);
  const other = new VirtioRng({ seed: 9 });
  expect(stateOf(other)).not.toBe(stateOf(device));
  loadState(other, stateOf(device));
  expect(stateOf(other)).toBe(stateOf(device));
});
