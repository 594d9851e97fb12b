/**
 * The gateway's card: frames of the inner network. It answers who asks for its addresses, finds the cards of others, tells stations of
 * IPv6 that there is a router, and gives packets that are for it or to be passed on to whoever routes them.
 */
import type { VirtualNs } from '#base/virtual-time';
import { BROADCAST, destinationOf, isGroup, sourceOf } from '../../ether-frame.ts';
import { Neighbours, type NeighboursState } from './neighbours.ts';
import { type Address, addressOf, isInNetwork, isIpv6, isSame, isUnspecified } from './wire/address.ts';
import { ARP_OPERATION, putMac, readArp, writeArp } from './wire/arp.ts';
import { putU16, u16 } from './wire/bytes.ts';
import { icmpPacket, readIcmp } from './wire/icmp.ts';
import {
  cutPacket,
  type Packet,
  PROTOCOL,
  type ReceivedPacket,
  readIpv4,
  readIpv6,
  writePacket,
} from './wire/ip.ts';
import {
  ALL_NODES,
  advertisement,
  groupMac,
  ND,
  ND_HOPS,
  ownAddress,
  readNeighbour,
  readSolicitation,
  routerAdvertisement,
  solicitation,
  solicitedGroup,
} from './wire/neighbour-discovery.ts';

const HEADER = 14;
/** Without its FCS. */
const LEAST_FRAME = 60;
const TYPE = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
/** How long a router that is not heard of again is one, in seconds (RFC 4861, §6.2.1). */
const ROUTER_LIFETIME_S = 1800;

export interface LinkSettings {
  readonly mac: number;
  readonly mtu: number;
  readonly address: Address;
  readonly prefix: number;
  /** Network of IPv6, of 64 bits; nothing where there is none. */
  readonly network6: Address | undefined;
  /** Its address there; the first of the network unless said. */
  readonly own6?: Address | undefined;
  /** Stations of IPv6 are not told of it: another one is their router. */
  readonly isSilent?: boolean;
  /** Stations are told to ask it for names. */
  readonly answersNames: boolean;
}

export interface LinkWays {
  readonly now: () => VirtualNs;
  readonly send: (frame: Uint8Array) => void;
  /** A packet has come that is not about the network itself; its bytes, and what of the frame stands behind them. */
  readonly packet: (packet: ReceivedPacket, card: number, bytes: Uint8Array) => void;
  readonly wake: (at: VirtualNs) => void;
  /** A packet could not be sent, since nobody has the address or too many wait. */
  readonly unreached?: (packet: Uint8Array) => void;
  readonly count: (event: 'malformed' | 'badChecksum' | 'otherProtocol' | 'notForUs' | 'lost') => void;
}

export class InnerLink {
  readonly settings: LinkSettings;
  /** Of IPv6: of the network alone, and of the world. */
  readonly linkAddress: Address;
  readonly worldAddress: Address | undefined;
  readonly neighbours: Neighbours;
  readonly #ways: LinkWays;
  /** Numbers of the packets that are cut. */
  #nextId = 1;

  constructor(settings: LinkSettings, ways: LinkWays) {
    this.settings = settings;
    this.#ways = ways;
    this.linkAddress = ownAddress(addressOf('fe80::'), settings.mac);
    this.worldAddress = settings.own6 ?? settings.network6?.with(15, 1);
    this.neighbours = new Neighbours({
      ...{ now: ways.now, wake: ways.wake },
      ask: (address) => this.#ask(address),
      send: (mac, packet) => this.#frame(mac, packet[0]! >> 4 === 6 ? TYPE.ipv6 : TYPE.ipv4, packet),
      lost: (packets) => {
        for (const packet of packets) {
          ways.count('lost');
          ways.unreached?.(packet);
        }
      },
    });
  }

