/** The header in front of a packet (virtio 1.2, §5.1.6), read once, and written. What it says is a guest's. */
import { HEADER_NUM_BUFFERS } from '../registers.ts';

/** Flags: the check sum is to be completed, or was found right. */
export const NEEDS_CSUM = 1;
export const DATA_VALID = 2;

/** Sorts of packets that are to be cut into pieces, or were put together of some. */
export const GSO_NONE = 0;
export const GSO_TCPV4 = 1;
export const GSO_TCPV6 = 4;
/** With explicit congestion notification. */
export const GSO_ECN = 0x80;

export interface NetHeader {
  readonly flags: number;
  readonly gsoType: number;
  readonly headerLength: number;
  /** Payload of a piece. */
  readonly gsoSize: number;
  /** Where the check sum begins to count, and how far behind that it lies. */
  readonly checksumStart: number;
  readonly checksumOffset: number;
}

export const PLAIN: NetHeader = {
  ...{ flags: 0, gsoType: GSO_NONE, headerLength: 0, gsoSize: 0, checksumStart: 0, checksumOffset: 0 },
};
/** Of a packet that was found right: what most of those that arrive have. */
export const CHECKED: NetHeader = { ...PLAIN, flags: DATA_VALID };

export function readHeader(bytes: Uint8Array): NetHeader {
  // For each frame: one object, and no function of its own.
  return {
    flags: bytes[0]!,
    gsoType: bytes[1]!,
    headerLength: u16(bytes, 2),
    gsoSize: u16(bytes, 4),
    checksumStart: u16(bytes, 6),
    checksumOffset: u16(bytes, 8),
  };
}
function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

export function writeHeader(bytes: Uint8Array, header: NetHeader, buffers: number): void {
  bytes[0] = header.flags;
  bytes[1] = header.gsoType;
  put(bytes, 2, header.headerLength);
  put(bytes, 4, header.gsoSize);
  put(bytes, 6, header.checksumStart);
  put(bytes, 8, header.checksumOffset);
  put(bytes, HEADER_NUM_BUFFERS, buffers);
}
function put(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
}
