/** What moves by the data register: a buffer of one request, and how far the driver has come. */
import { MOST_SECTORS, SECTOR_SIZE } from './sizes.ts';

/** What an access brought about: nothing, the end of a block, or that of the data. */
export type PortStep = 'within' | 'block' | 'end';

export class DataPort {
  readonly bytes: Uint8Array = new Uint8Array(MOST_SECTORS * SECTOR_SIZE);
  readonly #view = new DataView(this.bytes.buffer);
  position = 0;
  length = 0;
  /** Bytes between two interrupts. */
  block: number = SECTOR_SIZE;
  /** What the last access brought about. */
  step: PortStep = 'within';

  begin(length: number, block: number): void {
    this.position = 0;
    this.length = length;
    this.block = block;
  }
  /** The bytes of the request. */
  get content(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** The half word that comes next. */
  peek(): number {
    return this.#view.getUint16(this.position, true);
  }
  /** Takes 2 or 4 bytes; not to be called behind the end. */
  read(size: number): number {
    const bytes = this.#next(size);
    const value = bytes === 2 ? this.peek() : this.#view.getUint32(this.position, true);
    this.#advance(bytes);
    return value;
  }
  write(size: number, value: number): void {
    const bytes = this.#next(size);
    if (bytes === 2) this.#view.setUint16(this.position, value, true);
    else this.#view.setUint32(this.position, value, true);
    this.#advance(bytes);
  }

  /** Bytes of an access that are left: commands move whole sectors, so there are two at least. */
  #next(size: number): number {
    return Math.min(size, this.length - this.position);
  }
  #advance(bytes: number): void {
    const before = Math.floor(this.position / this.block);
    this.position += bytes;
    const isSame = Math.floor(this.position / this.block) === before;
    this.step = this.position >= this.length ? 'end' : isSame ? 'within' : 'block';
  }
}
