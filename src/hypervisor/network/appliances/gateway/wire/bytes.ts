/** Fields of packets, most significant byte first, and the sum that guards them (RFC 1071): as cards of VMs read and write them. */
import { checksumOf, onesSum } from '#base/ones-sum';
import type { Address } from './address.ts';

export { putU16, putU32, u16, u32 } from '#base/big-endian';

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

function sumOf(bytes: Uint8Array, sum = 0): number {
  return onesSum(bytes, 0, bytes.length, sum);
}

/** The sum over a header; 0 over one that holds its right sum. */
export function checksum(bytes: Uint8Array): number {
  return checksumOf(sumOf(bytes));
}

/** The sum over a message and the addresses between which it goes (RFC 793, §3.1; RFC 8200, §8.1). */
export function transportChecksum(from: Address, to: Address, protocol: number, message: Uint8Array): number {
  return checksumOf(sumOf(message, sumOf(to, sumOf(from, protocol + message.length))));
}
