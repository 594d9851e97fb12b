/** What is beyond the gateway: takes packets that have come to a place of the built-in internet, and answers them. */
import type { VirtualNs } from '#base/virtual-time';
import { type TcpEvent, TcpStack } from '../tcp/stack.ts';
import { type Address, keyOf } from '../wire/address.ts';
import { echoReply, icmpProtocol, readIcmp, troublePacket } from '../wire/icmp.ts';
import { type Packet, PROTOCOL } from '../wire/ip.ts';
import { readTcp } from '../wire/tcp.ts';
import { readUdp, udpPacket } from '../wire/udp.ts';
import { SITES, type Site } from './sites.ts';

const BY_ADDRESS: ReadonlyMap<string, Site> = new Map(
  SITES.flatMap((site) => site.addresses.map((address) => [keyOf(address), site] as const)),
);

/** The place that has an address. */
export function siteAt(address: Address): Site | undefined {
  return BY_ADDRESS.get(keyOf(address));
}

export interface InternetWays {
  readonly seed: number;
  readonly mtu: number;
  readonly now: () => VirtualNs;
  /** A packet of a place sets out for the gateway. */
  readonly send: (packet: Packet) => void;
  readonly count: (event: TcpEvent | 'malformed' | 'badChecksum') => void;
  readonly wake: (slot: number, at: VirtualNs) => void;
  readonly cancel: (slot: number) => void;
}

export class Internet {
  readonly tcp: TcpStack;
  readonly #ways: InternetWays;

  constructor(ways: InternetWays) {
    this.#ways = ways;
    this.tcp = new TcpStack({ ...ways, serverAt: (address, port) => siteAt(address)?.tcp[port] });
  }

  /** A packet has come to the place that has its address. */
  receive(packet: Packet): void {
    const site = siteAt(packet.to);
    if (site === undefined) return;
    if (packet.protocol === icmpProtocol(packet)) this.#icmp(packet);
    else if (packet.protocol === PROTOCOL.udp) this.#udp(site, packet);
    else if (packet.protocol === PROTOCOL.tcp) {
      const segment = readTcp(packet);
      if (typeof segment === 'string') this.#ways.count(segment);
      else this.tcp.receive(packet, segment);
    } else this.#trouble(packet, 'noProtocol');
  }

  #icmp(packet: Packet): void {
    const message = readIcmp(packet);
    if (typeof message === 'string') {
      this.#ways.count(message);
      return;
    }
    const reply = echoReply(packet, message);
    if (reply !== undefined) this.#ways.send(reply);
  }

  #udp(site: Site, packet: Packet): void {
    const datagram = readUdp(packet);
    if (typeof datagram === 'string') {
      this.#ways.count(datagram);
      return;
    }
    const { fromPort, toPort, data } = datagram;
    const server = site.udp[toPort];
    if (server === undefined) {
      this.#trouble(packet, 'noPort');
      return;
    }
    const answer = server(data, this.#ways.now());
    if (answer !== undefined)
      this.#ways.send(
        udpPacket({ from: packet.to, to: packet.from }, { fromPort: toPort, toPort: fromPort, data: answer }),
      );
  }

  #trouble(packet: Packet, trouble: 'noPort' | 'noProtocol'): void {
    const told = troublePacket(packet, trouble, packet.to);
    if (told !== undefined) this.#ways.send(told);
  }
}
