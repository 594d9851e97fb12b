/**
 * A router between networks of a host: the first hop of stations that name it their gateway. It has an interface in each network, and
 * passes packets of IPv4 and IPv6 on by its routes, one hop less; who sends what cannot arrive is told.
 *
 *   frame → interface (port and VLAN) → for us: echo … → sender believable? → hops left? → route → fits? → neighbour → frame
 */
import { NS_PER_MS, NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { BROADCAST } from '../../ether-frame.ts';
import { withoutTag, withTag } from '../../stages/vlan.ts';
import { DHCP_PORT, isToDhcpServer, relayedAnswer, relayedMessage } from '../gateway/dhcp/message.ts';
import { InnerLink } from '../gateway/inner-link.ts';
import { Reassembly } from '../gateway/reassembly.ts';
import {
  type Address,
  EVERYBODY,
  isGroupAddress,
  isIpv6,
  isLinkLocalAddress,
  isSame,
  isUnspecified,
} from '../gateway/wire/address.ts';
import { echoReply, icmpProtocol, readIcmp, type Trouble, troublePacket } from '../gateway/wire/icmp.ts';
import { type Packet, PROTOCOL, type ReceivedPacket, readIpv4, readIpv6 } from '../gateway/wire/ip.ts';
import { readUdp, udpPacket } from '../gateway/wire/udp.ts';
import type { RouterCounter } from './counters.ts';
import { fitting, isFour, oneHopLess } from './forwarding.ts';
import { networkText, type Route, Routes } from './routes.ts';
import type { RouterState } from './state.ts';
import { tagOf } from './tags.ts';

export interface InterfaceSettings {
  /** As people call it: that of its port, and its VLAN. */
  readonly name: string;
  /** Place of its port. */
  readonly port: number;
  /** 0: its frames have no tag. */
  readonly vlan: number;
  readonly mac: number;
  readonly address: Address;
  readonly prefix: number;
  readonly network6: Address | undefined;
  /** Its own address there. */
  readonly own6: Address | undefined;
  /** Stations of that network are not told of it. */
  readonly isSilent: boolean;
}
export interface RouterSettings {
  readonly interfaces: readonly InterfaceSettings[];
  readonly routes: readonly { readonly to: Address; readonly prefix: number; readonly via: Address }[];
  readonly reversePath: boolean;
  readonly mtu: number;
  /** Who gives stations their addresses. */
  readonly relay: Address | undefined;
}
export interface RouterWays {
  readonly counters: Counters<RouterCounter>;
  readonly now: () => VirtualNs;
  readonly send: (port: number, frame: Uint8Array) => void;
  readonly schedule: (at: VirtualNs, data: number) => void;
  readonly cancel: (data: number) => void;
}

export interface RouterInterface extends InterfaceSettings {
  readonly link: InnerLink;
  advertiseAt: VirtualNs;
}

/** What an event is for: two for each interface. */
const EVENTS = 2;
const NEIGHBOURS = 0;
const ADVERTISE = 1;
const FIRST_ADVERTISEMENT_NS: VirtualNs = NS_PER_S;
const ADVERTISEMENT_NS: VirtualNs = 200 * NS_PER_S;
/** Messages about packets that did not arrive: so many in a second, and so many at once (RFC 1812, §4.3.2.8). */
const TROUBLE_NS: VirtualNs = NS_PER_MS;
const TROUBLES_AT_ONCE = 50;

export class Router {
  readonly settings: RouterSettings;
  readonly interfaces: readonly RouterInterface[];
  readonly routes: Routes;
  readonly #ways: RouterWays;
  readonly #reassembly: Reassembly;
  #troubleDue: VirtualNs = 0;

  constructor(settings: RouterSettings, ways: RouterWays) {
    this.settings = settings;
    this.#ways = ways;
    this.interfaces = settings.interfaces.map((given, place) => {
      const advertiseAt = ways.now() + FIRST_ADVERTISEMENT_NS;
      if (advertises(given)) ways.schedule(advertiseAt, EVENTS * place + ADVERTISE);
      return { ...given, link: this.#linkOf(given, place), advertiseAt };
    });
    this.routes = new Routes([...this.#connected(), ...settings.routes.map((each) => this.#learned(each))]);
    this.#reassembly = new Reassembly(ways.now, (packet) => this.#tell(packet, 'piecesMissing'));
  }

  #linkOf(given: InterfaceSettings, place: number): InnerLink {
    const { port, vlan, mac, address, prefix, network6, own6, isSilent } = given;
    const { now, schedule, send } = this.#ways;
    const own = { mac, mtu: this.settings.mtu, address, prefix, network6, own6, isSilent };
    const link = { ...own, answersNames: false };
    return new InnerLink(link, {
      now,
      send: (frame) => send(port, vlan === 0 ? frame : withTag(frame, vlan, 0)),
      count: (event) => this.#count(event),
      wake: (at) => schedule(at, EVENTS * place + NEIGHBOURS),
      packet: (packet, card, bytes) => this.#packet(packet, bytes, place, card),
      unreached: (bytes) => this.#unreached(bytes),
    });
  }
  #connected(): Route[] {
    return this.interfaces.flatMap(({ address, prefix, network6 }, by) => [
      { network: address, prefix, via: undefined, by },
      ...(network6 === undefined ? [] : [{ network: network6, prefix: 64, via: undefined, by }]),
    ]);
  }
  #learned({ to, prefix, via }: RouterSettings['routes'][number]): Route {
    const by = this.interfaces.findIndex(({ link }) => link.isInside(via) && !link.isOwn(via));
    return { network: to, prefix, via, by: to.length === via.length ? by : -1 };
  }

  /** A frame has come by a port: it is the interface's whose tag it bears, or of the one that has none. */
  receive(port: number, frame: Uint8Array): void {
    const vlan = tagOf(frame);
    const at = this.interfaces.find((each) => each.port === port && each.vlan === vlan);
    if (at === undefined) this.#count('noInterface');
    else at.link.receive(vlan === 0 ? frame : withoutTag(frame));
  }
  timer(data: number): void {
    const place = Math.floor(data / EVENTS);
    const at = this.interfaces[place];
    if (at === undefined) return;
    if (data % EVENTS === NEIGHBOURS) at.link.neighbours.due();
    else {
      at.link.advertise();
      at.advertiseAt = this.#ways.now() + ADVERTISEMENT_NS;
      this.#ways.schedule(at.advertiseAt, data);
    }
  }

  #count(event: RouterCounter): void {
    this.#ways.counters[event] += 1;
  }
  #isOwn(address: Address): boolean {
    return this.interfaces.some(({ link }) => link.isOwn(address));
  }

  #packet(packet: ReceivedPacket, bytes: Uint8Array, by: number, card: number): void {
    const { from, to } = packet;
    if (!this.#isBelievable(from, by)) {
      this.#count('badSource');
      return;
    }
    const { relay } = this.settings;
    if (relay !== undefined && isToDhcpServer(packet) && (isSame(to, EVERYBODY) || this.#isOwn(to))) {
      this.#relay(packet, relay, by, card);
      return;
    }
    if (this.#isOwn(to)) {
      const whole = this.#reassembly.take(packet);
      if (whole !== undefined) this.#forUs(whole);
      return;
    }
    // Who speaks to all of a network does not mean another one (RFC 2644).
    const isForAll = this.interfaces.some(({ link }) => link.isForAll(to));
    if (isGroupAddress(to) || isUnspecified(to) || isForAll || isNear(from) || isNear(to))
      this.#count('notPassed');
    else this.#pass(packet, bytes);
  }
  #isBelievable(from: Address, by: number): boolean {
    if (isGroupAddress(from) || isLoopback(from) || this.#isOwn(from)) return false;
    // Who has no address yet speaks to his network alone.
    if (isUnspecified(from) || isNear(from)) return true;
    if (this.interfaces.some(({ link }) => link.isForAll(from))) return false;
    if (!this.settings.reversePath) return true;
    return this.routes.list[this.routes.find(from)]?.by === by;
  }

  #pass(packet: ReceivedPacket, bytes: Uint8Array): void {
    if (isUnspecified(packet.from)) {
      this.#count('notPassed');
      return;
    }
    if (packet.hops <= 1) {
      this.#count('expired');
      this.#tell(packet, 'noHopsLeft');
      return;
    }
    const place = this.routes.find(packet.to);
    const route = this.routes.list[place];
    const leaving = route === undefined ? undefined : this.interfaces[route.by];
    if (route === undefined || leaving === undefined) {
      this.#count('noRoute');
      this.#tell(packet, 'noNetwork');
      return;
    }
    const { mtu } = this.settings;
    const pieces = fitting(oneHopLess(bytes), mtu);
    if (pieces === undefined) {
      this.#count('tooBig');
      this.#tell(packet, 'tooBig', mtu);
      return;
    }
    if (pieces.length > 1) this.#count('cut');
    this.#count('forwarded');
    this.routes.packets[place]! += 1;
    for (const piece of pieces) leaving.link.neighbours.send(route.via ?? packet.to, piece);
  }
  /** Nobody has the address that a packet of ours was to go to. */
  #unreached(bytes: Uint8Array): void {
    const packet = isFour(bytes) ? readIpv4(bytes) : readIpv6(bytes);
    if (typeof packet !== 'string' && !this.#isOwn(packet.from)) this.#tell(packet, 'noHost');
  }

  /** Passes on who asks for an address, and what the server answers. Nothing is kept of it: the message says what is to be known. */
  #relay(packet: ReceivedPacket, server: Address, by: number, card: number): void {
    const datagram = readUdp(packet);
    if (typeof datagram === 'string') {
      this.#count(datagram);
      return;
    }
    const { data } = datagram;
    const isAnswer = isSame(packet.from, server);
    const came = isAnswer ? this.#relayAnswer(data) : this.#relayQuestion(data, server, by, card);
    if (came !== undefined) this.#count(came);
  }
  /** What became of it. */
  #relayAnswer(bytes: Uint8Array): RouterCounter {
    const answer = relayedAnswer(bytes);
    const at = answer && this.interfaces.find(({ address }) => isSame(address, answer.relay));
    if (answer === undefined || at === undefined) return 'malformed';
    const { data, mac, to, toAll } = answer;
    const ports = { fromPort: DHCP_PORT.server, toPort: DHCP_PORT.client };
    const packet = udpPacket({ from: at.address, to: toAll ? EVERYBODY : to }, { ...ports, data });
    at.link.sendTo(toAll ? BROADCAST : mac, packet);
    return 'relayed';
  }
  /** What became of it, where that is not counted by who sends. */
  #relayQuestion(bytes: Uint8Array, server: Address, by: number, card: number): RouterCounter | undefined {
    const asked = this.interfaces[by];
    // Where the server is, it hears who asks itself.
    if (asked === undefined || this.routes.list[this.routes.find(server)]?.by === by) return 'notPassed';
    const data = relayedMessage(bytes, asked.address, card);
    if (data === undefined) return 'malformed';
    const ports = { fromPort: DHCP_PORT.server, toPort: DHCP_PORT.server };
    const isSent = this.#send(udpPacket({ from: asked.address, to: server }, { ...ports, data }));
    return isSent ? 'relayed' : undefined;
  }

  #forUs(packet: Packet): void {
    if (packet.protocol !== icmpProtocol(packet)) {
      this.#tell(packet, packet.protocol === PROTOCOL.udp ? 'noPort' : 'noProtocol');
      return;
    }
    const message = readIcmp(packet);
    if (typeof message === 'string') {
      this.#count(message);
      return;
    }
    const reply = echoReply(packet, message);
    if (reply !== undefined && this.#send(reply)) this.#count('answered');
  }

  /** Tells the sender of a packet, unless a later piece of one: the first has told him. */
  #tell(packet: ReceivedPacket, trouble: Trouble, mtu = 0): void {
    if ((packet.fragment?.offset ?? 0) > 0) return;
    const now = this.#ways.now();
    const due = Math.max(now, this.#troubleDue);
    if (due - now > (TROUBLES_AT_ONCE - 1) * TROUBLE_NS) return;
    const by = this.interfaces[this.routes.list[this.routes.find(packet.from)]?.by ?? -1];
    const teller = isIpv6(packet.from) ? (by?.link.worldAddress ?? by?.link.linkAddress) : by?.address;
    const told = teller === undefined ? undefined : troublePacket(packet, trouble, teller, mtu);
    if (told === undefined) return;
    // Counted first: what is told may push out what others are told of.
    this.#troubleDue = due + TROUBLE_NS;
    if (this.#send(told)) this.#count('troubles');
  }
  /** A packet of the router's own. */
  #send(packet: Packet): boolean {
    // A neighbour's address of its network alone is at the interface whose own it speaks to.
    const near = isNear(packet.to) ? this.interfaces.findIndex(({ link }) => link.isOwn(packet.from)) : -1;
    const route = this.routes.list[this.routes.find(packet.to)];
    const at = this.interfaces[near >= 0 ? near : (route?.by ?? -1)];
    if (at === undefined) return false;
    return at.link.send(packet, near >= 0 ? undefined : route?.via);
  }

  /** Knows what another one knew of interfaces and routes that are as they were there. */
  follow(former: Router): void {
    const [own, theirs] = [this.capture(), former.capture()];
    const interfaces = this.interfaces.map((each, place) => {
      const at = former.interfaces.findIndex((other) => isSameInterface(each, other));
      return theirs.interfaces[at] ?? own.interfaces[place]!;
    });
    const packets = this.routes.list.map((each) => {
      const at = former.routes.list.findIndex((other) => isSameRoute(each, other));
      return theirs.packets[at] ?? 0;
    });
    this.restore({ ...theirs, interfaces, packets });
  }

  capture(): RouterState {
    return {
      interfaces: this.interfaces.map(({ link, advertiseAt }) => ({ ...link.capture(), advertiseAt })),
      incomplete: this.#reassembly.capture(),
      packets: [...this.routes.packets],
      troubleDue: this.#troubleDue,
    };
  }
  restore({ interfaces, incomplete, packets, troubleDue }: RouterState): void {
    const { cancel, schedule } = this.#ways;
    for (const [place, at] of this.interfaces.entries()) {
      for (const event of [NEIGHBOURS, ADVERTISE]) cancel(EVENTS * place + event);
      const saved = interfaces[place];
      if (saved === undefined) continue;
      at.link.restore(saved.neighbours, saved.nextId);
      at.advertiseAt = saved.advertiseAt;
      for (const { nextAt } of saved.neighbours.asked) schedule(nextAt, EVENTS * place + NEIGHBOURS);
      if (advertises(at)) schedule(at.advertiseAt, EVENTS * place + ADVERTISE);
    }
    this.#reassembly.restore(incomplete);
    for (const place of this.routes.packets.keys()) this.routes.packets[place] = packets[place] ?? 0;
    this.#troubleDue = troubleDue;
  }
}

const isNear = isLinkLocalAddress;
/** 127.0.0.0/8 and ::1: nothing of a wire. */
function isLoopback(address: Address): boolean {
  if (!isIpv6(address)) return address[0] === 127;
  return address[15] === 1 && address.subarray(0, 15).every((byte) => byte === 0);
}
/** Whether it tells stations of IPv6 of itself there. */
export function advertises({
  network6,
  isSilent,
}: Pick<InterfaceSettings, 'network6' | 'isSilent'>): boolean {
  return network6 !== undefined && !isSilent;
}
/** The same address, or none of either. */
function areSame(a: Address | undefined, b: Address | undefined): boolean {
  return a === undefined || b === undefined ? a === b : isSame(a, b);
}
function isSameInterface(a: InterfaceSettings, b: InterfaceSettings): boolean {
  return (
    a.name === b.name &&
    a.prefix === b.prefix &&
    isSame(a.address, b.address) &&
    areSame(a.own6 ?? a.network6, b.own6 ?? b.network6) &&
    a.isSilent === b.isSilent
  );
}
function isSameRoute(a: Route, b: Route): boolean {
  return areSame(a.via, b.via) && networkText(a) === networkText(b);
}
