/** The packed layout (virtio 1.2, §2.8), as a driver sees it that keeps the rules, and one that does not. */
import { expect, test } from 'vitest';
import { SnapshotFormatError } from '#base/state/bytes';
import { decode, encode } from '#base/state/codec';
import { DescriptorChain } from './descriptor-chain.ts';
import { MockDriver } from './mock-driver.ts';
import { ALL, idleDevice } from './mock-idle-device.ts';
import type { PackedDescriptor } from './mock-packed-ring.ts';
import { VirtioRng } from './rng/device.ts';
import { F_EVENT_IDX, F_INDIRECT_DESC } from './virtio-device.ts';
import { VIRTQUEUE } from './virtqueue-state.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const AVAIL = 1 << 7;
const SIZE = 8;
const idle = idleDevice(SIZE);

function newQueue(features = F_INDIRECT_DESC, size = SIZE) {
  const driver = new MockDriver(idle, size, 'packed').start(features);
  const queue = driver.slot.queue(0);
  const take = (chain = new DescriptorChain(SIZE)): DescriptorChain | undefined => {
    queue.beginService();
    return queue.next(chain, ALL) ? chain : undefined;
  };
  return {
    ...{ driver, queue, take, ring: driver.packed(0) },
    /** Writes descriptors that are available, takes their chain, and names the fault. */
    faultOf: (table: readonly Partial<PackedDescriptor>[]): string | undefined => {
      const ring = driver.packed(0);
      for (const [i, d] of table.entries()) {
        const flags = ring.available(i) | (d.flags ?? 0);
        ring.write(i, { address: 0x8008_0000, length: 16, id: 0, ...d, flags });
      }
      return take() === undefined ? driver.slot.fault : 'taken';
    },
  };
}

test('a chain is taken once, with its parts, and comes back as one used descriptor with its id', () => {
  const { driver, queue, take } = newQueue();
  const a = driver.allocate(16, Uint8Array.of(1, 2, 3));
  const b = driver.allocate(16);
  const id = driver.submit(0, [
    { gpa: a, length: 3, writable: false },
    { gpa: b, length: 16, writable: true },
  ]);
  const chain = take()!;
  expect([chain.head, chain.slots, chain.readable, chain.writable]).toEqual([id, 2, 3, 16]);
  expect(take()).toBeUndefined();
  expect(driver.completions(0)).toEqual([]);
  queue.complete(chain, 7);
  expect(driver.completions(0)).toEqual([{ head: id, written: 7 }]);
});

test('it goes round and round, also where the size is no power of two', () => {
  for (const size of [8, 7]) {
    const { driver, queue, take } = newQueue(0, size);
    const gpa = driver.allocate(16);
    const part = { gpa, length: 4, writable: true };
    for (let i = 0; i < 70_000; i++) {
      const id = driver.submit(0, i % 3 === 0 ? [part, part] : [part]);
      const chain = take();
      if (chain === undefined) throw new Error(`chain ${i} of ${size} was not taken`);
      queue.complete(chain, i);
      const [used] = driver.completions(0);
      if (used?.head !== id || used.written !== i) throw new Error(`chain ${i} of ${size} did not come back`);
    }
    expect(driver.needsReset).toBe(false);
  }
});

test('chains come back in the order in which they end, over descriptors of those that the device still has', () => {
  const { driver, queue, take } = newQueue();
  const gpa = driver.allocate(16);
  const part = { gpa, length: 4, writable: true };
  const submit = (parts: number): number => driver.submit(0, new Array(parts).fill(part));
  const ids = [submit(1), submit(3), submit(2)];
  const [slow, middle, fast] = ids.map(() => take()!);
  queue.complete(fast!, 3);
  queue.complete(middle!, 2);
  expect(driver.completions(0)).toEqual([
    { head: ids[2], written: 3 },
    { head: ids[1], written: 2 },
  ]);
  // Their places are the driver's again, while the first chain is still with the device.
  const later = [submit(4), submit(1)];
  const next = later.map(() => take()!);
  queue.complete(next[1]!, 1);
  queue.complete(slow!, 9);
  queue.complete(next[0]!, 4);
  expect(driver.completions(0).map(({ head }) => head)).toEqual([later[1], ids[0], later[0]]);
  expect(driver.needsReset).toBe(false);
});

