/** The check sum of ether frames (IEEE 802.3 §3.2.9), and what a card's table of groups is looked up by. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  return crc;
});

function remainder(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return crc;
}

/** As it stands behind a frame, its first byte lowest. */
export function frameCheck(frame: Uint8Array): number {
  return ~remainder(frame) >>> 0;
}

/** The bit of the table of 64 that stands for a group: the six highest of the remainder, whose bits go the other way. */
export function groupBit(address: Uint8Array): number {
  const crc = remainder(address);
  let bit = 0;
  for (let at = 0; at < 6; at++) bit |= ((crc >>> at) & 1) << (5 - at);
  return bit;
}
