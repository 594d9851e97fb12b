/** Whether a packet is one that a filter means. */
import { fieldsOf, type Packet } from './dissect.ts';
import type { Comparison, Filter } from './filter.ts';
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
    case 'protocol':
      return seen.packet.layers.some(({ protocol }) => protocol.id === filter.id);
    case 'there':
      return valuesOf(filter.operand, seen).length > 0;
    case 'among':
      return valuesOf(filter.operand, seen).some((value) =>
        filter.values.some(
          ([least, most]) =>
            compared(value, least, least === most ? '==' : '>=') &&
            compared(value, most, least === most ? '==' : '<='),
        ),
      );
    case 'compare': {
      const { operand, slice, by, value } = filter;
      const all = valuesOf(operand, seen);
      const values = slice === undefined ? all : all.flatMap((each) => sliced(each, slice));
      // Of several, all must differ: `ip.addr != x` is what no packet from or to x is.
      if (by === '!=') return values.length > 0 && values.every((each) => !compared(each, value, '=='));
      return values.some((each) => compared(each, value, by));
    }
  }
}

function valuesOf({ name, whole }: Operand, seen: Seen): FieldValue[] {
  if (whole !== undefined)
    return seen.packet.layers
      .filter(({ protocol }) => protocol.id === whole)
      .map(({ bytes, start, end }) => bytes.subarray(start, end));
  if (name === 'frame.number') return [seen.number];
  if (name === 'frame.len') return [seen.length];
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
  const bytes = value instanceof Uint8Array ? value : bytesOf(value);
  if (from >= bytes.length) return [];
  return [bytes.subarray(from, length === undefined ? bytes.length : from + length)];
}
function bytesOf(value: number | string): Uint8Array {
  return new TextEncoder().encode(String(value));
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
      return order === 0;
    case '!=':
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