test('chains that are put back are taken again, over the end of the ring as well', () => {
  const { driver, queue, take } = newQueue();
  const part = { gpa: driver.allocate(16), length: 4, writable: true };
  for (let round = 0; round < 20; round++) {
    const ids = [driver.submit(0, [part]), driver.submit(0, [part, part])];
    const before = queue.capture();
    queue.putBack([take()!, take()!]);
    expect(queue.capture()).toEqual(before);
    for (const id of ids) {
      const chain = take()!;
      expect(chain.head).toBe(id);
      queue.complete(chain, 4);
    }
    expect(driver.completions(0)).toHaveLength(2);
  }
});

test('a used descriptor says by WRITE whether anything was written', () => {
  const { driver, queue, take, ring } = newQueue();
  const gpa = driver.allocate(16);
  driver.submit(0, [{ gpa, length: 4, writable: false }]);
  driver.submit(0, [{ gpa, length: 4, writable: true }]);
  queue.complete(take()!, 0);
  queue.complete(take()!, 4);
  const flagsAt = (entry: number): number => driver.memory.readU16(ring.areas.descriptors + 16 * entry + 14);
  expect([flagsAt(0) & WRITE, flagsAt(1) & WRITE]).toEqual([0, WRITE]);
});

test('each field of a descriptor is read once', () => {
  const { driver, take } = newQueue();
  driver.submit(0, [
    { gpa: driver.allocate(16), length: 16, writable: false },
    { gpa: driver.allocate(16), length: 16, writable: true },
  ]);
  const timesRead = new Uint16Array(driver.memory.bytes.length);
  driver.memory.timesRead = timesRead;
  take();
  expect(new Set(timesRead.subarray(0, 32))).toEqual(new Set([1]));
  expect(new Set(timesRead.subarray(32, 128))).toEqual(new Set([0]));
});

test('an indirect table stands alone; its entries follow each other, and of their flags WRITE alone means something', () => {
  const { driver, take, ring } = newQueue();
  const [table, gpa] = [driver.allocate(48), driver.allocate(16, Uint8Array.of(5, 6))];
  const entry = { address: gpa, length: 2, id: 77 };
  ring.write(0, { ...entry, flags: INDIRECT | AVAIL }, table);
  ring.write(1, { ...entry, flags: NEXT }, table);
  ring.write(2, { ...entry, flags: WRITE }, table);
  ring.write(0, { address: table, length: 48, id: 3, flags: ring.available() | INDIRECT | WRITE });
  const chain = take()!;
  expect([chain.head, chain.slots, chain.readable, chain.writable]).toEqual([3, 1, 4, 2]);
});

test('what makes no sense breaks the queue, and says why', () => {
  const table = { address: 0x8008_0000, flags: INDIRECT };
  const cases: readonly (readonly [string, readonly Partial<PackedDescriptor>[]])[] = [
    ['readable-after-writable', [{ flags: WRITE | NEXT }, {}]],
    ['bad-indirect', [{ ...table, length: 0 }]],
    ['bad-indirect', [{ ...table, length: 17 }]],
    ['bad-indirect', [{ flags: NEXT }, { ...table, length: 16 }]],
    ['bad-indirect', [{ ...table, flags: INDIRECT | NEXT, length: 16 }, {}]],
    ['chain-too-long', [{ ...table, length: 16 * (SIZE + 1) }]],
    ['chain-too-long', new Array(SIZE).fill({ flags: NEXT })],
    ['bad-buffer-address', [{ address: 2 ** 56 }]],
    ['descriptor-not-memory', [{ ...table, address: 0x9000_0000, length: 16 }]],
    ['head-beyond-queue', [{ id: SIZE }]],
  ];
  for (const [fault, descriptors] of cases) {
    const { driver, faultOf } = newQueue();
    expect([fault, faultOf(descriptors)]).toEqual([fault, fault]);
    expect(driver.needsReset).toBe(true);
  }
  expect(newQueue(0).faultOf([{ ...table, length: 16 }])).toBe('bad-indirect');
});

test('more chains than the queue has room for break it', () => {
  const { driver, queue, take } = newQueue();
  const part = { gpa: driver.allocate(16), length: 4, writable: true };
  for (let i = 0; i < SIZE; i++) driver.submit(0, [part]);
  for (let i = 0; i < SIZE; i++) expect(take()).toBeDefined();
  expect([take(), queue.broken]).toEqual([undefined, false]);
  driver.submit(0, [part]);
  expect([take(), driver.slot.fault]).toEqual([undefined, 'index-jump']);
});

