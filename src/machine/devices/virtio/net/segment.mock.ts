/** TCP segments over IPv4 in frames, for tests of cards that put them together and cut them. */
import { putU16 } from '#base/big-endian';
import { checksumOf, onesSum } from '#base/ones-sum';
import { pseudoSum, transportOf } from './offload/transport.ts';

/** Who hears of them, and who sends them. */
export const MAC: readonly number[] = [0x52, 0x54, 0, 0, 0, 1];
export const OTHER: readonly number[] = [0x52, 0x54, 0, 0, 0, 2];
/** Flags of a segment. */
export const CWR = 0x80;
export const ACK = 0x10;
export const PSH = 0x08;
/** Bytes in front of what it carries. */
export const HEADERS = 54;

/** A TCP segment over IPv4 in a frame, its check sums right. */
export function segment(payload: number, flags: number, sequence = 5): Uint8Array {
  const frame = new Uint8Array(HEADERS + payload).fill(9, HEADERS);
  frame.set([...MAC, ...OTHER, 8, 0, 0x45]);
  putU16(frame, 16, frame.length - 14);
  frame.set([0x40, 0, 64, 6, 0, 0, 10, 0, 0, 2, 10, 0, 0, 3], 20);
  putU16(frame, 24, checksumOf(onesSum(frame, 14, 34)));
  putU16(frame, 36, 80);
  putU16(frame, 40, sequence);
  frame.set([0x50, flags, 1, 0], 46);
  const parts = transportOf(frame, false)!;
  putU16(frame, 50, checksumOf(onesSum(frame, 34, frame.length, pseudoSum(frame, parts, payload + 20))));
  return frame;
}
