/**
 * The driver's side of virtio for tests: rings in mock memory, handshake through the registers. Its raw methods can
 * write anything into the rings, as a hostile guest would.
 */
import { MockGuestMemory } from '../guest-memory.mock.ts';
import { VirtioSlot } from './mmio-transport.ts';
import { PackedDriverRing } from './mock-packed-ring.ts';
import * as reg from './registers.ts';
import { F_EVENT_IDX, F_RING_PACKED_HIGH, type VirtioDevice } from './virtio-device.ts';

/** How queues lie in memory. */
export type Layout = 'split' | 'packed';
export const LAYOUTS: readonly Layout[] = ['split', 'packed'];

/** What a chain of a request is made of. */
export interface Buffer {
  readonly gpa: number;
  readonly length: number;
  readonly writable: boolean;
}

export interface Descriptor {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
  readonly next: number;
}

const MEMORY_SIZE = 1 << 20;
/** Rings lie at the start of memory, one area per queue; buffers above. */
const AREA = 0x8000;
const AVAILABLE = 0x4000;
const USED = 0x5000;
const BUFFERS = 0x40000;

export class MockDriver {
  readonly memory: MockGuestMemory = new MockGuestMemory(MEMORY_SIZE);
  readonly slot: VirtioSlot;
  readonly queueSize: number;
  interrupt = false;
  readonly #free: number[] = [];
  readonly #published: number[] = [];
  readonly #seen: number[] = [];
  #nextBuffer = BUFFERS;

  /** Its end of packed queues, where it has such. */
  readonly #packed: PackedDriverRing[] = [];
  readonly #isPacked: boolean;

  /**
   * @param queueSize size that the driver chooses for all queues; the largest when absent
   * @param layout of its queues
   */
  constructor(device: VirtioDevice, queueSize = 0, layout: Layout = 'split') {
    this.#isPacked = layout === 'packed';
    this.queueSize = queueSize === 0 ? Math.max(...device.queueSizes) : queueSize;
    this.slot = new VirtioSlot({
      name: 'slot',
      memory: this.memory,
      packedRings: this.#isPacked,
      line: {
        set: (level) => {
          this.interrupt = level;
        },
      },
    });
    this.slot.plug(device);
  }

  get(offset: number): number {
    return this.slot.read(offset, 4);
  }
  set(offset: number, value: number): void {
    this.slot.write(offset, 4, value >>> 0);
  }
  get status(): number {
    return this.get(reg.STATUS);
  }
  get needsReset(): boolean {
    return (this.status & reg.STATUS_NEEDS_RESET) !== 0;
  }

  /** The whole initialisation (virtio 1.2, §3.1.1), accepting those features that are given, or all but EVENT_IDX: it hears of everything. */
  start(features?: number): this {
    this.set(reg.STATUS, 0);
    this.set(reg.STATUS, reg.STATUS_ACKNOWLEDGE);
    this.set(reg.STATUS, reg.STATUS_ACKNOWLEDGE | reg.STATUS_DRIVER);
    this.set(reg.DEVICE_FEATURES_SEL, 0);
    this.set(reg.DRIVER_FEATURES_SEL, 0);
    this.set(reg.DRIVER_FEATURES, features ?? this.get(reg.DEVICE_FEATURES) & ~F_EVENT_IDX);
    this.set(reg.DRIVER_FEATURES_SEL, 1);
    this.set(reg.DRIVER_FEATURES, reg.FEATURE_VERSION_1_HIGH | (this.#isPacked ? F_RING_PACKED_HIGH : 0));
    this.set(reg.STATUS, this.status | reg.STATUS_FEATURES_OK);
    for (let queue = 0; queue < (this.slot.device?.queueSizes.length ?? 0); queue++) this.setUpQueue(queue);
    this.set(reg.STATUS, this.status | reg.STATUS_DRIVER_OK);
    return this;
  }

  setUpQueue(queue: number, area: number = this.area(queue), size: number = this.queueSize): void {
    this.#free[queue] = 0;
    this.#published[queue] = 0;
    this.#seen[queue] = 0;
    this.memory.fill(this.area(queue), AREA, 0);
    this.set(reg.QUEUE_SEL, queue);
    this.set(reg.QUEUE_NUM, Math.min(size, this.get(reg.QUEUE_NUM_MAX)));
    this.set(reg.QUEUE_DESC_LOW, area);
    this.set(reg.QUEUE_DRIVER_LOW, area + AVAILABLE);
    this.set(reg.QUEUE_DEVICE_LOW, area + USED);
    this.set(reg.QUEUE_READY, 1);
    this.#packed[queue] = new PackedDriverRing(this.memory, this.slot.queue(queue).size, {
      descriptors: area,
      driver: area + AVAILABLE,
      device: area + USED,
    });
  }