  /** True for an address of the network's stations. */
  isInside(address: Address): boolean {
    const { address: own, prefix, network6 } = this.settings;
    if (!isIpv6(address)) return isInNetwork(address, own, prefix);
    return network6 !== undefined && isInNetwork(address, network6, 64);
  }
  /** True for the address of all stations of the network (IPv4). */
  isForAll(address: Address): boolean {
    const { address: own, prefix } = this.settings;
    // All bits behind those of the network are set.
    const isLast = address.every((byte, at) => {
      const rest = 0xff >> Math.min(8, Math.max(0, prefix - 8 * at));
      return (byte & rest) === rest;
    });
    return !isIpv6(address) && prefix < 31 && isLast && isInNetwork(address, own, prefix);
  }
  /** True for the gateway's own on this side. */
  isOwn(address: Address): boolean {
    const { address: own } = this.settings;
    return [own, this.linkAddress, this.worldAddress].some(
      (each) => each !== undefined && isSame(each, address),
    );
  }

  receive(frame: Uint8Array): void {
    const { count } = this.#ways;
    if (frame.length < HEADER) {
      count('malformed');
      return;
    }
    const to = destinationOf(frame);
    if (to !== this.settings.mac && !isGroup(to)) {
      count('notForUs');
      return;
    }
    const type = u16(frame, 12);
    const content = frame.subarray(HEADER);
    if (type === TYPE.arp) this.#arp(content);
    else if (type === TYPE.ipv4) this.#packet(readIpv4(content), sourceOf(frame), content);
    else if (type === TYPE.ipv6 && this.settings.network6 !== undefined)
      this.#packet(readIpv6(content), sourceOf(frame), content);
    else count('otherProtocol');
  }

  /**
   * Sends a packet to a station, in pieces if need be; false where it is too big and may not be cut.
   * @param via the router by which it goes, where it goes beyond this network
   */
  send(packet: Packet, via: Address = packet.to): boolean {
    const pieces = cutPacket(packet, this.#nextId, this.settings.mtu);
    if (pieces === undefined) return false;
    if (pieces.length > 1) this.#nextId = (this.#nextId % 0xffff) + 1;
    for (const piece of pieces) this.neighbours.send(via, piece);
    return true;
  }
  /** Sends a packet to a card, or to all, whose address nobody need be asked for. */
  sendTo(mac: number, packet: Packet): void {
    this.#frame(mac, isIpv6(packet.from) ? TYPE.ipv6 : TYPE.ipv4, writePacket(packet));
  }

  /** Tells stations of IPv6 that this is their router: all, or the one that asked. */
  advertise(to: Address = ALL_NODES, mac: number = groupMac(ALL_NODES)): void {
    const { network6: prefix, mac: own, mtu, answersNames, isSilent = false } = this.settings;
    if (prefix === undefined || this.worldAddress === undefined || isSilent) return;
    const names = answersNames ? { nameServer: this.worldAddress } : {};
    const parts = { prefix, mac: own, mtu, lifetime: ROUTER_LIFETIME_S, ...names };
    this.#discovery(to, mac, ND.routerAdvertisement, routerAdvertisement(parts));
  }

  capture(): { readonly neighbours: NeighboursState; readonly nextId: number } {
    return { neighbours: this.neighbours.capture(), nextId: this.#nextId };
  }
  restore(neighbours: NeighboursState, nextId: number): void {
    this.neighbours.restore(neighbours);
    this.#nextId = nextId;
  }

  #packet(packet: ReturnType<typeof readIpv4>, card: number, bytes: Uint8Array): void {
    if (typeof packet === 'string') this.#ways.count(packet);
    else if (!isDiscovery(packet) || !this.#discovered(packet, card)) this.#ways.packet(packet, card, bytes);
  }

  #arp(bytes: Uint8Array): void {
    const message = readArp(bytes);
    if (message === undefined) {
      this.#ways.count('malformed');
      return;
    }
    const { address, mac, prefix } = this.settings;
    const { operation, sender, senderMac, target } = message;
    const asksUs = operation === ARP_OPERATION.request && isSame(target, address);
    const isStation = isInNetwork(sender, address, prefix) && !isSame(sender, address) && !isGroup(senderMac);
    if (isStation) this.neighbours.heard(sender, senderMac, asksUs);
    if (!asksUs || isSame(sender, address)) return;
    const reply = { operation: ARP_OPERATION.reply, senderMac: mac, sender: address };
    this.#frame(senderMac, TYPE.arp, writeArp({ ...reply, targetMac: senderMac, target: sender }));
  }

  /** A message by which neighbours find each other; false for any other of ICMPv6. */
  #discovered(packet: Packet, card: number): boolean {
    const message = readIcmp(packet);
    if (typeof message === 'string') {
      this.#ways.count(message);
      return true;
    }
    const { type, code, rest } = message;
    if (type < ND.routerSolicitation || type > ND.neighbourAdvertisement) return false;
    if (packet.hops !== ND_HOPS || code !== 0) this.#ways.count('malformed');
    else if (type === ND.routerSolicitation) this.#routerWanted(packet, rest, card);
    else if (type === ND.neighbourSolicitation) this.#wanted(packet, rest, card);
    else if (type === ND.neighbourAdvertisement) {
      const found = readNeighbour(rest);
      if (found === undefined) this.#ways.count('malformed');
      else if (!this.isOwn(found.target) && !isGroup(found.mac ?? card))
        this.neighbours.heard(found.target, found.mac ?? card, false);
    }
    return true;
  }

