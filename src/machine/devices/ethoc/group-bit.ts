/** What a card's table of groups is looked up by. */
import { crc32 } from '#base/crc32';

/** The bit of the table of 64 that stands for a group: the six highest of the remainder, whose bits go the other way. */
export function groupBit(address: Uint8Array): number {
  const remainder = ~crc32(address);
  let bit = 0;
  for (let at = 0; at < 6; at++) bit |= ((remainder >>> at) & 1) << (5 - at);
  return bit;
}
