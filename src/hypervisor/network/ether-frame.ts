/**
 * Ether frames as bytes (IEEE 802.3, without preamble and FCS): sizes, addresses. A MAC address is a number below 2^48,
 * first byte most significant, so that it can be a key.
 */

import { u16, u32 } from '#base/big-endian';
import { macBytes } from '#base/packets/values';

/** What a frame occupies a wire for beyond its bytes: preamble, FCS and gap. */
export const WIRE_OVERHEAD_BYTES = 24;
/** Frames that may be on their way to one endpoint at most. */
export const PORT_QUEUE_LIMIT = 256;
/** Frames that one stage of a port may hold at most. */
export const MOST_WAITING = 4096;
/** All together: on the wire, and held by the stages that hold any. */
export const MOST_UNDERWAY: number = PORT_QUEUE_LIMIT + 3 * MOST_WAITING;

export const BROADCAST = 0xffff_ffff_ffff;

/** The MAC address that lies somewhere in bytes. */
export function macAt(bytes: Uint8Array, offset: number): number {
  return u16(bytes, offset) * 2 ** 32 + u32(bytes, offset + 2);
}

export function destinationOf(frame: Uint8Array): number {
  return macAt(frame, 0);
}
export function sourceOf(frame: Uint8Array): number {
  return macAt(frame, 6);
}

/** Broadcast and multicast addresses: the lowest bit of the first byte. */
export function isGroup(mac: number): boolean {
  return Math.floor(mac / 0x100_0000_0000) % 2 === 1;
}

/** 01-80-C2-00-00-00 to -0F: for the next bridge alone, never forwarded (802.1Q, table 8-1). */
export function isLinkLocal(mac: number): boolean {
  return mac >= 0x0180_c200_0000 && mac <= 0x0180_c200_000f;
}

/** `52:54:00:…` */
export function formatMac(mac: number): string {
  const digits = mac.toString(16).padStart(12, '0');
  return Array.from({ length: 6 }, (_, i) => digits.slice(2 * i, 2 * i + 2)).join(':');
}

/** The MAC address that such a text says. */
export function macOfText(text: string): number {
  return macAt(macBytes(text) ?? new Uint8Array(6), 0);
}
