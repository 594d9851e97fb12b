/** Where the frames of a card lie: in memory, which it reaches itself, or in memory of its own, which its driver fills and empties. */
import type { GuestMemory } from '../guest-memory.ts';
import { PACKET_MEMORY_SIZE } from './sizes.ts';

/** How an attempt to reach a buffer ends: a part of it will come; or it is no memory. */
export type BufferAnswer = 'done' | 'wait' | 'refused';

export interface FrameBuffers {
  /** Copies as many bytes as `target` has. */
  read(address: number, target: Uint8Array): BufferAnswer;
  write(address: number, source: Uint8Array): BufferAnswer;
}

/** The card moves frames itself. */
export class MemoryBuffers implements FrameBuffers {
  readonly #memory: GuestMemory;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }
  read(address: number, target: Uint8Array): BufferAnswer {
    return this.#answer(this.#memory.read(address, target));
  }
  write(address: number, source: Uint8Array): BufferAnswer {
    return this.#answer(this.#memory.write(address, source));
  }
  #answer(isDone: boolean): BufferAnswer {
    if (isDone) return 'done';
    return this.#memory.awaited < 0 ? 'refused' : 'wait';
  }
}

/** Frames lie in the card, at addresses of its window. */
export class OwnBuffers implements FrameBuffers {
  readonly bytes: Uint8Array = new Uint8Array(PACKET_MEMORY_SIZE);
  readonly #view = new DataView(this.bytes.buffer);
  readonly #base: number;

  /** @param base where they begin, as the driver gives addresses */
  constructor(base: number) {
    this.#base = base;
  }
  read(address: number, target: Uint8Array): BufferAnswer {
    const at = this.#offset(address, target.length);
    if (at < 0) return 'refused';
    target.set(this.bytes.subarray(at, at + target.length));
    return 'done';
  }
  write(address: number, source: Uint8Array): BufferAnswer {
    const at = this.#offset(address, source.length);
    if (at < 0) return 'refused';
    this.bytes.set(source, at);
    return 'done';
  }
  #offset(address: number, length: number): number {
    const at = address - this.#base;
    return at >= 0 && at + length <= this.bytes.length ? at : -1;
  }

  /** An access of the driver's, in the bounds and aligned. */
  peek(offset: number, size: number): number {
    if (size === 1) return this.#view.getUint8(offset);
    return size === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
  }
  poke(offset: number, size: number, value: number): void {
    if (size === 1) this.#view.setUint8(offset, value);
    else if (size === 2) this.#view.setUint16(offset, value, true);
    else this.#view.setUint32(offset, value, true);
  }
}
