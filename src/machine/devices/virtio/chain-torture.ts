/**
 * Chains without number for one sort of device: half of them are valid but for one field that is wrong (R3 and R4 of the reliability
 * goals). It counts what came of them: how many were completed, how often the device had to be reset, and every byte that was written
 * where no descriptor said so. For tests and for the measurement; the same seed gives the same chains.
 */
import { RandomGenerator } from '../../random-generator.ts';
import { MockDriver } from './mock-driver.ts';
import { SAMPLE_DEVICES, type SampleDevice } from './sample-devices.ts';
import { TestHost } from './test-host.ts';
import { F_EVENT_IDX } from './virtio-device.ts';

export interface TortureResult {
  readonly chains: number;
  readonly mutated: number;
  readonly completed: number;
  readonly resets: number;
  /** Writes of the device outside of used rings and of what descriptors give it to write. */
  readonly foreignWrites: number;
  /** Requests that keep the rules, made after a reset: all of them must be answered. */
  readonly healthy: { readonly asked: number; readonly answered: number };
}

const SIZE = 8;
const AREA = 0x8000;
const USED = 0x5000;
/** Where buffers and an indirect table lie. */
const ROOM = 0x8_0000;
const TABLE = 0x9_0000;
const PLACE = 1024;
const WRITE = 2;
/** Time for a request to be served. */
const STEP_NS = 2_000_000;
const LONGEST_NS = 1_000_000_000;
/** Chains between two looks at its health. */
const ROUND = 1000;

const ADDRESSES = [
  0,
  8,
  0x7fff_fff8,
  0x8000_0000,
  0x800f_fff8,
  0x8010_0000,
  2 ** 34,
  2 ** 41,
  2 ** 53 - 8,
  2 ** 56,
];
const LENGTHS = [0, 1, 15, 16, 17, 511, 4096, 0x10_0000, 0x7fff_ffff, 0xffff_ffff];

/** Sends so many chains to a device of a kind. */
export function tortureChains(kind: string, seed: number, count: number): TortureResult {
  const sample = SAMPLE_DEVICES.find((each) => each.kind === kind);
  if (sample === undefined) throw new Error(`no sample of ${kind}`);
  return new Torture(sample, seed).run(count);
}

class Torture {
  readonly #sample: SampleDevice;
  readonly #random: RandomGenerator;
  readonly #host = new TestHost();
  readonly #driver: MockDriver;
  readonly #queues: number;
  readonly #poke: () => void;
  #isDevice = false;
  #mutated = 0;
  #completed = 0;
  #resets = 0;
  #foreign = 0;
  #asked = 0;
  #answered = 0;
  /** Ranges that descriptors give to be written: where each begins, and where it ends. */
  readonly #given: number[] = [];

