/**
 * Nonsense of every sort that a guest can write, each by itself, for every kind of device (R3 of the reliability goals: loops, numbers
 * beyond the queue, indices that jump, lengths without end, tables in tables, buffers and rings where none can be). What comes of it is
 * bounded and told; after a reset the device serves as before.
 */
import { describe, expect, test } from 'vitest';
import type { MockGuestMemory } from '../guest-memory.mock.ts';
import { type Descriptor, MockDriver } from './mock-driver.ts';
import * as reg from './registers.ts';
import { SAMPLE_DEVICES, type SampleDevice } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import { F_EVENT_IDX, F_INDIRECT_DESC } from './virtio-device.ts';

const SIZE = 8;
const [NEXT, WRITE, INDIRECT] = [1, 2, 4];
const RAM = 0x8000_0000;
const RAM_END = RAM + (1 << 20);
const MMIO = 0x1000_1000;
const BUFFER = RAM + 0x8_0000;
const TABLE = RAM + 0x9_0000;
/** Bytes of guest memory that one nonsense may have a device read: a few pages and what the largest service takes. */
const MOST_READ = 1 << 20;

interface Nonsense {
  readonly driver: MockDriver;
  readonly queue: number;
  /** Writes descriptors from the first on, and makes the first available. */
  readonly chain: (...descriptors: Partial<Descriptor>[]) => void;
  /** An indirect table of these, named by the first descriptor. */
  readonly table: (named: Partial<Descriptor>, ...entries: Partial<Descriptor>[]) => void;
  /** Sets the queue up again, its areas or its size elsewhere. */
  readonly place: (at: { areas?: readonly number[]; size?: number }) => void;
}

const plain = { address: BUFFER, length: 16, flags: 0, next: 0 };
/** A buffer to be read and one to be written, both at an address. */
const at = (address: number) => (n: Nonsense) =>
  n.chain({ address, flags: NEXT, next: 1 }, { address, length: 64, flags: WRITE });
const CASES: Readonly<Record<string, (n: Nonsense) => void>> = {
  'a descriptor that leads to itself': (n) => n.chain({ flags: NEXT, next: 0 }),
  'two that lead to each other': (n) => n.chain({ flags: NEXT, next: 1 }, { flags: NEXT, next: 0 }),
  'a circle of all': (n) =>
    n.chain(...Array.from({ length: SIZE }, (_, i) => ({ flags: NEXT, next: (i + 1) % SIZE }))),
  'a circle of writable ones': (n) => n.chain({ flags: NEXT | WRITE, next: 0, length: 512 }),
  'the next beyond the table': (n) => n.chain({ flags: NEXT, next: SIZE }),
  'the next far beyond it': (n) => n.chain({ flags: NEXT, next: 0xffff }),
  'a head beyond the table': (n) => n.driver.publish(n.queue, SIZE),
  'a head far beyond it': (n) => n.driver.publish(n.queue, 0xffff),
  'an index that jumps over the queue': (n) => setIndex(n, SIZE + 1),
  'an index that jumps half around': (n) => setIndex(n, 0x8000),
  'an index that goes back': (n) => setIndex(n, 0xffff),
  'the same head as often as there is room': (n) => {
    n.chain({ flags: WRITE });
    for (let i = 1; i < SIZE; i++) n.driver.publish(n.queue, 0);
  },
  'a readable length without end': (n) => n.chain({ length: 0xffff_ffff }),
  'a writable length without end': (n) => n.chain({ length: 0xffff_ffff, flags: WRITE }),
  'lengths that together are without end': (n) =>
    n.chain(...Array.from({ length: SIZE }, (_, i) => ({ length: 0xffff_ffff, flags: NEXT, next: i + 1 }))),
  'no length at all': (n) => n.chain({ length: 0, flags: NEXT, next: 1 }, { length: 0, flags: WRITE }),
  'a first of no length': (n) => n.chain({ length: 0, flags: NEXT, next: 1 }, { flags: WRITE }),
  'the writable one first': (n) => n.chain({ flags: WRITE | NEXT, next: 1 }, {}),
  'only readable ones': (n) => n.chain({ flags: NEXT, next: 1 }, { length: 512 }),
  'only writable ones': (n) => n.chain({ flags: WRITE | NEXT, next: 1 }, { flags: WRITE }),
  'one byte': (n) => n.chain({ length: 1 }),
  'every flag': (n) => n.chain({ flags: 0xffff }),
  'flags that nobody knows': (n) => n.chain({ flags: 0xfff8 }),
  'buffers at 0': at(0),
  'buffers over the beginning of RAM': at(RAM - 8),
  'buffers over its end': at(RAM_END - 8),
  'buffers behind its end': at(RAM_END),
  'buffers at registers': at(MMIO),
  'buffers at 2^34': at(2 ** 34),
  'buffers at 2^41': at(2 ** 41),
  'buffers at 2^56': at(2 ** 56),
  'buffers at the end of all addresses': at(2 ** 64 - 2048),
  'the table of descriptors as a buffer': (n) => at(n.driver.area(n.queue))(n),
  'the driver’s ring as a buffer': (n) => at(n.driver.availableRing(n.queue))(n),
  'the device’s ring as a buffer': (n) => at(n.driver.area(n.queue) + 0x5000)(n),
  'a table of none': (n) => n.table({ length: 0 }),
  'a table of one and a half': (n) => n.table({ length: 24 }, {}),
  'a table without end': (n) => n.table({ length: 0xffff_fff0 }, { flags: NEXT, next: 0xfffe }),
  'a table in a table': (n) => n.table({}, { address: TABLE, flags: INDIRECT }),
  'a table and a next': (n) => n.table({ flags: INDIRECT | NEXT, next: 1 }, {}),
  'a table that leads in a circle': (n) => n.table({}, { flags: NEXT, next: 1 }, { flags: NEXT, next: 0 }),
  'a table at registers': (n) => n.table({ address: MMIO }),
  'a table over the end of RAM': (n) => n.table({ address: RAM_END - 8 }),
  'all areas at one place': (n) => n.place({ areas: [RAM, RAM, RAM] }),
  'both rings at one place': (n) => n.place({ areas: [RAM, RAM + 0x4000, RAM + 0x4000] }),
  'descriptors at registers': (n) => n.place({ areas: [MMIO, RAM + 0x4000, RAM + 0x5000] }),
  'the driver’s ring at registers': (n) => n.place({ areas: [RAM, MMIO, RAM + 0x5000] }),
  'the device’s ring at registers': (n) => n.place({ areas: [RAM, RAM + 0x4000, MMIO] }),
  'the device’s ring over the end of RAM': (n) => n.place({ areas: [RAM, RAM + 0x4000, RAM_END - 4] }),
  'areas that are not aligned': (n) => n.place({ areas: [RAM + 8, RAM + 0x4001, RAM + 0x5002] }),
  'no size': (n) => n.place({ size: 0 }),
  'a size that is no power of two': (n) => n.place({ size: 3 }),
  'a size above the largest': (n) => n.place({ size: 0x1_0000 }),
};