  area(queue: number): number {
    return this.memory.base + AREA * queue;
  }
  availableRing(queue: number): number {
    return this.area(queue) + AVAILABLE;
  }

  /** Its end of a packed queue. */
  packed(queue: number): PackedDriverRing {
    return this.#packed[queue]!;
  }

  /** Room for a buffer, filled with `content` or zero. */
  allocate(length: number, content?: Uint8Array): number {
    const gpa = this.memory.base + this.#nextBuffer;
    this.#nextBuffer += Math.ceil(length / 16) * 16;
    if (content !== undefined) this.memory.write(gpa, content);
    return gpa;
  }

  /** Room for buffers from the beginning again: nobody has one any more. */
  forgetBuffers(): void {
    this.#nextBuffer = BUFFERS;
  }

  /** Writes a chain, makes it available and returns its head; does not notify. */
  submit(queue: number, buffers: readonly Buffer[]): number {
    if (this.#isPacked) return this.packed(queue).submit(buffers);
    const size = this.slot.queue(queue).size;
    const head = this.#free[queue]! % size;
    for (const [i, buffer] of buffers.entries()) {
      const last = i === buffers.length - 1;
      this.setDescriptor(queue, (head + i) % size, {
        address: buffer.gpa,
        length: buffer.length,
        flags: (buffer.writable ? 2 : 0) | (last ? 0 : 1),
        next: (head + i + 1) % size,
      });
    }
    this.#free[queue]! += buffers.length;
    this.publish(queue, head);
    return head;
  }

  /** Writes a descriptor of a queue's table, or of the table at `table`. */
  setDescriptor(queue: number, index: number, d: Descriptor, table: number = this.area(queue)): void {
    const at = table + 16 * index;
    this.memory.writeU32(at, d.address % 0x1_0000_0000);
    this.memory.writeU32(at + 4, Math.floor(d.address / 0x1_0000_0000));
    this.memory.writeU32(at + 8, d.length);
    this.memory.writeU16(at + 12, d.flags);
    this.memory.writeU16(at + 14, d.next);
  }

  /** Puts a head into the available ring. */
  publish(queue: number, head: number): void {
    const ring = this.availableRing(queue);
    const size = this.slot.queue(queue).size;
    this.memory.writeU16(ring + 4 + 2 * (this.#published[queue]! % size), head);
    this.#published[queue]! += 1;
    this.memory.writeU16(ring + 2, this.#published[queue]! & 0xffff);
  }

  /** With EVENT_IDX: names the used entry of which it wants to hear, and says which available one the device wants to hear of. */
  wantInterrupt(queue: number, entry: number): void {
    this.memory.writeU16(this.availableRing(queue) + 4 + 2 * this.slot.queue(queue).size, entry);
  }
  wantedNotification(queue: number): number {
    return this.memory.readU16(this.area(queue) + USED + 4 + 8 * this.slot.queue(queue).size);
  }

  notify(queue: number): void {
    this.set(reg.QUEUE_NOTIFY, queue);
  }

  /** Used entries since the last call. */
  completions(queue: number): { head: number; written: number }[] {
    if (this.#isPacked) return this.packed(queue).completions();
    const ring = this.area(queue) + USED;
    const size = this.slot.queue(queue).size;
    const found: { head: number; written: number }[] = [];
    while ((this.#seen[queue]! & 0xffff) !== this.memory.readU16(ring + 2)) {
      const entry = ring + 4 + 8 * (this.#seen[queue]! % size);
      found.push({ head: this.memory.readU32(entry), written: this.memory.readU32(entry + 4) });
      this.#seen[queue]! += 1;
    }
    return found;
  }

  bytes(gpa: number, length: number): Uint8Array {
    return this.memory.bytes.slice(gpa - this.memory.base, gpa - this.memory.base + length);
  }
}