  constructor(sample: SampleDevice, seed: number) {
    this.#sample = sample;
    this.#random = new RandomGenerator(seed);
    const { device, poke } = sample.make(this.#host);
    this.#poke = poke;
    this.#driver = new MockDriver(device, SIZE);
    this.#queues = device.queueSizes.length;
    this.#watch();
    this.#start();
  }

  run(count: number): TortureResult {
    for (let n = 1; n <= count; n++) {
      this.#chain(this.#below(2) === 0);
      if (this.#driver.needsReset || !this.#driver.slot.live) this.#start();
      if (n % ROUND === 0 || n === count) this.#lookAtHealth();
    }
    return {
      ...{ chains: count, mutated: this.#mutated, completed: this.#completed, resets: this.#resets },
      foreignWrites: this.#foreign,
      healthy: { asked: this.#asked, answered: this.#answered },
    };
  }

  /** Writes a request into the sample's queue, perhaps with one field wrong, and lets the device serve it. */
  #chain(isMutated: boolean): void {
    const { queue, buffers } = this.#sample;
    const { memory } = this.#driver;
    memory.fill(memory.base + ROOM, PLACE * buffers.length, 0);
    const isIndirect = this.#driver.slot.queue(queue).indirect && this.#below(2) === 0;
    const table = isIndirect ? memory.base + TABLE : undefined;
    const wrong = isMutated ? this.#below(buffers.length) : -1;
    for (const [at, { length, writable }] of buffers.entries()) {
      const hasNext = at + 1 < buffers.length;
      const plain = {
        address: memory.base + ROOM + PLACE * at,
        length,
        flags: (writable ? WRITE : 0) | (hasNext ? 1 : 0),
        next: hasNext ? at + 1 : 0,
      };
      this.#driver.setDescriptor(queue, at, at === wrong ? this.#spoil(plain) : plain, table);
    }
    if (table !== undefined) {
      const whole = { address: table, length: 16 * buffers.length, flags: 4, next: 0 };
      this.#driver.setDescriptor(queue, 0, isMutated && this.#below(4) === 0 ? this.#spoil(whole) : whole);
    }
    if (isMutated) this.#mutated += 1;
    const head = isMutated && this.#below(16) === 0 ? this.#below(0x1_0000) : 0;
    this.#driver.publish(queue, head);
    if (isMutated && this.#below(32) === 0)
      memory.writeU16(this.#driver.availableRing(queue) + 2, this.#below(0x1_0000));
    this.#serve();
    this.#completed += this.#driver.completions(queue).length;
  }

  /** One field of a descriptor, as it must not be or seldom is. */
  #spoil<D extends { address: number; length: number; flags: number; next: number }>(d: D): D {
    switch (this.#below(4)) {
      case 0:
        return { ...d, address: this.#oneOf(ADDRESSES) + this.#below(4) };
      case 1:
        return { ...d, length: this.#oneOf(LENGTHS) };
      case 2:
        return { ...d, flags: this.#below(8) === 0 ? this.#below(0x1_0000) : this.#below(8) };
      default:
        return { ...d, next: this.#below(8) === 0 ? this.#below(0x1_0000) : this.#below(SIZE + 2) };
    }
  }

  #serve(): void {
    this.#noteGiven();
    this.#isDevice = true;
    this.#driver.notify(this.#sample.queue);
    if (this.#below(8) === 0) this.#poke();
    this.#host.runTo(this.#host.time + STEP_NS);
    // What is still in flight goes where its descriptors said: they stay until it is done.
    const queue = this.#driver.slot.queue(this.#sample.queue);
    if (queue.taken !== queue.completed) this.#host.runTo(this.#host.time + LONGEST_NS);
    this.#isDevice = false;
  }

  /** After a reset, a request that keeps the rules is answered. */
  #lookAtHealth(): void {
    this.#start();
    const { queue, buffers } = this.#sample;
    const { memory } = this.#driver;
    memory.fill(memory.base + ROOM, PLACE * buffers.length, 0);
    this.#driver.submit(
      queue,
      buffers.map((buffer, at) => ({ ...buffer, gpa: memory.base + ROOM + PLACE * at })),
    );
    this.#noteGiven();
    this.#isDevice = true;
    this.#driver.notify(queue);
    this.#host.runTo(this.#host.time + LONGEST_NS);
    this.#isDevice = false;
    this.#asked += 1;
    this.#answered += this.#driver.completions(queue).length;
    this.#start();
  }

  /** Resets the device and starts it, with features by chance. */
  #start(): void {
    const { device } = this.#driver.slot;
    this.#resets += 1;
    const features = device?.features ?? 0;
    this.#driver.start((this.#below(2) === 0 ? features : features | F_EVENT_IDX) >>> 0);
  }

  /** Looks at all that the device writes. */
  #watch(): void {
    const { memory } = this.#driver;
    const { write, fill, writeU16, writeU32 } = {
      write: memory.write.bind(memory),
      fill: memory.fill.bind(memory),
      writeU16: memory.writeU16.bind(memory),
      writeU32: memory.writeU32.bind(memory),
    };
    memory.write = (gpa, source) => this.#look(gpa, source.length) && write(gpa, source);
    memory.fill = (gpa, length, value) => this.#look(gpa, length) && fill(gpa, length, value);
    memory.writeU16 = (gpa, value) => this.#look(gpa, 2) && writeU16(gpa, value);
    memory.writeU32 = (gpa, value) => this.#look(gpa, 4) && writeU32(gpa, value);
  }
  #look(gpa: number, length: number): true {
    if (this.#isDevice && length > 0 && !this.#isGiven(gpa, length)) this.#foreign += 1;
    return true;
  }

  /** It lies in a used ring, or in a buffer that some descriptor gives to be written. */
  #isGiven(gpa: number, length: number): boolean {
    const into = gpa - this.#driver.memory.base;
    if (into < AREA * this.#queues && into % AREA >= USED && (into % AREA) + length <= USED + 6 + 8 * SIZE)
      return true;
    for (let at = 0; at < this.#given.length; at += 2)
      if (gpa >= this.#given[at]! && gpa + length <= this.#given[at + 1]!) return true;
    return false;
  }

  /** Notes what descriptors give to be written, before the device writes, perhaps over the descriptors. */
  #noteGiven(): void {
    const { memory } = this.#driver;
    this.#given.length = 0;
    for (let queue = 0; queue < this.#queues; queue++) this.#noteTable(memory.base + AREA * queue);
    this.#noteTable(memory.base + TABLE);
  }
  #noteTable(table: number): void {
    const { memory } = this.#driver;
    for (let at = table; at < table + 16 * SIZE; at += 16) {
      if ((memory.readU16(at + 12) & WRITE) === 0) continue;
      const start = memory.readU32(at) + memory.readU32(at + 4) * 0x1_0000_0000;
      this.#given.push(start, start + memory.readU32(at + 8));
    }
  }

  #below(limit: number): number {
    return this.#random.next() % limit;
  }
  #oneOf(values: readonly number[]): number {
    return values[this.#below(values.length)]!;
  }
}
