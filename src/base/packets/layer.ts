/**
 * One layer of a packet while it is taken apart: reads bytes within its limits, and puts fields, with the bytes that each stands in.
 * Bytes are hostile: whatever lies beyond the end reads as zero and makes the layer `cut`, and there are only so many fields.
 */
import { invariant } from '../result.ts';
import type { FieldRow, Protocol } from './protocol.ts';
import { utf8At } from './values.ts';

/** Fields of one packet. */
export const MOST_FIELDS = 1024;
/** Characters that a field of text shows at most. */
const MOST_TEXT = 1024;

export type FieldValue = number | string | Uint8Array;

export interface FieldNode {
  readonly row: FieldRow;
  /** Bytes of the packet, the second exclusive. */
  readonly start: number;
  readonly end: number;
  readonly value: FieldValue;
  readonly fields: FieldNode[];
}

/** `cut`: bytes end before it does. `malformed`: it contradicts itself. `long`: it has more fields than are shown. */
export type Problem = 'cut' | 'malformed' | 'long';

/** What all layers of a packet share. */
export interface Budget {
  fields: number;
}

const BY_NAME = new WeakMap<Protocol, ReadonlyMap<string, FieldRow>>();
function rowsOf(protocol: Protocol): ReadonlyMap<string, FieldRow> {
  const known = BY_NAME.get(protocol);
  if (known !== undefined) return known;
  const rows = new Map(protocol.rows.map((row) => [row.name, row]));
  BY_NAME.set(protocol, rows);
  return rows;
}

export class Layer {
  readonly protocol: Protocol;
  readonly bytes: Uint8Array;
  start: number;
  /** Bytes that belong to it, what it carries included. */
  end: number;
  /** Where what it carries begins, once that is known. */
  bodyAt: number;
  readonly fields: FieldNode[] = [];
  /** The layer that carries it. */
  readonly below: Layer | undefined;
  problem: Problem | undefined;
  readonly #budget: Budget;
  /** Where fields are put: those of the layer, or of a group. */
  #into: FieldNode[] = this.fields;

  constructor(
    protocol: Protocol,
    bytes: Uint8Array,
    place: { readonly start: number; readonly end: number; readonly below: Layer | undefined },
    budget: Budget,
  ) {
    this.protocol = protocol;
    this.bytes = bytes;
    this.start = place.start;
    this.end = place.end;
    this.bodyAt = place.end;
    this.below = place.below;
    this.#budget = budget;
  }

  get length(): number {
    return this.end - this.start;
  }
  has(at: number, length: number): boolean {
    return at >= 0 && length >= 0 && this.start + at + length <= this.end;
  }
  u8(at: number): number {
    return this.has(at, 1) ? this.bytes[this.start + at]! : 0;
  }
  u16(at: number): number {
    return this.u8(at) * 256 + this.u8(at + 1);
  }
  u32(at: number): number {
    return this.u16(at) * 65_536 + this.u16(at + 2);
  }
  slice(at: number, length: number): Uint8Array {
    return this.has(at, length)
      ? this.bytes.subarray(this.start + at, this.start + at + length)
      : new Uint8Array(0);
  }

  /** Puts all rows of a fixed layout that lie from `at` on; rows without bits are for others to put. False: they are cut. */
  fixed(at = 0, rows: readonly FieldRow[] = this.protocol.rows): boolean {
    let isWhole = true;
    const groups = new Map<string, FieldNode>();
    for (const row of rows) {
      if (row.bits === 0) continue;
      const first = at + (row.bit >> 3);
      const length = ((row.bit + row.bits + 7) >> 3) - (row.bit >> 3);
      const node = this.#add(row, first, length, undefined, groups.get(row.within ?? '')?.fields);
      if (node === undefined) isWhole = false;
      else groups.set(row.name, node);
    }
    return isWhole;
  }

  /** Puts one row at some bytes; with a value where these do not say it by themselves. */
  put(name: string, at: number, length: number, value?: FieldValue): FieldNode | undefined {
    const row = rowsOf(this.protocol).get(name);
    invariant(row !== undefined, `${this.protocol.id} has no field ${name}`);
    return this.#add(row, at, length, value, undefined);
  }

  /** Puts a field, and into it what `inside` puts. */
  group(name: string, at: number, length: number, inside: () => void, value?: FieldValue): void {
    const node = this.put(name, at, length, value);
    if (node === undefined) return;
    const outer = this.#into;
    this.#into = node.fields;
    inside();
    this.#into = outer;
  }

  /** What its fields count their places from begins later: something stands before it. */
  begin(at: number): void {
    this.start += at;
  }

  malformed(): undefined {
    this.problem ??= 'malformed';
    return undefined;
  }

  /** The first value that a field has here, groups included. */
  value(name: string): FieldValue | undefined {
    return find(this.fields, name)?.value;
  }
  number(name: string): number {
    const value = this.value(name);
    return typeof value === 'number' ? value : 0;
  }

  #add(
    row: FieldRow,
    at: number,
    length: number,
    value: FieldValue | undefined,
    into: FieldNode[] | undefined,
  ): FieldNode | undefined {
    if (!this.has(at, length)) {
      this.problem ??= 'cut';
      return undefined;
    }
    if (this.#budget.fields <= 0) {
      this.problem ??= 'long';
      return undefined;
    }
    this.#budget.fields -= 1;
    const start = this.start + at;
    const node = {
      row,
      start,
      end: start + length,
      value: value ?? this.#read(row, at, length),
      fields: [],
    };
    (into ?? this.#into).push(node);
    return node;
  }

  #read(row: FieldRow, at: number, length: number): FieldValue {
    switch (row.kind) {
      case 'number':
      case 'hex':
      case 'flag':
        return this.#number(row, at, length);
      case 'text':
        return utf8At(this.slice(at, Math.min(length, MOST_TEXT)));
      case 'mac':
      case 'ipv4':
      case 'ipv6':
      case 'bytes':
        return this.slice(at, length);
      case 'group':
        return '';
    }
  }

  /** At most 48 bits, of which a row may be some. */
  #number(row: FieldRow, at: number, length: number): number {
    let whole = 0;
    for (let index = 0; index < Math.min(length, 6); index++) whole = whole * 256 + this.u8(at + index);
    const bits = row.bits === 0 ? length * 8 : row.bits;
    const behind = row.bits === 0 ? 0 : length * 8 - (row.bit & 7) - bits;
    return (Math.floor(whole / 2 ** behind) % 2 ** bits) * (row.times ?? 1);
  }
}

function find(fields: readonly FieldNode[], name: string): FieldNode | undefined {
  for (const node of fields) {
    if (node.row.name === name) return node;
    const inner = find(node.fields, name);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
