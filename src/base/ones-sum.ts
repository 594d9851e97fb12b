/** The Internet checksum (RFC 1071): sums in ones' complement of 16-bit words, which may be added in any order. */

import { u16 } from './big-endian.ts';

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Of bytes `from` to `end`, added to another sum; folded to 16 bits. A last byte alone counts as the upper half of a word. */
export function onesSum(bytes: Uint8Array, from: number, end: number, sum = 0): number {
  const words = (end - from) >> 1;
  const at = bytes.byteOffset + from;
  let total = sum;
  if (LITTLE_ENDIAN && at % 2 === 0 && words > 8) {
    const view = new Uint16Array(bytes.buffer, at, words);
    let swapped = 0;
    for (let word = 0; word < words; word++) swapped += view[word]!;
    const folded = fold(swapped);
    // The sum of swapped words is the swapped sum.
    total += ((folded & 0xff) << 8) | (folded >> 8);
  } else for (let word = 0; word < words; word++) total += u16(bytes, from + 2 * word);
  if ((end - from) % 2 === 1) total += bytes[end - 1]! << 8;
  return fold(total);
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return folded;
}

/** The check sum that makes a sum come out right. */
export function checksumOf(sum: number): number {
  return ~sum & 0xffff;
}
