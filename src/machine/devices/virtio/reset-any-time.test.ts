/**
 * A device may be told to reset at any time, and may itself need a reset at any time (virtio 1.2, §2.1.2, §2.4.1), whatever it has in
 * flight: requests at a drive, a picture half copied, output that rests, frames that wait for more, buffers that it keeps. From then on it
 * writes nothing into memory, holds none of it, and tells nobody; and a driver that begins anew finds it as it was.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as block from './block/registers.ts';
import * as gpu from './gpu/registers.ts';
import { LAYOUTS, type Layout, MockDriver } from './mock-driver.ts';
import type { VirtioNet } from './net/device.ts';
import { ACK, segment } from './net/segment.mock.ts';
import * as reg from './registers.ts';
import { SAMPLE_DEVICES, type SampleDevice } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import { F_EVENT_IDX } from './virtio-device.ts';

const SIZE = 16;
const PAGE = 4096;
const FLOOD_AT = 0x8_0000;
/** What the picture of a graphics adapter is copied from: a page that may be away, so that it waits in the middle. */
const PICTURE = { id: 1, width: 32, height: 64 };

class Setup {
  readonly host: TestHost = new TestHost();
  readonly driver: MockDriver;
  readonly sample: SampleDevice;
  readonly poke: () => void;
  readonly queues: number;
  /** What there is room for in each queue, so that none is overrun. */
  #room: number[] = [];
  #picture = 0;

  constructor(sample: SampleDevice, layout: Layout) {
    const { device, poke } = sample.make(this.host);
    this.sample = sample;
    this.driver = new MockDriver(device, SIZE, layout);
    this.queues = device.queueSizes.length;
    this.poke = sample.kind === 'net' ? () => this.#receive(device as VirtioNet) : poke;
  }

  /** The driver begins, with room for buffers as at the first time. */
  start(): void {
    const { driver, sample } = this;
    driver.forgetBuffers();
    driver.memory.away.clear();
    driver.start(((this.driver.slot.device?.features ?? 0) & ~F_EVENT_IDX) >>> 0);
    this.#room = Array.from({ length: this.queues }, () => SIZE);
    if (sample.kind === 'gpu') this.#makePicture();
  }
  #makePicture(): void {
    const { id, width, height } = PICTURE;
    this.#picture = Math.ceil(this.driver.allocate(3 * PAGE) / PAGE) * PAGE;
    this.#command([gpu.RESOURCE_CREATE_2D, id, 2, width, height]);
    this.#command([gpu.RESOURCE_ATTACH_BACKING, id, 1, this.#picture, 0, 2 * PAGE, 0]);
    this.driver.notify(0);
    this.driver.completions(0);
    this.#room[0] = SIZE;
  }
  #command([type = 0, ...words]: readonly number[]): void {
    const bytes = new Uint8Array(Uint32Array.of(type, 0, 0, 0, 0, 0, ...words).buffer);
    this.submit(0, [bytes], 24);
  }

  /** A request of data to read, and room to be written; not made where the queue is full. */
  submit(queue: number, data: readonly Uint8Array[], room: number): void {
    const needed = data.length + (room > 0 ? 1 : 0);
    if (this.#room[queue]! < needed) return;
    this.#room[queue]! -= needed;
    const { driver } = this;
    driver.submit(queue, [
      ...data.map((bytes) => ({
        gpa: driver.allocate(bytes.length, bytes),
        length: bytes.length,
        writable: false,
      })),
      ...(room > 0 ? [{ gpa: driver.allocate(room), length: room, writable: true }] : []),
    ]);
  }

  /** Something that this sort of device takes a while for, or keeps. */
  ask(queue: number, choice: number): void {
    const { kind } = this.sample;
    if (kind === 'block')
      this.submit(0, [blockHead([block.T_IN, block.T_FLUSH, block.T_IN][choice % 3]!, choice)], 513);
    else if (kind === 'gpu') {
      const { id, width, height } = PICTURE;
      this.driver.memory.away.clear();
      if (choice % 2 === 0) this.driver.memory.away.add((this.#picture - this.driver.memory.base) / PAGE + 1);
      this.#command([gpu.TRANSFER_TO_HOST_2D, 0, 0, width, height, 0, 0, id, 0]);
    } else if (kind === 'console' && queue === 1) this.#flood();
    else if (choice % 2 === 0) this.submit(queue, [Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0)], 0);
    else this.submit(queue, [], 600);
    this.driver.notify(kind === 'block' || kind === 'gpu' ? 0 : queue);
  }

  /** More output than a console takes at a time. */
  #flood(): void {
    if (this.#room[1]! < 1) return;
    this.#room[1]! -= 1;
    this.driver.submit(1, [{ gpa: this.driver.memory.base + FLOOD_AT, length: 70_000, writable: false }]);
  }

  #receive(card: VirtioNet): void {
    card.receive(segment(100, ACK));
    card.receive(segment(100, ACK, 105));
  }

  /** Time passes, its world goes on, and notifications come: nothing of that may reach memory, or the driver. */
  lookOn(): void {
    const { driver, host } = this;
    driver.set(reg.INTERRUPT_ACK, 3);
    const before = driver.memory.bytes.slice();
    driver.memory.away.clear();
    for (const ns of [0, 10_000, 2_000_000, 1e9]) {
      host.runTo(host.time + ns);
      this.poke();
      for (let queue = 0; queue < this.queues; queue++) driver.notify(queue);
      driver.slot.pageArrived();
      driver.slot.device?.retry?.();
    }
    expect(Buffer.compare(driver.memory.bytes, before)).toBe(0);
    expect(driver.get(reg.INTERRUPT_STATUS) & reg.INTERRUPT_USED).toBe(0);
  }
}

