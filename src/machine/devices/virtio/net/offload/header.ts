/** The header in front of a packet (virtio 1.2, §5.1.6), read once, and written. What it says is a guest's. */
import { HEADER_NUM_BUFFERS, HEADER_SIZE } from '../registers.ts';

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

export function readHeader(bytes: Uint8Array): NetHeader {
  const u16 = (at: number): number => bytes[at]! | (bytes[at + 1]! << 8);
  return {
    ...{ flags: bytes[0]!, gsoType: bytes[1]!, headerLength: u16(2), gsoSize: u16(4) },
    ...{ checksumStart: u16(6), checksumOffset: u16(8) },
  };
}

export function writeHeader(bytes: Uint8Array, header: NetHeader, buffers: number): void {
  const put = (at: number, value: number): void => {
    bytes[at] = value;
    bytes[at + 1] = value >> 8;
  };
  bytes.fill(0, 0, HEADER_SIZE);
  bytes[0] = header.flags;
  bytes[1] = header.gsoType;
  put(2, header.headerLength);
  put(4, header.gsoSize);
  put(6, header.checksumStart);
  put(8, header.checksumOffset);
  put(HEADER_NUM_BUFFERS, buffers);
}
