/** What virtio 1.2 demands of every device: status, features, queues, registers. Rows of `conformance.ts` name these tests. */
import { describe, expect, test } from 'vitest';
import { stateOf } from '../device-state.mock.ts';
import { VirtioBlock } from './block/device.ts';
import { featuresOf } from './features.ts';
import { LAYOUTS, type Layout, MockDriver } from './mock-driver.ts';
import * as reg from './registers.ts';
import { SAMPLE_DEVICES, type SampleDevice } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import { F_EVENT_IDX, F_IN_ORDER_HIGH, F_INDIRECT_DESC, F_RING_PACKED_HIGH } from './virtio-device.ts';

const PATTERN = 0xa5;

function setup(sample: SampleDevice, layout: Layout = 'split') {
  const host = new TestHost();
  const { device, poke } = sample.make(host);
  const driver = new MockDriver(device, 8, layout);
  /** Makes the sample's request available and gives where its buffers lie. */
  const ask = (): number[] => {
    const places = sample.buffers.map(({ length, writable }) =>
      driver.allocate(length, writable ? new Uint8Array(length).fill(PATTERN) : undefined),
    );
    driver.submit(
      sample.queue,
      sample.buffers.map((buffer, at) => ({ ...buffer, gpa: places[at]! })),
    );
    return places;
  };
  return { host, device, driver, poke, ask };
}

