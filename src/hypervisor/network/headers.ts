/**
 * The headers of an ether frame, for whoever decides by them: stages of ports and flow rules. One object is filled again and again
 * (nothing is allocated); every length is checked. What a frame claims to have and cannot be read is UNKNOWN, not absent: who
 * forbids takes it for a match, who permits does not (frame-match.ts).
 */
import { u16 } from '#base/big-endian';
import { macAt } from './ether-frame.ts';

export const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
export const IP_PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** 802.1Q tags: customer's, service provider's, and the one that providers had before there was a standard. */
export function isTagType(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100;
}
export const TAG_BYTES = 4;
/** Tags that are looked behind; a frame with more cannot be read. */
export const MOST_TAGS = 2;
/** Extension headers of IPv6 that are looked behind. */
const MOST_EXTENSIONS = 8;

/** Whether a header is there: not at all, whole, or claimed without being readable. */
export type Reading = 'absent' | 'known' | 'unknown';

/** Bytes that a header of a protocol with ports has at least: the first piece of a packet must carry them all (RFC 1858). */
const HEADER_BYTES: Readonly<Record<number, number>> = { 6: 20, 17: 8, 33: 12, 132: 12, 136: 8 };
const ICMP_BYTES = 4;
/** Next headers of IPv6 that stand before the packet's own protocol, with how many bytes a unit of their length has. */
const EXTENSION_UNIT: Readonly<Record<number, number>> = {
  0: 8,
  43: 8,
  51: 4,
  60: 8,
  135: 8,
  139: 8,
  140: 8,
};
const FRAGMENT = 44;
const NO_NEXT_HEADER = 59;

export class Headers {
  bytes: Uint8Array = new Uint8Array(0);
  /** Of the first tag, as far as there is one: -1 where there is none. */
  vlan = -1;
  /** What the frame carries behind its tags; -1 where that cannot be read. Of LLC without SNAP: its length. */
  etherType = -1;
  /** Where that begins. */
  payload = 0;
  /** IPv4 or IPv6, and where the addresses lie. */
  network: Reading = 'absent';
  isIpv6 = false;
  sourceAddress = 0;
  destinationAddress = 0;
  /** Of the IP packet; -1 unless known. */
  protocol = -1;
  /** A piece of a packet; a later one lacks the header of what it carries. */
  isFragment = false;
  /** TCP, UDP and their kin. */
  ports: Reading = 'absent';
  sourcePort = -1;
  destinationPort = -1;
  /** ICMP of either version; -1 unless known. */
  icmpType = -1;
  /** Where that header begins, or what else IP carries. */
  transport = 0;
  /** Where the IP packet ends. */
  end = 0;
  /** ARP for IPv4 over Ethernet. */
  arp: Reading = 'absent';

  get destination(): number {
    return macAt(this.bytes, 0);
  }
  get source(): number {
    return macAt(this.bytes, 6);
  }

  /** @param bytes at least fourteen */
  read(bytes: Uint8Array): this {
    this.bytes = bytes;
    this.network = 'absent';
    this.arp = 'absent';
    this.ports = 'absent';
    this.protocol = -1;
    this.sourcePort = -1;
    this.destinationPort = -1;
    this.icmpType = -1;
    this.isFragment = false;
    this.isIpv6 = false;
    this.#readTypes();
    if (this.etherType === ETHER_TYPE.ipv4) this.#readIpv4();
    else if (this.etherType === ETHER_TYPE.ipv6) this.#readIpv6();
    else if (this.etherType === ETHER_TYPE.arp) this.#readArp();
    else if (this.etherType < 0) {
      this.network = 'unknown';
      this.arp = 'unknown';
      this.ports = 'unknown';
    }
    return this;
  }

