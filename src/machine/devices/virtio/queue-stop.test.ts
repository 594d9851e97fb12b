/**
 * A driver may stop one queue and leave the device alone (virtio 1.2, §4.2.2.2). From then on the device neither touches the buffers
 * that it had of that queue nor speaks of them, whatever the device is: the queue sees to it, not the device.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_STATE } from '../device.ts';
import { DescriptorChain } from './descriptor-chain.ts';
import { type Buffer, MockDriver } from './mock-driver.ts';
import * as reg from './registers.ts';
import { SAMPLE_DEVICES, type SampleDevice } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import type { VirtioDevice, VirtioPort } from './virtio-device.ts';

const SIZE = 8;
const DELAY_NS = 1000;

/** A device that has several requests at a time, each for a while, and knows nothing of queues that stop. */
class SlowDevice implements VirtioDevice {
  readonly kind = 'slow';
  readonly deviceId = 42;
  readonly features = 0;
  readonly queueSizes: readonly number[] = [SIZE, SIZE];
  readonly config: Uint8Array = new Uint8Array(0);
  readonly counters = {};
  readonly counterRows = [];
  readonly #host: TestHost;
  #port: VirtioPort | undefined;
  /** Requests so far: each has an event of its own. */
  #taken = 0;

  constructor(host: TestHost) {
    this.#host = host;
  }

  plugged(port: VirtioPort): void {
    this.#port = port;
  }
  unplugged(): void {
    this.#port = undefined;
  }
  notify(index: number): void {
    const queue = this.#port!.queue(index);
    queue.beginService();
    for (;;) {
      const chain = new DescriptorChain(SIZE);
      if (!queue.next(chain, { readable: 16, writable: 16 })) return;
      const channel = `${index} ${chain.head} ${this.#taken++}`;
      this.#host.events.on(channel, () => this.#finish(index, chain));
      this.#host.events.schedule(this.#host.time + DELAY_NS * (1 + chain.head), channel, 0);
    }
  }
  #finish(index: number, chain: DescriptorChain): void {
    const port = this.#port!;
    chain.write(port.memory, 0, new Uint8Array(16).fill(0x77));
    port.queue(index).complete(chain, 16);
    port.used(index);
  }
  reset(): void {}
  capture(): typeof NO_STATE {
    return NO_STATE;
  }
  restore(): void {}
}

const SLOW: SampleDevice = {
  kind: 'a slow device',
  make: (host) => ({ device: new SlowDevice(host), poke: () => {} }),
  queue: 1,
  buffers: [{ length: 16, writable: true }],
};

interface Sent {
  readonly buffers: readonly Buffer[];
  readonly head: number;
}

/** A device, and a driver that knows of each queue what it has asked since it set the queue up. */
class Setup {
  readonly host: TestHost = new TestHost();
  readonly driver: MockDriver;
  readonly poke: () => void;
  readonly #shapes: SampleDevice['buffers'];
  readonly #sent: Sent[][];

  constructor({ make, buffers }: SampleDevice) {
    const { device, poke } = make(this.host);
    this.driver = new MockDriver(device, SIZE).start();
    this.poke = poke;
    this.#shapes = buffers;
    this.#sent = device.queueSizes.map(() => []);
  }

  get queues(): number {
    return this.#sent.length;
  }

  /** A request, unless the queue has as many as it holds. */
  submit(queue: number): void {
    const sent = this.#sent[queue]!;
    if (sent.length * this.#shapes.length + this.#shapes.length > SIZE) return;
    const buffers = this.#shapes.map((shape) => ({ ...shape, gpa: this.driver.allocate(shape.length) }));
    sent.push({ buffers, head: this.driver.submit(queue, buffers) });
  }

  /** What has come back of what was asked; nothing else may have. */
  collect(queue: number): number {
    const back = this.driver.completions(queue).map(({ head }) => head);
    const sent = this.#sent[queue]!;
    expect(sent.map(({ head }) => head)).toEqual(expect.arrayContaining(back));
    expect(new Set(back).size).toBe(back.length);
    this.#sent[queue] = sent.filter(({ head }) => !back.includes(head));
    return back.length;
  }

  /** Stops a queue and sets it up again; what it had asked is not answered, and its buffers stay as they are: returns a look at them. */
  restart(queue: number): () => Uint8Array[] {
    this.collect(queue);
    const buffers = this.#sent[queue]!.flatMap((sent) => sent.buffers);
    this.#sent[queue] = [];
    this.driver.set(reg.QUEUE_SEL, queue);
    this.driver.set(reg.QUEUE_READY, 0);
    expect(this.driver.get(reg.QUEUE_READY)).toBe(0);
    this.driver.set(reg.INTERRUPT_ACK, 3);
    this.driver.setUpQueue(queue);
    return () => buffers.map(({ gpa, length }) => this.driver.bytes(gpa, length));
  }

  /** Nothing of any queue is under way. */
  get isQuiet(): boolean {
    return this.#sent.every((sent) => sent.length === 0);
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), queue: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), queue: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('time' as const), ns: fc.nat(100_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('poke' as const) }) },
);

describe.each([...SAMPLE_DEVICES, SLOW])('$kind', (sample) => {
  test('property: what is asked of a queue is answered on it, or never once it was stopped', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const setup = new Setup(sample);
        const { driver, host } = setup;
        const looks: { readonly look: () => Uint8Array[]; readonly before: Uint8Array[] }[] = [];
        for (const each of steps) {
          const queue = 'queue' in each ? each.queue % setup.queues : 0;
          if (each.do === 'ask') {
            setup.submit(queue);
            driver.notify(queue);
          } else if (each.do === 'restart') {
            const look = setup.restart(queue);
            looks.push({ look, before: look() });
            if (setup.isQuiet) {
              host.runTo(host.time + 1e9);
              expect(driver.interrupt).toBe(false);
            }
          } else if (each.do === 'time') host.runTo(host.time + each.ns);
          else setup.poke();
        }
        for (let queue = 0; queue < setup.queues; queue++) setup.restart(queue);
        const rings = driver.memory.pinned;
        setup.submit(sample.queue);
        driver.notify(sample.queue);
        host.runTo(host.time + 1e9);
        expect(setup.collect(sample.queue)).toBe(1);
        for (const { look, before } of looks) expect(look()).toEqual(before);
        expect([driver.needsReset, driver.memory.pinned]).toEqual([false, rings]);
      }),
      { numRuns: 200 },
    );
  });
});

test('a device that stands still until a reset has no requests any more, and holds no memory of theirs', () => {
  const { driver, host } = new Setup(SLOW);
  const { pinned } = driver.memory;
  driver.submit(0, [{ gpa: driver.allocate(16), length: 16, writable: true }]);
  driver.notify(0);
  expect(driver.memory.pinned).toBe(pinned + 1);
  driver.slot.fail();
  expect(driver.memory.pinned).toBe(pinned);
  host.runTo(1e9);
  expect(driver.completions(0)).toEqual([]);
});