describe.each(SAMPLE_DEVICES)('$kind', (sample) => {
  test('a reset clears status and interrupts, and stops all queues', () => {
    const { host, device, driver, ask } = setup(sample);
    driver.start();
    ask();
    driver.notify(sample.queue);
    host.runTo(1e9);
    expect(driver.get(reg.INTERRUPT_STATUS)).not.toBe(0);
    driver.set(reg.STATUS, 0);
    expect([driver.status, driver.get(reg.INTERRUPT_STATUS), driver.interrupt]).toEqual([0, 0, false]);
    for (let queue = 0; queue < device.queueSizes.length; queue++) {
      driver.set(reg.QUEUE_SEL, queue);
      expect(driver.get(reg.QUEUE_READY)).toBe(0);
    }
  });

  test('a device that is reset touches no queue and tells nobody', () => {
    const { host, device, driver, poke, ask } = setup(sample);
    driver.start();
    ask();
    driver.notify(sample.queue);
    driver.set(reg.STATUS, 0);
    driver.memory.timesRead = new Uint16Array(driver.memory.bytes.length);
    const before = driver.memory.bytes.slice();
    poke();
    for (let queue = 0; queue < device.queueSizes.length; queue++) driver.notify(queue);
    host.runTo(2e9);
    expect(driver.memory.timesRead.every((times) => times === 0)).toBe(true);
    expect(Buffer.compare(driver.memory.bytes, before)).toBe(0);
    expect(driver.interrupt).toBe(false);
  });

  test('a queue that is not ready is not looked at', () => {
    const { host, driver, ask } = setup(sample);
    driver.start();
    driver.set(reg.QUEUE_SEL, sample.queue);
    driver.set(reg.QUEUE_READY, 0);
    driver.slot.queue(sample.queue).size = 8;
    ask();
    driver.memory.timesRead = new Uint16Array(driver.memory.bytes.length);
    driver.notify(sample.queue);
    host.runTo(1e9);
    expect(driver.memory.timesRead.every((times) => times === 0)).toBe(true);
    expect(driver.completions(sample.queue)).toEqual([]);
  });

  test('the configuration can be read before FEATURES_OK as after it', () => {
    const { device, driver } = setup(sample);
    const read = () =>
      Array.from({ length: device.config.length }, (_, at) => driver.slot.read(reg.CONFIG + at, 1));
    const before = read();
    driver.start();
    expect(read()).toEqual(before);
  });

  test('every part of the offered features is accepted, but for features without what they need', () => {
    const { device, driver } = setup(sample);
    driver.set(reg.DEVICE_FEATURES_SEL, 0);
    const offered = driver.get(reg.DEVICE_FEATURES);
    const bits = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter(
      (bit) => (offered & bit) !== 0,
    );
    for (const features of [0, offered, ...bits, ...bits.map((bit) => (offered & ~bit) >>> 0)]) {
      driver.start(features);
      const lacks = device.needs?.some(
        ({ bits, oneOf }) => (features & bits) !== 0 && (features & oneOf) === 0,
      );
      expect((driver.status & reg.STATUS_FEATURES_OK) === 0).toBe(lacks ?? false);
    }
    // What is offered lacks nothing, and each of it is known.
    expect(driver.start(offered).status & reg.STATUS_FEATURES_OK).not.toBe(0);
    const names = featuresOf(device.deviceId, driver.slot.offered, []).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('bit '))).toEqual([]);
  });

  test('what was accepted once is accepted after a reset', () => {
    const { driver } = setup(sample);
    for (let round = 0; round < 3; round++) {
      driver.start();
      expect(driver.status & (reg.STATUS_FEATURES_OK | reg.STATUS_DRIVER_OK)).toBe(
        reg.STATUS_FEATURES_OK | reg.STATUS_DRIVER_OK,
      );
      if (round > 0) driver.slot.reset();
    }
  });

  test('VERSION_1 is offered, and nothing that is not known', () => {
    const { driver } = setup(sample);
    driver.set(reg.DEVICE_FEATURES_SEL, 1);
    const offered = driver.get(reg.DEVICE_FEATURES);
    expect(offered & reg.FEATURE_VERSION_1_HIGH).toBe(1);
    // Bits 32 to 49 are the queues’ and the transport’s, those above the device’s own (§2.2).
    const known = reg.FEATURE_VERSION_1_HIGH | F_RING_PACKED_HIGH | F_IN_ORDER_HIGH;
    expect(offered & 0x3_ffff & ~known).toBe(0);
    driver.set(reg.DEVICE_FEATURES_SEL, 2);
    expect(driver.get(reg.DEVICE_FEATURES)).toBe(0);
  });

  test('in a packed queue a buffer that is to be read is never written, and a used descriptor never again', () => {
    const { host, driver } = setup(sample, 'packed');
    driver.start();
    const pattern = new Uint8Array(1024).fill(PATTERN);
    const gpa = driver.allocate(1024, pattern);
    driver.submit(sample.queue, [{ gpa, length: 1024, writable: false }]);
    driver.notify(sample.queue);
    host.runTo(1e9);
    expect(driver.bytes(gpa, 1024)).toEqual(pattern);
    const ring = driver.bytes(driver.area(sample.queue), 16 * 8);
    driver.notify(sample.queue);
    host.runTo(2e9);
    expect(driver.bytes(driver.area(sample.queue), 16 * 8)).toEqual(ring);
  });

  test('a buffer that is to be read is never written', () => {
    const { host, driver } = setup(sample);
    driver.start();
    const pattern = new Uint8Array(1024).fill(PATTERN);
    const gpa = driver.allocate(1024, pattern);
    driver.submit(sample.queue, [{ gpa, length: 1024, writable: false }]);
    driver.notify(sample.queue);
    host.runTo(1e9);
    expect(driver.bytes(gpa, 1024)).toEqual(pattern);
  });

  test.each(LAYOUTS)('of a request each byte is read once, its descriptors as well (%s)', (layout) => {
    const { host, driver } = setup(sample, layout);
    driver.start();
    const places = sample.buffers.map(({ length }) => driver.allocate(length));
    driver.submit(
      sample.queue,
      sample.buffers.map((buffer, at) => ({ ...buffer, gpa: places[at]! })),
    );
    const times = new Uint16Array(driver.memory.bytes.length);
    driver.memory.timesRead = times;
    driver.notify(sample.queue);
    host.runTo(1e9);
    expect(driver.completions(sample.queue)).toHaveLength(1);
    const most = (gpa: number, length: number): number =>
      Math.max(...times.subarray(gpa - driver.memory.base, gpa - driver.memory.base + length));
    // A byte that is only written is not read at all (§2.7.5.1).
    for (const [at, { length, writable }] of sample.buffers.entries())
      expect(most(places[at]!, length)).toBeLessThanOrEqual(writable ? 0 : 1);
    // A packed ring is looked at once more for what comes next, where nothing lies.
    for (let entry = 0; entry < sample.buffers.length; entry++)
      expect(most(driver.area(sample.queue) + 16 * entry, 14)).toBe(1);
  });

  test('what is said to be written was written', () => {
    const { host, driver, ask } = setup(sample);
    driver.start();
    const places = ask();
    driver.notify(sample.queue);
    host.runTo(1e9);
    const [{ written } = { written: -1 }] = driver.completions(sample.queue);
    const writable = sample.buffers.flatMap(({ length, writable: is }, at) =>
      is ? [...driver.bytes(places[at]!, length)] : [],
    );
    expect(written).toBeLessThanOrEqual(writable.length);
    // Where nothing was written the pattern stands still; a byte of an answer may look like it by chance.
    const untouched = writable.slice(0, written).filter((byte) => byte === PATTERN).length;
    expect(untouched).toBeLessThanOrEqual(written >> 2);
  });

  test('the flags of the used ring stay 0', () => {
    for (const features of [0, F_EVENT_IDX]) {
      const { host, driver, ask } = setup(sample);
      driver.start(features);
      ask();
      driver.notify(sample.queue);
      host.runTo(1e9);
      expect(driver.memory.readU16(driver.area(sample.queue) + 0x5000)).toBe(0);
    }
  });

  test('notifications without cause change nothing', () => {
    const { device, driver } = setup(sample);
    driver.start();
    const before = stateOf(device);
    for (const queue of [0, 1, 2, 3, 7, 0xffff, 0xffff_ffff]) driver.notify(queue);
    expect([stateOf(device), driver.interrupt, driver.needsReset]).toEqual([before, false, false]);
  });

  test('without EVENT_IDX the event fields mean nothing', () => {
    const { host, driver, ask } = setup(sample);
    driver.start(0);
    driver.wantInterrupt(sample.queue, 5);
    ask();
    driver.notify(sample.queue);
    host.runTo(1e9);
    expect([driver.completions(sample.queue).length, driver.interrupt]).toEqual([1, true]);
    expect(driver.wantedNotification(sample.queue)).toBe(0);
  });

  test('an error that needs a reset is told as a change of the configuration', () => {
    const { driver } = setup(sample);
    driver.start();
    driver.publish(sample.queue, 99);
    driver.notify(sample.queue);
    expect([driver.needsReset, driver.interrupt]).toEqual([true, true]);
    expect(driver.get(reg.INTERRUPT_STATUS) & reg.INTERRUPT_CONFIG).not.toBe(0);
    driver.set(reg.INTERRUPT_ACK, 3);
    expect([driver.needsReset, driver.interrupt]).toEqual([true, false]);
  });

  test('the generation changes with the configuration', () => {
    const { device, driver } = setup(sample);
    driver.start();
    const before = driver.get(reg.CONFIG_GENERATION);
    device.resize?.(100, 40);
    device.setLink?.(false);
    device.balloon?.claim('hand', 5);
    const changes = device.resize ?? device.setLink ?? device.balloon;
    expect(driver.get(reg.CONFIG_GENERATION) !== before).toBe(changes !== undefined);
  });

  test('there are no shared memory regions', () => {
    const { driver } = setup(sample);
    for (const at of [0, 4, 8, 12]) expect(driver.get(reg.SHM_LEN_LOW + at)).toBe(0xffff_ffff);
  });
});

test('the write flag of an indirect descriptor means nothing', () => {
  const sample = SAMPLE_DEVICES.find(({ kind }) => kind === 'block')!;
  const { host, device, driver } = setup(sample);
  expect(device).toBeInstanceOf(VirtioBlock);
  driver.start(F_INDIRECT_DESC);
  const table = driver.allocate(48);
  const status = driver.allocate(1, Uint8Array.of(9));
  driver.setDescriptor(0, 0, { address: driver.allocate(16), length: 16, flags: 1, next: 1 }, table);
  driver.setDescriptor(0, 1, { address: driver.allocate(512), length: 512, flags: 3, next: 2 }, table);
  driver.setDescriptor(0, 2, { address: status, length: 1, flags: 2, next: 0 }, table);
  driver.setDescriptor(0, 0, { address: table, length: 48, flags: 4 | 2, next: 0 });
  driver.publish(0, 0);
  driver.notify(0);
  host.runTo(1e9);
  expect(driver.completions(0)).toEqual([{ head: 0, written: 513 }]);
  expect([...driver.bytes(status, 1)]).toEqual([0]);
});