  #readTypes(): void {
    const { bytes } = this;
    let at = 12;
    let type = u16(bytes, at);
    this.vlan = -1;
    for (let tags = 0; isTagType(type); tags++) {
      if (tags === MOST_TAGS || at + TAG_BYTES + 2 > bytes.length) {
        this.etherType = -1;
        return;
      }
      if (tags === 0) this.vlan = u16(bytes, at + 2) & 0xfff;
      at += TAG_BYTES;
      type = u16(bytes, at);
    }
    at += 2;
    this.payload = at;
    this.etherType = type;
    // LLC: what a SNAP header names is received by some as if it stood in the frame itself (RFC 1042).
    if (type >= 0x600) return;
    const isSnap = at + 8 <= bytes.length && bytes[at] === 0xaa && bytes[at + 1] === 0xaa;
    if (
      !isSnap ||
      bytes[at + 3] !== 0 ||
      bytes[at + 4] !== 0 ||
      (bytes[at + 5] !== 0 && bytes[at + 5] !== 0xf8)
    )
      return;
    type = u16(bytes, at + 6);
    this.etherType = isTagType(type) ? -1 : type;
    this.payload = at + 8;
  }

  #readIpv4(): void {
    const { bytes, payload } = this;
    const room = bytes.length - payload;
    this.#networkUnknown();
    if (room < 20) return;
    const first = bytes[payload]!;
    const headerBytes = (first & 15) * 4;
    const totalBytes = u16(bytes, payload + 2);
    if (first >> 4 !== 4 || headerBytes < 20 || totalBytes < headerBytes || totalBytes > room) return;
    this.network = 'known';
    this.sourceAddress = payload + 12;
    this.destinationAddress = payload + 16;
    this.protocol = bytes[payload + 9]!;
    this.transport = payload + headerBytes;
    this.end = payload + totalBytes;
    const fragment = u16(bytes, payload + 6);
    this.isFragment = (fragment & 0x3fff) !== 0;
    this.#readTransport((fragment & 0x1fff) !== 0);
  }

  #readIpv6(): void {
    const { bytes, payload } = this;
    const room = bytes.length - payload;
    this.isIpv6 = true;
    this.#networkUnknown();
    if (room < 40) return;
    const packetBytes = 40 + u16(bytes, payload + 4);
    if (bytes[payload]! >> 4 !== 6 || packetBytes > room) return;
    this.network = 'known';
    this.sourceAddress = payload + 8;
    this.destinationAddress = payload + 24;
    this.end = payload + packetBytes;
    this.#readExtensions(bytes[payload + 6]!, payload + 40);
  }

  /** The chain of headers to the packet's own protocol; where it cannot be followed, protocol and ports stay unknown. */
  #readExtensions(first: number, start: number): void {
    const { bytes, end } = this;
    let next = first;
    let at = start;
    for (let count = 0; count <= MOST_EXTENSIONS; count++) {
      const unit = EXTENSION_UNIT[next];
      if (unit === undefined && next !== FRAGMENT) {
        this.protocol = next;
        this.transport = at;
        if (next === NO_NEXT_HEADER) this.ports = 'absent';
        else this.#readTransport(false);
        return;
      }
      if (at + 8 > end) return;
      if (unit === undefined) {
        const fragment = u16(bytes, at + 2);
        this.isFragment ||= (fragment & 0xfff9) !== 0;
        // What a later piece says of its next header need not be true (RFC 8200, 4.5).
        if (fragment >> 3 !== 0) return;
        next = bytes[at]!;
        at += 8;
        continue;
      }
      const length = unit === 4 ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8;
      next = bytes[at]!;
      at += length;
      if (at > end) return;
    }
  }

  #readTransport(isLater: boolean): void {
    const { bytes, protocol, transport, end } = this;
    const isIcmp = protocol === IP_PROTOCOL.icmp || protocol === IP_PROTOCOL.icmpv6;
    const least = HEADER_BYTES[protocol];
    if (least === undefined) {
      this.ports = 'absent';
      if (isIcmp && !isLater && transport + ICMP_BYTES <= end) this.icmpType = bytes[transport]!;
      return;
    }
    if (isLater || transport + least > end) return;
    this.ports = 'known';
    this.sourcePort = u16(bytes, transport);
    this.destinationPort = u16(bytes, transport + 2);
  }

  /** Ethernet, IPv4, addresses of six and four bytes (RFC 826). */
  #readArp(): void {
    const { bytes, payload: at } = this;
    const isWhole =
      at + 28 <= bytes.length &&
      u16(bytes, at) === 1 &&
      u16(bytes, at + 2) === ETHER_TYPE.ipv4 &&
      u16(bytes, at + 4) === 0x0604;
    this.arp = isWhole ? 'known' : 'unknown';
  }

  #networkUnknown(): void {
    this.network = 'unknown';
    this.ports = 'unknown';
  }
}
