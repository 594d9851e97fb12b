/** CRC-32 of ISO 3309: of links, lists of commands and ether frames. */

/** What is left of each byte alone. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  return crc;
});

/** Before the first byte. */
export const CRC_START = -1;

/** One byte further. */
export function crcStep(crc: number, byte: number): number {
  return (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
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
