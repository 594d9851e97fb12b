/** Reads descriptors, which both layouts of a queue have in 16 bytes: each is read once, and no more of them than one service may. */
import { addressOf } from '#base/addresses';
import type { GuestMemory } from '../guest-memory.ts';

export const DESCRIPTOR_SIZE = 16;

/** Flags of a descriptor in both layouts (virtio 1.2, §2.7.5, §2.8.3). */
export const NEXT = 1;
export const WRITE = 2;
export const INDIRECT = 4;

export class DescriptorReader {
  /** Descriptors outside indirect tables that may still be read before the next service. */
  budget = 0;
  /** Of the descriptor that was read last; the address is `undefined` where no memory can be. */
  address: number | undefined;
  length = 0;
  /** The two half words behind the length: what they mean is the layout's. */
  first = 0;
  second = 0;
  readonly #memory: GuestMemory;
  readonly #bytes = new Uint8Array(DESCRIPTOR_SIZE);
  readonly #view: DataView = new DataView(this.#bytes.buffer);

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /** Reads a descriptor; otherwise it must be waited for, or is no memory. */
  read(table: number, index: number): 'read' | 'wait' | 'descriptor-not-memory' {
    if (!this.#memory.read(table + DESCRIPTOR_SIZE * index, this.#bytes))
      return this.#memory.awaited < 0 ? 'descriptor-not-memory' : 'wait';
    const view = this.#view;
    this.address = addressOf(view.getUint32(0, true), view.getUint32(4, true));
    this.length = view.getUint32(8, true);
    this.first = view.getUint16(12, true);
    this.second = view.getUint16(14, true);
    return 'read';
  }

  /** The number of entries of the indirect table that the descriptor names; 0 where it cannot be one. */
  get tableEntries(): number {
    return this.length % DESCRIPTOR_SIZE === 0 ? this.length / DESCRIPTOR_SIZE : 0;
  }
}