function blockHead(type: number, sector: number): Uint8Array {
  const head = new Uint8Array(16);
  head[0] = type;
  head[8] = sector;
  return head;
}

const before = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('ask' as const), queue: fc.nat(5), choice: fc.nat(7) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('time' as const), ns: fc.nat(60_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('poke' as const) }) },
);
const END = ['broken', 'nonsense', 'reset by its driver', 'reset with its VM'] as const;
const round = fc.record({ steps: fc.array(before, { maxLength: 12 }), end: fc.constantFrom(...END) });

/** Kinds that have requests in flight for a while. */
const HOLDS: ReadonlySet<string> = new Set(['block', 'gpu', 'balloon']);
const CASES = SAMPLE_DEVICES.flatMap((sample) => LAYOUTS.map((layout) => ({ ...sample, layout })));

describe.each(CASES)('$kind, $layout', ({ layout, ...sample }) => {
  test('property: from a reset on, or since it needs one, it neither writes nor holds memory, and a new driver finds it as new', () => {
    let inFlight = 0;
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 4 }), (rounds) => {
        const setup = new Setup(sample, layout);
        const { driver, host } = setup;
        for (const { steps, end } of rounds) {
          setup.start();
          const rings = driver.memory.pinned;
          for (const step of steps) {
            if (step.do === 'ask') setup.ask(step.queue % setup.queues, step.choice);
            else if (step.do === 'time') host.runTo(host.time + step.ns);
            else setup.poke();
          }
          if (driver.memory.pinned > rings) inFlight += 1;
          if (end === 'broken') driver.slot.fail();
          else if (end === 'nonsense') breakQueue(setup);
          else if (end === 'reset by its driver') driver.set(reg.STATUS, 0);
          else driver.slot.reset();
          const needsReset = end === 'broken' || end === 'nonsense';
          expect(driver.needsReset).toBe(needsReset);
          expect(driver.memory.pinned).toBe(needsReset ? rings : 0);
          setup.lookOn();
          expect(driver.memory.pinned).toBe(needsReset ? rings : 0);
          if (!needsReset) expect([driver.status, driver.interrupt]).toEqual([0, false]);
        }
        setup.start();
        driver.completions(sample.queue);
        const data = sample.buffers
          .filter(({ writable }) => !writable)
          .map(({ length }) => new Uint8Array(length));
        const room = sample.buffers.find(({ writable }) => writable)?.length ?? 0;
        setup.submit(sample.queue, data, room);
        driver.notify(sample.queue);
        host.runTo(host.time + 1e9);
        expect([driver.needsReset, driver.completions(sample.queue).length]).toEqual([false, 1]);
      }),
      { numRuns: 40 },
    );
    // The others answer at once what they can answer, and leave the rest where it lies.
    if (HOLDS.has(sample.kind)) expect(inFlight).toBeGreaterThan(2);
  });
});

/** Makes a descriptor available that cannot be. A device that rests, or whose queue is full, comes to it later, or not at all: then it breaks by itself. */
function breakQueue({ driver, host, sample }: Setup): void {
  const { queue } = sample;
  driver.memory.away.clear();
  if (driver.slot.queue(queue).packed) {
    const ring = driver.packed(queue);
    ring.write(0, { address: driver.memory.base, length: 16, id: 99, flags: ring.available() });
  } else driver.publish(queue, 99);
  driver.notify(queue);
  if (!driver.needsReset) host.runTo(host.time + 1e9);
  if (!driver.needsReset) driver.slot.fail();
}
