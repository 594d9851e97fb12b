/**
 * How often software has read and written each register of a device: one number each, found by the table of registers. What lies in
 * the window and is no register is counted together.
 */
import { declare } from '#base/state/declare';
import { integer, list, type Type, upTo } from '#base/state/types';
import type { RegisterRow } from './register.ts';

/** Accesses to the register at an offset; to what is no register at {@link ELSEWHERE}. */
export interface RegisterAccesses {
  readonly offset: number;
  readonly reads: number;
  readonly writes: number;
}
const ELSEWHERE = -1;
/** More registers than any window has. */
const MOST_REGISTERS = 4096;
export const REGISTER_ACCESSES: Type<readonly RegisterAccesses[]> = list(
  declare<RegisterAccesses>('register accesses', { offset: integer, reads: integer, writes: integer }),
  upTo(MOST_REGISTERS),
);

export const NO_REGISTERS: readonly RegisterRow[] = [];

export class RegisterCounts {
  readonly rows: readonly RegisterRow[];
  /** By register; 0 is what is none. */
  readonly #reads: Float64Array;
  readonly #writes: Float64Array;
  /** Of each row: the place of its first register. */
  readonly #first: readonly number[];

  /** @param rows by offset */
  constructor(rows: readonly RegisterRow[] = NO_REGISTERS) {
    this.rows = rows;
    const first: number[] = [];
    let places = 1;
    for (const { count = 1 } of rows) {
      first.push(places);
      places += count;
    }
    this.#first = first;
    this.#reads = new Float64Array(places);
    this.#writes = new Float64Array(places);
  }

  read(offset: number): void {
    this.#reads[this.#placeOf(offset)]! += 1;
  }
  write(offset: number): void {
    this.#writes[this.#placeOf(offset)]! += 1;
  }

  /** Accesses to an element of a row. */
  of(row: number, element = 0): Omit<RegisterAccesses, 'offset'> {
    const place = this.#first[row]! + element;
    return { reads: this.#reads[place]!, writes: this.#writes[place]! };
  }
  /** Accesses to offsets that are no register's. */
  get elsewhere(): Omit<RegisterAccesses, 'offset'> {
    return { reads: this.#reads[0]!, writes: this.#writes[0]! };
  }

  /** Registers that were accessed. */
  capture(): RegisterAccesses[] {
    const found: RegisterAccesses[] = [];
    const note = (offset: number, place: number): void => {
      const reads = this.#reads[place]!;
      const writes = this.#writes[place]!;
      if (reads + writes > 0) found.push({ offset, reads, writes });
    };
    note(ELSEWHERE, 0);
    for (const [at, { offset, bytes = 4, stride = bytes, count = 1 }] of this.rows.entries())
      for (let element = 0; element < count; element++)
        note(offset + stride * element, this.#first[at]! + element);
    return found;
  }
  restore(accesses: readonly RegisterAccesses[]): void {
    this.#reads.fill(0);
    this.#writes.fill(0);
    for (const { offset, reads, writes } of accesses) {
      const place = this.#placeOf(offset);
      this.#reads[place]! += reads;
      this.#writes[place]! += writes;
    }
  }

  /** The register that an offset lies in; arrays may lie between each other. */
  #placeOf(offset: number): number {
    const { rows } = this;
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = rows[at]!;
      const into = offset - row.offset;
      if (into < 0) continue;
      const { bytes = 4, stride = bytes, count = 1 } = row;
      const element = Math.floor(into / stride);
      if (element < count && into - element * stride < bytes) return this.#first[at]! + element;
    }
    return 0;
  }
}
