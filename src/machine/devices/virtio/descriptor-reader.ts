/** Reads descriptors, which both layouts of a queue have in 16 bytes: each is read once, and no more of them than one service may. */
import { addressOf, PAGE_SIZE } from '#base/addresses';
import type { GuestMemory } from '../guest-memory.ts';

export const DESCRIPTOR_SIZE = 16;

/** Flags of a descriptor in both layouts (virtio 1.2, §2.7.5, §2.8.3). */
export const NEXT = 1;
export const WRITE = 2;
export const INDIRECT = 4;

export type ReadAnswer = 'read' | 'wait' | 'descriptor-not-memory';

/** Room of the host's that one reads into: a page of a table. */
export const READER_BYTES: number = PAGE_SIZE;

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
  readonly #bytes = new Uint8Array(READER_BYTES);
  readonly #view: DataView = new DataView(this.#bytes.buffer);
  /** Where the entries of an indirect table lie that have been read together, and how many bytes they are. */
  #from = 0;
  #read = 0;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /** Reads a descriptor; otherwise it must be waited for, or is no memory. */
  read(table: number, index: number): ReadAnswer {
    this.#read = 0;
    return this.#take(table + DESCRIPTOR_SIZE * index, DESCRIPTOR_SIZE);
  }

  /**
   * Reads an entry of an indirect table, and with it those that follow in its page, which are then known: a chain's entries lie one
   * behind the other. {@link beginTable} forgets them.
   */
  readEntry(table: number, index: number, entries: number): ReadAnswer {
    const at = table + DESCRIPTOR_SIZE * index;
    const skip = at - this.#from;
    if (skip >= 0 && skip < this.#read) {
      this.#decode(skip);
      return 'read';
    }
    const inPage = PAGE_SIZE - (at % PAGE_SIZE);
    const bytes = Math.min(DESCRIPTOR_SIZE * (entries - index), inPage - (inPage % DESCRIPTOR_SIZE));
    return this.#take(at, Math.max(bytes, DESCRIPTOR_SIZE));
  }
  /** Another table begins, of which nothing has been read. */
  beginTable(): void {
    this.#read = 0;
  }

  #take(at: number, length: number): ReadAnswer {
    this.#read = 0;
    if (!this.#memory.read(at, length === PAGE_SIZE ? this.#bytes : this.#bytes.subarray(0, length)))
      return this.#memory.awaited < 0 ? 'descriptor-not-memory' : 'wait';
    this.#from = at;
    this.#read = length;
    this.#decode(0);
    return 'read';
  }
  #decode(at: number): void {
    const view = this.#view;
    this.address = addressOf(view.getUint32(at, true), view.getUint32(at + 4, true));
    this.length = view.getUint32(at + 8, true);
    this.first = view.getUint16(at + 12, true);
    this.second = view.getUint16(at + 14, true);
  }

  /** The number of entries of the indirect table that the descriptor names; 0 where it cannot be one. */
  get tableEntries(): number {
    return this.length % DESCRIPTOR_SIZE === 0 ? this.length / DESCRIPTOR_SIZE : 0;
  }
}