/** Those of which a device must tell that it needs a reset. */
const TOLD: ReadonlySet<string> = new Set([
  ...['a descriptor that leads to itself', 'two that lead to each other', 'a circle of all'],
  ...[
    'the next beyond the table',
    'the next far beyond it',
    'a head beyond the table',
    'a head far beyond it',
  ],
  ...['an index that jumps over the queue', 'the writable one first', 'descriptors at registers'],
  ...['areas that are not aligned', 'no size', 'a size that is no power of two', 'a size above the largest'],
]);

function setIndex({ driver, queue, chain }: Nonsense, index: number): void {
  chain({ flags: WRITE });
  driver.memory.writeU16(driver.availableRing(queue) + 2, index);
}

function nonsenseFor(driver: MockDriver, { queue }: SampleDevice): Nonsense {
  const chain = (...descriptors: Partial<Descriptor>[]): void => {
    for (const [i, d] of descriptors.entries()) driver.setDescriptor(queue, i, { ...plain, ...d });
    driver.publish(queue, 0);
  };
  return {
    ...{ driver, queue, chain },
    table: (named, ...entries) => {
      for (const [i, d] of entries.entries()) driver.setDescriptor(queue, i, { ...plain, ...d }, TABLE);
      chain({ address: TABLE, length: 16 * entries.length, flags: INDIRECT, ...named });
    },
    place: ({ areas = [RAM, RAM + 0x4000, RAM + 0x5000], size = SIZE }) => {
      driver.set(reg.QUEUE_SEL, queue);
      driver.set(reg.QUEUE_READY, 0);
      driver.set(reg.QUEUE_NUM, size);
      for (const [i, register] of [reg.QUEUE_DESC_LOW, reg.QUEUE_DRIVER_LOW, reg.QUEUE_DEVICE_LOW].entries())
        driver.set(register, areas[i]!);
      driver.memory.writeU16(areas[1]! + 2, 1);
      driver.set(reg.QUEUE_READY, 1);
    },
  };
}

/** Counts what is read of a memory from now on. */
function countReads(memory: MockGuestMemory): () => number {
  const read = memory.read.bind(memory);
  let bytes = 0;
  memory.read = (gpa, target) => {
    bytes += target.length;
    return read(gpa, target);
  };
  return () => bytes;
}

test('they are as many as were promised', () => {
  expect(Object.keys(CASES).length * SAMPLE_DEVICES.length).toBeGreaterThanOrEqual(200);
});

describe.each(SAMPLE_DEVICES)('$kind', (sample) => {
  test.each(Object.entries(CASES))('%s', (name, write) => {
    const host = new TestHost();
    const { device, poke } = sample.make(host);
    const driver = new MockDriver(device, SIZE);
    const bytesRead = countReads(driver.memory);
    for (const features of [
      (device.features | F_INDIRECT_DESC) & ~F_EVENT_IDX,
      device.features | F_EVENT_IDX,
    ]) {
      driver.start((features & driver.slot.offered[0]!) >>> 0);
      write(nonsenseFor(driver, sample));
      const before = bytesRead();
      driver.notify(sample.queue);
      poke();
      host.runTo(host.time + 1e9);
      if (TOLD.has(name)) expect(driver.needsReset).toBe(true);
      expect(bytesRead() - before).toBeLessThan(MOST_READ);
      expect(host.events.length).toBeLessThanOrEqual(2);
      expect(driver.completions(sample.queue).length).toBeLessThanOrEqual(0x1_0000);

      driver.set(reg.STATUS, 0);
      expect(driver.memory.pinned).toBe(0);
      driver.start();
      driver.memory.fill(BUFFER, 4096, 0);
      driver.submit(
        sample.queue,
        sample.buffers.map((buffer, i) => ({ ...buffer, gpa: BUFFER + 1024 * i })),
      );
      driver.notify(sample.queue);
      host.runTo(host.time + 1e9);
      expect([driver.needsReset, driver.completions(sample.queue).length]).toEqual([false, 1]);
    }
  });
});
