/** CRC-32 of ISO 3309, bit by bit: links and lists of commands are short. */

/** Before the first byte. */
export const CRC_START = -1;

/** One byte further. */
export function crcStep(crc: number, byte: number): number {
  let next = crc ^ byte;
  for (let bit = 0; bit < 8; bit++) next = (next >>> 1) ^ (next & 1 ? 0xedb8_8320 : 0);
  return next;
}

/** The check sum of what was stepped over. */
export function crcEnd(crc: number): number {
  return ~crc >>> 0;
}

export function crc32(bytes: Uint8Array): number {
  let crc = CRC_START;
  for (let at = 0; at < bytes.length; at++) crc = crcStep(crc, bytes[at]!);
  return crcEnd(crc);
}
