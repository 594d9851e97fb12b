import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import { CHAIN, DescriptorChain } from './descriptor-chain.ts';
import { type Descriptor, MockDriver } from './mock-driver.ts';
import { ALL, idleDevice } from './mock-idle-device.ts';
import { VirtioNet } from './net/device.ts';
import { QUEUE_READY, QUEUE_SEL, STATUS } from './registers.ts';
import { TestHost } from './test-host.ts';
import { F_INDIRECT_DESC } from './virtio-device.ts';
import { QUEUE_BYTES, type Virtqueue } from './virtqueue.ts';
import { VIRTQUEUE } from './virtqueue-state.ts';

const NEXT = 1;
const WRITE = 2;
const INDIRECT = 4;
const SIZE = 8;
const idle = idleDevice(SIZE);

function newQueue(features = F_INDIRECT_DESC) {
  const driver = new MockDriver(idle).start(features);
  const queue: Virtqueue = driver.slot.queue(0);
  const chain = new DescriptorChain(SIZE);
  return {
    driver,
    queue,
    chain,
    take: () => {
      queue.beginService();
      return queue.next(chain, ALL);
    },
    /** Publishes descriptor 0 after writing the table, takes it, and names the fault. */
    faultOf: (table: readonly Partial<Descriptor>[], head = 0) => {
      for (const [i, d] of table.entries())
        driver.setDescriptor(0, i, { address: 0x8008_0000, length: 16, flags: 0, next: 0, ...d });
      driver.publish(0, head);
      queue.beginService();
      return queue.next(chain, ALL) ? 'taken' : driver.slot.fault;
    },
  };
}

test('a chain is taken once, with its parts, and comes back in the used ring', () => {
  const { driver, queue, chain, take } = newQueue();
  const a = driver.allocate(16, Uint8Array.of(1, 2, 3));
  const b = driver.allocate(16);
  const head = driver.submit(0, [
    { gpa: a, length: 3, writable: false },
    { gpa: b, length: 16, writable: true },
  ]);
  expect(take()).toBe(true);
  expect([chain.head, chain.readable, chain.writable]).toEqual([head, 3, 16]);
  const bytes = new Uint8Array(2);
  expect(chain.read(driver.memory, 1, bytes)).toBe(true);
  expect([...bytes]).toEqual([2, 3]);
  expect(chain.write(driver.memory, 14, bytes)).toBe(true);
  expect([...driver.bytes(b, 16)].slice(13)).toEqual([0, 2, 3]);
  expect(chain.write(driver.memory, 15, bytes)).toBe(false);
  expect(chain.read(driver.memory, 2, bytes)).toBe(false);
  expect(take()).toBe(false);
  queue.complete(chain, 7);
  expect(driver.completions(0)).toEqual([{ head, written: 7 }]);
});

