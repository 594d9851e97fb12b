/** Fields of packets, most significant byte first, and the sum that guards them (RFC 1071). */
import type { Address } from './address.ts';

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
export function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}
export function putU32(bytes: Uint8Array, at: number, value: number): void {
  putU16(bytes, at, value >>> 16);
  putU16(bytes, at + 2, value & 0xffff);
}

/** Bytes behind each other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Adds words of 16 bits to a sum; an odd byte at the end is the upper half of one. */
function added(bytes: Uint8Array, sum: number): number {
  let total = sum;
  const even = bytes.length & ~1;
  for (let at = 0; at < even; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  return even < bytes.length ? total + (bytes[even]! << 8) : total;
}
function folded(sum: number): number {
  let total = sum;
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x1_0000);
  return ~total & 0xffff;
}

/** The sum over a header; 0 over one that holds its right sum. */
export function checksum(bytes: Uint8Array): number {
  return folded(added(bytes, 0));
}

/** The sum over a message and the addresses between which it goes (RFC 793, §3.1; RFC 8200, §8.1). */
export function transportChecksum(from: Address, to: Address, protocol: number, message: Uint8Array): number {
  return folded(added(message, added(to, added(from, protocol + message.length))));
}
