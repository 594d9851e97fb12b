/** Whether a packet is one that a filter means. */
import { fieldsOf, type Packet } from './dissect.ts';
import type { Comparison, Filter, Reading } from './filter.ts';
import type { Operand } from './filter-names.ts';
import type { Literal } from './filter-values.ts';
import type { FieldValue } from './layer.ts';

/** What a capture says of a packet. */
export interface Seen {
  readonly packet: Packet;
  readonly number: number;
  /** As it was on the wire, which may be more than what was kept. */
  readonly length: number;
  /** Seconds since the first. */
  readonly seconds: number;
  readonly port: string;
  /** The VLAN, where a switch has taken the tag off; 0 or absent: none. */
  readonly domain?: number;
}

export function matches(filter: Filter, seen: Seen): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, seen) && matches(filter.right, seen);
    case 'or':
      return matches(filter.left, seen) || matches(filter.right, seen);
    case 'not':
      return !matches(filter.of, seen);
    case 'there': {
      const values = readOff(filter.of, seen);
      return filter.of.bits === undefined ? values.length > 0 : values.some((value) => value !== 0);
    }
    case 'matches':
      return readOff(filter.of, seen).some((value) => filter.pattern.isIn(textOf(value)));
    case 'among':
      return readOff(filter.of, seen).some((value) =>
        filter.values.some(
          ([least, most]) =>
            compared(value, least, least === most ? '==' : '>=') &&
            compared(value, most, least === most ? '==' : '<='),
        ),
      );
    case 'compare': {
      const { of, by, with: other } = filter;
      const values = readOff(of, seen);
      const others = 'operand' in other ? readOff(other, seen).map((value): Literal => ({ value })) : [other];
      const pairs = values.flatMap((value) => others.map((each) => [value, each] as const));
      const is = ([value, each]: readonly [FieldValue, Literal]): boolean => compared(value, each, by);
      // Of several, all must differ: `ip.addr != x` is what no packet from or to x is.
      return by === '!=' || by === '===' ? pairs.length > 0 && pairs.every(is) : pairs.some(is);
    }
  }
}

/** Values of a field as they are compared. */
function readOff({ operand, slice, bits, by }: Reading, seen: Seen): FieldValue[] {
  const all = valuesOf(operand, seen);
  if (by === 'count') return [all.length];
  const parts = slice === undefined ? all : all.flatMap((each) => sliced(each, slice));
  const values = bits === undefined ? parts : parts.map((each) => commonBits(numberOf(each), bits));
  if (by === 'len') return values.map((each) => bytesOf(each).length);
  if (by === undefined) return values;
  return values.map((each) =>
    typeof each !== 'string' ? each : by === 'lower' ? each.toLowerCase() : each.toUpperCase(),
  );
}
/** Bytes as the number that they are, six of them at most. */
function numberOf(value: FieldValue): number {
  if (!(value instanceof Uint8Array)) return Number(value);
  return value.subarray(0, 6).reduce((whole, byte) => whole * 256 + byte, 0);
}
/** Bytes as signs, one for each. */
function textOf(value: FieldValue): string {
  return value instanceof Uint8Array
    ? Array.from(value, (byte) => String.fromCharCode(byte)).join('')
    : String(value);
}
/** Of numbers of up to 48 bits. */
function commonBits(left: number, right: number): number {
  const high = Math.floor(left / 2 ** 32) & Math.floor(right / 2 ** 32);
  return (high >>> 0) * 2 ** 32 + ((left & right) >>> 0);
}

function valuesOf({ name, whole }: Operand, seen: Seen): FieldValue[] {
  if (whole === 'frame') return [seen.packet.bytes];
  if (whole !== undefined)
    return seen.packet.layers
      .filter(({ protocol }) => protocol.id === whole)
      .map(({ bytes, start, end }) => bytes.subarray(start, end));
  if (name === 'frame.number') return [seen.number];
  if (name === 'frame.len') return [seen.length];
  if (name === 'frame.cap_len') return [seen.packet.bytes.length];
  if (name === 'frame.time_relative') return [seen.seconds];
  if (name === 'frame.interface_name') return [seen.port];
  const values: FieldValue[] = [];
  for (const { row, value } of fieldsOf(seen.packet))
    if (row.name === name || row.also === name) values.push(value);
  const { domain = 0 } = seen;
  if (name === 'vlan.id' && values.length === 0 && domain !== 0) values.push(domain);
  return values;
}

function sliced(value: FieldValue, [from, length]: readonly [number, number | undefined]): Uint8Array[] {
  const bytes = bytesOf(value);
  const start = from < 0 ? bytes.length + from : from;
  if (start < 0 || start >= bytes.length) return [];
  return [bytes.subarray(start, length === undefined ? bytes.length : start + length)];
}
function bytesOf(value: FieldValue): Uint8Array {
  return value instanceof Uint8Array ? value : new TextEncoder().encode(String(value));
}

function compared(value: FieldValue, { value: wanted, prefix }: Literal, by: Comparison): boolean {
  const order =
    value instanceof Uint8Array && wanted instanceof Uint8Array
      ? byteOrder(value, wanted, prefix)
      : typeof value === typeof wanted
        ? plainOrder(value, wanted)
        : undefined;
  if (order === undefined) return false;
  switch (by) {
    case 'contains':
      return contains(value, wanted);
    case '==':
    case '===':
      return order === 0;
    case '!=':
    case '!==':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function plainOrder(left: FieldValue, right: FieldValue): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** By the first byte that differs, of the bits that count; nothing where they are of different length and so cannot be the same. */
function byteOrder(left: Uint8Array, right: Uint8Array, prefix = right.length * 8): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const bits = Math.min(8, Math.max(0, prefix - index * 8));
    const mask = (0xff00 >> bits) & 0xff;
    const difference = (left[index]! & mask) - (right[index]! & mask);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function contains(value: FieldValue, wanted: FieldValue): boolean {
  if (typeof value === 'string' && typeof wanted === 'string') return value.includes(wanted);
  if (!(value instanceof Uint8Array) || !(wanted instanceof Uint8Array)) return false;
  for (let start = 0; start + wanted.length <= value.length; start++)
    if (wanted.every((byte, index) => value[start + index] === byte)) return true;
  return false;
}