  #routerWanted({ from }: Packet, rest: Uint8Array, card: number): void {
    const asked = readSolicitation(rest);
    if (asked === undefined) this.#ways.count('malformed');
    else if (isUnspecified(from)) this.advertise();
    else {
      if (asked.mac !== undefined && !isGroup(asked.mac)) this.neighbours.heard(from, asked.mac, true);
      this.advertise(from, card);
    }
  }

  #wanted({ from }: Packet, rest: Uint8Array, card: number): void {
    const wanted = readNeighbour(rest);
    if (wanted === undefined) this.#ways.count('malformed');
    else if (this.isOwn(wanted.target)) {
      // Who only tries whether an address is free has none yet, and is told with all.
      const isTrial = isUnspecified(from);
      if (!isTrial && wanted.mac !== undefined && !isGroup(wanted.mac) && !this.isOwn(from))
        this.neighbours.heard(from, wanted.mac, true);
      const [to, mac] = isTrial ? [ALL_NODES, groupMac(ALL_NODES)] : [from, card];
      const answer = advertisement(wanted.target, this.settings.mac, !isTrial);
      this.#discovery(to, mac, ND.neighbourAdvertisement, answer, wanted.target);
    }
  }

  #ask(address: Address): void {
    const { mac, address: own } = this.settings;
    if (isIpv6(address)) {
      const group = solicitedGroup(address);
      this.#discovery(group, groupMac(group), ND.neighbourSolicitation, solicitation(address, mac));
      return;
    }
    const request = { operation: ARP_OPERATION.request, senderMac: mac, sender: own, targetMac: 0 };
    this.#frame(BROADCAST, TYPE.arp, writeArp({ ...request, target: address }));
  }

  #discovery(
    to: Address,
    mac: number,
    type: number,
    rest: Uint8Array,
    from: Address = this.linkAddress,
  ): void {
    this.#frame(mac, TYPE.ipv6, writePacket(icmpPacket({ from, to }, { type, code: 0, rest }, ND_HOPS)));
  }

  #frame(to: number, type: number, content: Uint8Array): void {
    const frame = new Uint8Array(Math.max(LEAST_FRAME, HEADER + content.length));
    putMac(frame, 0, to);
    putMac(frame, 6, this.settings.mac);
    putU16(frame, 12, type);
    frame.set(content, HEADER);
    this.#ways.send(frame);
  }
}

/** Such messages are never cut. */
function isDiscovery({ from, protocol, fragment }: ReceivedPacket): boolean {
  return isIpv6(from) && protocol === PROTOCOL.icmpv6 && fragment === undefined;
}