test('sizes and places that it cannot have are refused', () => {
  const fault = (size: number, low: number): string | undefined => {
    const driver = new MockDriver(idle, 4, 'packed').start();
    driver.set(0x44, 0);
    driver.setUpQueue(0, driver.area(0) + low, size);
    return driver.slot.fault;
  };
  expect([fault(4, 0), fault(0, 0), fault(4, 8)]).toEqual([undefined, 'bad-size', 'bad-ring-address']);
});

function rng() {
  const driver = new MockDriver(new VirtioRng({ seed: 1 }), SIZE, 'packed').start(F_EVENT_IDX);
  const gpa = driver.allocate(16);
  const ask = (count: number): void => {
    for (let i = 0; i < count; i++) driver.submit(0, [{ gpa, length: 4, writable: true }]);
    driver.notify(0);
    driver.completions(0);
  };
  const heard = (): boolean => {
    const { interrupt } = driver;
    driver.set(0x64, 3);
    return interrupt;
  };
  return { driver, ask, heard, ring: driver.packed(0) };
}

test('a driver hears always, never, or of the descriptor that it names', () => {
  const { ask, heard, ring } = rng();
  ask(1);
  expect(heard()).toBe(true);
  ring.wantInterrupt('never');
  ask(1);
  expect(heard()).toBe(false);
  // Two descriptors were used.
  ring.wantInterrupt({ entry: 4, lap: true });
  ask(2);
  expect(heard()).toBe(false);
  ask(1);
  expect(heard()).toBe(true);
  // In the next lap.
  ring.wantInterrupt({ entry: 1, lap: false });
  ask(4);
  expect(heard()).toBe(false);
  ask(4);
  expect(heard()).toBe(true);
  ring.wantInterrupt({ entry: 7, lap: true });
  ask(2);
  expect(heard()).toBe(false);
});

test('without EVENT_IDX the entry that is named means nothing', () => {
  const { driver, ring } = rng();
  driver.start(0);
  ring.wantInterrupt({ entry: 5, lap: true });
  driver.submit(0, [{ gpa: driver.allocate(16), length: 4, writable: true }]);
  driver.notify(0);
  expect(driver.interrupt).toBe(true);
});

test('a device names the descriptor behind those that it has taken', () => {
  const { ask, ring } = rng();
  expect(ring.wantedNotification.when).toBe(0);
  ask(3);
  expect(ring.wantedNotification).toEqual({ when: 2, entry: 3, lap: true });
  ask(7);
  expect(ring.wantedNotification).toEqual({ when: 2, entry: 2, lap: false });
});

test('a snapshot in the middle goes on as it would have', () => {
  const { driver, queue, take } = newQueue();
  const part = { gpa: driver.allocate(16), length: 4, writable: true };
  for (let i = 0; i < 5; i++) driver.submit(0, [part, part].slice(i % 2));
  const held = [take()!, take()!];
  queue.complete(held[1]!, 1);
  const saved = decode(VIRTQUEUE, encode(VIRTQUEUE, queue.capture()));
  queue.withdraw();
  queue.restore(saved);
  queue.adopt(held[0]!, ALL);
  expect(queue.capture()).toEqual(saved);
  expect(queue.waiting()).toBe(3);
  queue.complete(held[0]!, 2);
  expect(driver.completions(0)).toHaveLength(2);
  expect(() => queue.restore({ ...saved, usedAt: 0x8005 })).toThrow(SnapshotFormatError);
  expect(() => queue.restore({ ...saved, availableAt: SIZE })).toThrow(SnapshotFormatError);
});

test('it is offered where it is said, and a driver may decline it', () => {
  const driver = new MockDriver(new VirtioRng({ seed: 1 }), SIZE, 'packed');
  expect(driver.slot.offered[1]! & 4).toBe(4);
  expect(new MockDriver(new VirtioRng({ seed: 1 }), SIZE).slot.offered[1]! & 4).toBe(0);
  driver.start();
  expect(driver.slot.queue(0).packed).toBe(true);
  driver.set(0x70, 0);
  expect(driver.slot.queue(0).packed).toBe(false);
});