test('indices wrap around 2^16', () => {
  const { driver, queue, chain, take } = newQueue();
  const gpa = driver.allocate(16);
  for (let i = 0; i < 70_000; i++) {
    driver.submit(0, [{ gpa, length: 4, writable: true }]);
    if (!take()) throw new Error(`chain ${i} was not taken`);
    queue.complete(chain, i);
    const [used] = driver.completions(0);
    if (used?.written !== i) throw new Error(`chain ${i} did not come back`);
  }
  expect(driver.needsReset).toBe(false);
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

test('a chain whose buffer is not in memory is taken when it is, and stays there until it is completed', () => {
  const { driver, queue, chain, take } = newQueue();
  const { memory } = driver;
  const rings = memory.pinned;
  const gpa = driver.allocate(8192);
  const page = Math.floor((gpa - memory.base + 4096) / 4096);
  driver.submit(0, [{ gpa, length: 8192, writable: true }]);
  memory.away.add(page);
  expect([take(), queue.waits, driver.needsReset]).toEqual([false, true, false]);
  expect(memory.pinned).toBe(rings);
  memory.away.clear();
  expect([take(), queue.waits]).toEqual([true, false]);
  expect([memory.pinned - rings, memory.pins[page]]).toEqual([2, 1]);
  queue.complete(chain, 0);
  expect(memory.pinned).toBe(rings);
});

test('only what a device will touch of a chain is pinned', () => {
  const { driver, queue, chain } = newQueue();
  const rings = driver.memory.pinned;
  driver.submit(0, [
    { gpa: driver.allocate(4096 * 3), length: 4096 * 3, writable: false },
    { gpa: driver.allocate(4096 * 3), length: 4096 * 3, writable: true },
  ]);
  queue.beginService();
  expect(queue.next(chain, { readable: 4096, writable: 0 })).toBe(true);
  expect(driver.memory.pinned - rings).toBe(1);
});

test('rings and indirect tables that are not in memory are waited for', () => {
  const { driver, queue, take } = newQueue();
  const { memory } = driver;
  const table = driver.allocate(4096 * 2) + 4096;
  const tablePage = Math.floor((table - memory.base) / 4096);
  driver.setDescriptor(0, 0, { address: table, length: 16, flags: INDIRECT, next: 0 });
  driver.setDescriptor(0, 0, { address: driver.allocate(16), length: 16, flags: 0, next: 0 }, table);
  driver.publish(0, 0);
  memory.away.add(tablePage);
  expect([take(), queue.waits]).toEqual([false, true]);
  memory.away.clear();
  expect(take()).toBe(true);
  // Its used ring is away when the queue becomes ready.
  driver.set(QUEUE_READY, 0);
  expect(memory.pinned).toBe(0);
  memory.away.add(5);
  driver.setUpQueue(0);
  expect([take(), queue.waits, driver.needsReset, memory.pinned]).toEqual([false, true, false, 0]);
  memory.away.clear();
  driver.submit(0, [{ gpa: driver.allocate(16), length: 16, writable: true }]);
  expect(take()).toBe(true);
});

test('a queue that is taken away gives up what is pinned of it', () => {
  for (const register of [QUEUE_READY, STATUS]) {
    const { driver, take } = newQueue();
    driver.submit(0, [{ gpa: driver.allocate(16), length: 16, writable: true }]);
    expect(take()).toBe(true);
    expect(driver.memory.pinned).toBe(4);
    driver.set(register, 0);
    expect(driver.memory.pinned).toBe(0);
  }
});

test('hostile chains break the queue, each with its reason', () => {
  const cases: [string, readonly Partial<Descriptor>[], number?][] = [
    ['chain-too-long', [{ flags: NEXT, next: 0 }]],
    [
      'chain-too-long',
      [
        { flags: NEXT, next: 1 },
        { flags: NEXT, next: 2 },
        { flags: NEXT, next: 1 },
      ],
    ],
    ['next-beyond-table', [{ flags: NEXT, next: SIZE }]],
    ['next-beyond-table', [{ flags: NEXT, next: 0xffff }]],
    ['head-beyond-queue', [{}], SIZE],
    ['head-beyond-queue', [{}], 0xffff],
    ['readable-after-writable', [{ flags: WRITE | NEXT, next: 1 }, { flags: 0 }]],
    ['bad-buffer-address', [{ address: 2 ** 53 }]],
    ['bad-buffer-address', [{ address: 2 ** 63 }]],
    ['bad-indirect', [{ flags: INDIRECT | NEXT, length: 16 }]],
    ['bad-indirect', [{ flags: INDIRECT, length: 0 }]],
    ['bad-indirect', [{ flags: INDIRECT, length: 17 }]],
    ['descriptor-not-memory', [{ flags: INDIRECT, length: 16, address: 0x1000 }]],
  ];
  for (const [fault, table, head] of cases) {
    const { faultOf, driver, queue } = newQueue();
    expect(faultOf(table, head)).toBe(fault);
    expect(driver.needsReset).toBe(true);
    queue.complete(new DescriptorChain(SIZE), 0);
    expect(driver.completions(0)).toEqual([]);
    driver.start();
    driver.submit(0, [{ gpa: 0x8008_0000, length: 1, writable: true }]);
    queue.beginService();
    expect(queue.next(new DescriptorChain(SIZE), ALL)).toBe(true);
  }
});

test('zero and huge lengths are taken as they are: only what is moved must be memory', () => {
  const { faultOf, chain, driver } = newQueue();
  const table = [
    { length: 0, flags: NEXT, next: 1 },
    { length: 0xffff_ffff, flags: WRITE | NEXT, next: 2 },
    { length: 0xffff_ffff, flags: WRITE },
  ];
  expect(faultOf(table)).toBe('taken');
  expect([chain.readable, chain.writable]).toEqual([0, 2 * 0xffff_ffff]);
  expect(chain.write(driver.memory, 0, new Uint8Array(100))).toBe(true);
  expect(chain.write(driver.memory, 0xffff_fff0, new Uint8Array(100))).toBe(false);
});

test('an available index that jumps breaks the queue; so do chains that share descriptors', () => {
  const jump = newQueue();
  jump.driver.memory.writeU16(jump.driver.availableRing(0) + 2, SIZE + 1);
  expect(jump.take()).toBe(false);
  expect(jump.driver.slot.fault).toBe('index-jump');

  const shared = newQueue();
  for (let i = 0; i < SIZE; i++)
    shared.driver.setDescriptor(0, i, {
      address: 0x8008_0000,
      length: 1,
      flags: i === SIZE - 1 ? 0 : NEXT,
      next: i + 1,
    });
  for (let i = 0; i < SIZE; i++) shared.driver.publish(0, 0);
  expect(shared.take()).toBe(true);
  expect(shared.queue.next(shared.chain, ALL)).toBe(false);
  expect(shared.driver.slot.fault).toBe('chain-too-long');
});

test('the same chain submitted again and again is bounded by what is in flight', () => {
  const { driver, queue, chain } = newQueue();
  driver.setDescriptor(0, 0, { address: 0x8008_0000, length: 1, flags: 0, next: 0 });
  let taken = 0;
  for (let i = 0; i < 3 * SIZE; i++) {
    driver.publish(0, 0);
    queue.beginService();
    if (queue.next(chain, ALL)) taken += 1;
  }
  expect(taken).toBe(SIZE);
  expect(driver.slot.fault).toBe('index-jump');
});

test('an indirect table gives as many buffers as the queue has entries, and not one more', () => {
  for (const [count, expected] of [
    [SIZE, 'taken'],
    [SIZE + 1, 'chain-too-long'],
  ] as const) {
    const { driver, faultOf, chain } = newQueue();
    const table = driver.allocate(16 * (SIZE + 1));
    for (let i = 0; i < count; i++)
      driver.setDescriptor(
        0,
        i,
        { address: 0x800a_0000 + i, length: 1, flags: i === count - 1 ? 0 : NEXT, next: i + 1 },
        table,
      );
    expect(faultOf([{ address: table, length: 16 * count, flags: INDIRECT }])).toBe(expected);
    if (expected === 'taken') expect(chain.readable).toBe(SIZE);
  }
});

test('an indirect table lies anywhere, over the end of a page too, and its entries lead on in any order', () => {
  const { driver, faultOf, chain } = newQueue();
  const room = driver.allocate(3 * 4096);
  // The second entry lies in both pages.
  const table = room - (room % 4096) + 2 * 4096 - 24;
  const order = [0, 5, 1, 4, 2, 3].filter((index) => index < SIZE);
  for (const [at, index] of order.entries())
    driver.setDescriptor(
      0,
      index,
      {
        address: 0x800a_0000 + index,
        length: 1,
        flags: at === order.length - 1 ? 0 : NEXT,
        next: order[at + 1] ?? 0,
      },
      table,
    );
  expect(faultOf([{ address: table, length: 16 * 6, flags: INDIRECT }])).toBe('taken');
  expect(order.map((_, at) => chain.addressOf(at) - 0x800a_0000)).toEqual(order);
  // What the next chain has there is looked at anew.
  driver.setDescriptor(0, 0, { address: 0x800b_0000, length: 2, flags: 0, next: 0 }, table);
  expect(faultOf([{ address: table, length: 16 * 6, flags: INDIRECT }])).toBe('taken');
  expect([chain.addressOf(0), chain.readable]).toEqual([0x800b_0000, 2]);
});

test('an indirect table may follow direct descriptors; one inside another is refused, and so is one not negotiated', () => {
  const after = newQueue();
  const table = after.driver.allocate(32);
  after.driver.setDescriptor(0, 0, { address: 0x800a_0000, length: 5, flags: WRITE, next: 0 }, table);
  expect(
    after.faultOf([
      { flags: NEXT, next: 1, length: 3 },
      { address: table, length: 16, flags: INDIRECT },
    ]),
  ).toBe('taken');
  expect([after.chain.readable, after.chain.writable]).toEqual([3, 5]);

  const nested = newQueue();
  nested.driver.setDescriptor(0, 0, { address: table, length: 16, flags: INDIRECT, next: 0 }, table);
  expect(nested.faultOf([{ address: table, length: 16, flags: INDIRECT }])).toBe('bad-indirect');

  const refused = newQueue(0);
  expect(refused.faultOf([{ address: table, length: 16, flags: INDIRECT }])).toBe('bad-indirect');
});

test('property: whatever lies in the rings, a service ends within its budget and state round-trips', () => {
  const descriptor = fc.record({
    address: fc.oneof(
      fc.constantFrom(0, 0x8000_0000, 0x8000_4000, 0x8000_5000, 2 ** 40, 2 ** 63),
      fc.nat(0xffff_ffff),
    ),
    length: fc.oneof(fc.constantFrom(0, 1, 16, 32, 0xffff_ffff), fc.nat(64)),
    flags: fc.nat(7),
    next: fc.oneof(fc.nat(SIZE + 1), fc.nat(0xffff)),
  });
  const { driver, queue, chain } = newQueue();
  const other = newQueue();
  fc.assert(
    fc.property(
      fc.array(descriptor, { minLength: SIZE, maxLength: SIZE }),
      fc.array(fc.nat(SIZE), { maxLength: 2 * SIZE }),
      fc.nat(0xffff),
      fc.boolean(),
      (table, heads, index, jump) => {
        driver.start();
        for (const [i, d] of table.entries()) driver.setDescriptor(0, i, d);
        for (const head of heads) driver.publish(0, head);
        if (jump) driver.memory.writeU16(driver.availableRing(0) + 2, index);
        let taken = 0;
        queue.beginService();
        while (taken <= SIZE && queue.next(chain, ALL)) {
          taken += 1;
          const bytes = new Uint8Array(Math.min(64, chain.readable));
          chain.read(driver.memory, 0, bytes);
          chain.write(driver.memory, 0, bytes);
          queue.complete(chain, 1);
        }
        expect(taken).toBeLessThanOrEqual(SIZE);
        const bytes = [encode(VIRTQUEUE, queue.capture()), encode(CHAIN, chain.capture())] as const;
        other.queue.restore(decode(VIRTQUEUE, bytes[0]));
        other.chain.restore(decode(CHAIN, bytes[1]));
        const again = [encode(VIRTQUEUE, other.queue.capture()), encode(CHAIN, other.chain.capture())];
        expect(again).toEqual(bytes);
      },
    ),
    { numRuns: 400 },
  );
});

test('what a queue works with is made when its driver sets it up, and gone with a reset', () => {
  const { events, now } = new TestHost();
  const mac = new Uint8Array(6);
  const card = new VirtioNet({ mac, transmit: () => {}, channel: 'net', events, now, pairs: 8 });
  const driver = new MockDriver(card, 8);
  const made = (): number => driver.slot.queues.reduce((sum, { madeBytes }) => sum + madeBytes, 0);
  expect([driver.slot.queues.length, made()]).toEqual([17, 0]);
  // A driver that knows of one pair of queues, and of that of commands.
  for (const queue of [0, 1, 16]) driver.setUpQueue(queue);
  expect(made()).toBe(3 * QUEUE_BYTES);
  driver.set(QUEUE_SEL, 1);
  driver.set(QUEUE_READY, 0);
  expect(made()).toBe(2 * QUEUE_BYTES);
  const saved = driver.slot.queue(0).capture();
  driver.set(STATUS, 0);
  expect(made()).toBe(0);
  driver.slot.queue(0).restore(saved);
  expect([made(), driver.slot.queue(0).ready]).toEqual([QUEUE_BYTES, true]);
});
