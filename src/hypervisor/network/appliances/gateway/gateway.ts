/**
 * The way out of a lab: a router with address translation between the inner network and the built-in internet, which gives stations
 * their addresses and answers for names. Nothing ever leaves the host: what lies beyond is `internet/`.
 *
 *   card → inner-link → (reassembly) → for us: echo, DHCP, DNS
 *                                    → out: translation → delay line → internet → delay line → translation → inner-link → card
 */
import type { VirtualNs } from '#base/virtual-time';
import { NS_PER_S } from '#base/virtual-time';
import type { Counters } from '#machine/devices/counters';
import { BROADCAST } from '../../ether-frame.ts';
import type { GatewayCounter } from './counters.ts';
import { DelayLine } from './delay-line.ts';
import { DHCP_KIND, DHCP_PORT, isToDhcpServer } from './dhcp/message.ts';
import { DhcpNetworks } from './dhcp/networks.ts';
import type { DhcpSettings, Lease } from './dhcp/server.ts';
import { AskedNames } from './dns/asked-names.ts';
import { DNS_PORT, OUTCOME } from './dns/message.ts';
import { answerTo, type NamedStation } from './dns/names.ts';
import { InnerLink, type LinkSettings } from './inner-link.ts';
import { Internet, siteAt } from './internet/internet.ts';
import { SITES } from './internet/sites.ts';
import { Mappings } from './nat/mappings.ts';
import { translateIn, translateOut } from './nat/translation.ts';
import { Reassembly } from './reassembly.ts';
import type { GatewayState } from './state.ts';
import {
  type Address,
  EVERYBODY,
  isGroupAddress,
  isInNetwork,
  isIpv6,
  isLinkLocalAddress,
  isSame,
  isUnspecified,
} from './wire/address.ts';
import { echoReply, icmpProtocol, readIcmp, type Trouble, troublePacket } from './wire/icmp.ts';
import { type Packet, PROTOCOL, type ReceivedPacket, readIpv4, readIpv6, writePacket } from './wire/ip.ts';
import { readTcp } from './wire/tcp.ts';
import { type Datagram, readUdp, udpPacket } from './wire/udp.ts';

export interface GatewaySettings {
  readonly link: LinkSettings;
  /** The one address that all stations have outside (IPv4). */
  readonly outside: Address;
  /** Networks in which addresses are given. */
  readonly dhcp: readonly DhcpSettings[];
  /** Networks behind routers of the inner one (IPv4), none within another. */
  readonly routes: readonly GatewayRoute[];
  readonly domain: string;
  /** Stations that are known by name besides those that ask for an address. */
  readonly names: readonly NamedStation[];
  /** How far places are, one way, by their id. */
  readonly delayNs: (site: string) => VirtualNs;
}

export interface GatewayRoute {
  readonly to: Address;
  readonly prefix: number;
  readonly via: Address;
}

export interface GatewayWays {
  readonly seed: number;
  readonly counters: Counters<GatewayCounter>;
  readonly now: () => VirtualNs;
  readonly send: (frame: Uint8Array) => void;
  readonly schedule: (at: VirtualNs, data: number) => void;
  readonly cancel: (data: number) => void;
}

/** What an event is for; those from the last on wake a connection each. */
const TIMER = { out: 0, in: 1, neighbours: 2, advertise: 3, connection: 16 } as const;
const FIRST_ADVERTISEMENT_NS: VirtualNs = NS_PER_S;
const ADVERTISEMENT_NS: VirtualNs = 200 * NS_PER_S;

export class Gateway {
  readonly settings: GatewaySettings;
  readonly link: InnerLink;
  readonly mappings: Mappings;
  readonly internet: Internet;
  /** Names that stations asked for, for people: no part of the state. */
  readonly asked: AskedNames;
  readonly #ways: GatewayWays;
  readonly #reassembly: Reassembly;
  readonly #dhcp: DhcpNetworks;
  readonly #out = new DelayLine();
  readonly #in = new DelayLine();
  #advertiseAt: VirtualNs;

  constructor(settings: GatewaySettings, ways: GatewayWays) {
    this.settings = settings;
    this.#ways = ways;
    const { now, counters, schedule } = ways;
    const count = (event: GatewayCounter): void => {
      counters[event] += 1;
    };
    this.link = new InnerLink(settings.link, {
      ...{ now, send: ways.send, count, wake: (at) => schedule(at, TIMER.neighbours) },
      packet: (packet, card) => this.#fromInside(packet, card),
    });
    this.mappings = new Mappings(now);
    this.asked = new AskedNames(now);
    this.#reassembly = new Reassembly(now, (packet) => this.#tell(packet, 'piecesMissing'));
    this.#dhcp = new DhcpNetworks(settings.dhcp, settings.link.address, {
      now,
      isOthers: (address, mac) => {
        const known = this.link.neighbours.macOf(address);
        return this.link.isOwn(address) || (known !== undefined && known !== mac);
      },
    });
    this.internet = new Internet({
      ...{ seed: ways.seed, mtu: settings.link.mtu, now, count },
      send: (packet) => this.#underway(this.#in, packet, packet.from, TIMER.in),
      wake: (slot, at) => schedule(at, TIMER.connection + slot),
      cancel: (slot) => ways.cancel(TIMER.connection + slot),
    });
    this.#advertiseAt = now() + FIRST_ADVERTISEMENT_NS;
    if (settings.link.network6 !== undefined) schedule(this.#advertiseAt, TIMER.advertise);
  }

  receive(frame: Uint8Array): void {
    this.link.receive(frame);
  }

  timer(data: number): void {
    if (data === TIMER.out) this.#arrived(this.#out, (packet) => this.internet.receive(packet));
    else if (data === TIMER.in) this.#arrived(this.#in, (packet) => this.#fromOutside(packet));
    else if (data === TIMER.neighbours) this.link.neighbours.due();
    else if (data === TIMER.advertise) {
      this.link.advertise();
      this.#advertiseAt = this.#ways.now() + ADVERTISEMENT_NS;
      this.#ways.schedule(this.#advertiseAt, TIMER.advertise);
    } else this.internet.tcp.due(data - TIMER.connection);
  }

  /** Addresses in use that it gave. */
  leases(): readonly Lease[] {
    return this.#dhcp.leases();
  }
  /** Packets between here and the places outside, and packets of which pieces are missing. */
  waiting(): { readonly out: number; readonly in: number; readonly incomplete: number } {
    return { out: this.#out.size, in: this.#in.size, incomplete: this.#reassembly.size };
  }

  capture(): GatewayState {
    return {
      ...this.link.capture(),
      ...{ advertiseAt: this.#advertiseAt, incomplete: this.#reassembly.capture() },
      ...{ leases: this.#dhcp.capture(), mappings: this.mappings.capture() },
      ...{ out: this.#out.capture(), in: this.#in.capture(), connections: this.internet.tcp.capture() },
    };
  }
  restore(state: GatewayState): void {
    const { cancel, schedule } = this.#ways;
    for (const data of [TIMER.out, TIMER.in, TIMER.neighbours, TIMER.advertise]) cancel(data);
    this.link.restore(state.neighbours, state.nextId);
    this.#reassembly.restore(state.incomplete);
    this.#dhcp.restore(state.leases);
    this.mappings.restore(state.mappings);
    this.#out.restore(state.out);
    this.#in.restore(state.in);
    this.internet.tcp.restore(state.connections);
    for (const { at } of state.out) schedule(at, TIMER.out);
    for (const { at } of state.in) schedule(at, TIMER.in);
    for (const { nextAt } of state.neighbours.asked) schedule(nextAt, TIMER.neighbours);
    this.#advertiseAt = state.advertiseAt;
    if (this.settings.link.network6 !== undefined) schedule(state.advertiseAt, TIMER.advertise);
  }

  #count(event: GatewayCounter): void {
    this.#ways.counters[event] += 1;
  }

  #fromInside(received: ReceivedPacket, card: number): void {
    const { from, to } = received;
    const isForAll = isSame(to, EVERYBODY);
    if (this.settings.dhcp.length > 0 && isToDhcpServer(received) && (isForAll || this.link.isOwn(to))) {
      this.#giveAddress(received, card);
      return;
    }
    const isNear = isLinkLocalAddress(from);
    if (this.link.isOwn(from) || !(isNear || this.link.isInside(from) || this.#routeTo(from) !== undefined)) {
      this.#count('foreignSource');
      return;
    }
    // Who speaks to all does not mean the router, and is not passed on.
    if (isGroupAddress(to) || this.link.isForAll(to)) return;
    const packet = this.#reassembly.take(received);
    if (packet === undefined) return;
    if (this.link.isOwn(to) || isSame(to, this.settings.outside)) this.#forUs(packet);
    else if (isNear || isLinkLocalAddress(to)) this.#count('notForUs');
    else if (this.#routeTo(to) !== undefined) this.#passOn(packet);
    else this.#passOut(packet);
  }

  /** The network behind a router in which an address is. */
  #routeTo(address: Address): GatewayRoute | undefined {
    if (this.link.isInside(address)) return undefined;
    const { routes } = this.settings;
    return routes.find(({ to, prefix, via }) => isInNetwork(address, to, prefix) && this.link.isInside(via));
  }
  /** Sends a packet inwards, by a router where its receiver is behind one. */
  #send(packet: Packet): boolean {
    return this.link.send(packet, this.#routeTo(packet.to)?.via);
  }
  /** From one inner network to another. */
  #passOn(packet: Packet): void {
    if (packet.hops <= 1) {
      this.#tell(packet, 'noHopsLeft');
      return;
    }
    this.#count('routed');
    if (!this.#send({ ...packet, hops: packet.hops - 1 })) this.#count('lost');
  }

  #passOut(packet: Packet): void {
    const { from, to, hops } = packet;
    const trouble = this.#troubleOnTheWay(packet);
    if (trouble !== undefined) {
      this.#tell(packet, trouble);
      return;
    }
    let leaving = { ...packet, hops: hops - 1 };
    if (!isIpv6(from)) {
      const translated = translateOut(leaving, this.settings.outside, this.mappings);
      if (typeof translated === 'string') {
        this.#count(
          translated === 'noPortFree'
            ? 'lost'
            : translated === 'notTranslatable'
              ? 'otherProtocol'
              : translated,
        );
        return;
      }
      if (translated.isNew) this.#count('mapped');
      if (translated.evicted) this.#count('mappingsEvicted');
      leaving = translated.packet;
    }
    this.#count('packetsOut');
    this.#underway(this.#out, leaving, to, TIMER.out);
  }
  #troubleOnTheWay({ to, hops }: Packet): Trouble | undefined {
    if (hops <= 1) return 'noHopsLeft';
    // Stations of one network do not need us.
    if (this.link.isInside(to)) return 'noHost';
    return siteAt(to) === undefined ? 'noNetwork' : undefined;
  }

  #fromOutside(packet: Packet): void {
    let entering = packet;
    if (!isIpv6(packet.to)) {
      const translated = translateIn(packet, this.mappings);
      if (typeof translated === 'string') {
        this.#count(translated === 'malformed' || translated === 'badChecksum' ? translated : 'noMapping');
        return;
      }
      entering = translated;
    } else if (!this.link.isInside(packet.to) && this.#routeTo(packet.to) === undefined) return;
    this.#count('packetsIn');
    if (!this.#send({ ...entering, hops: entering.hops - 1 })) this.#count('lost');
  }

  #forUs(packet: Packet): void {
    if (packet.protocol === icmpProtocol(packet)) {
      const message = readIcmp(packet);
      if (typeof message === 'string') this.#count(message);
      else this.#answer(echoReply(packet, message));
    } else if (packet.protocol === PROTOCOL.udp) {
      const datagram = readUdp(packet);
      if (typeof datagram === 'string') this.#count(datagram);
      else if (datagram.toPort === DNS_PORT) this.#name(packet, datagram);
      else this.#tell(packet, 'noPort');
    } else if (packet.protocol === PROTOCOL.tcp) {
      const segment = readTcp(packet);
      if (typeof segment === 'string') this.#count(segment);
      else this.#answer(this.internet.tcp.refusal(packet, segment));
    } else this.#tell(packet, 'noProtocol');
  }
  #answer(packet: Packet | undefined): void {
    if (packet === undefined) return;
    this.#count('answered');
    this.#send(packet);
  }

  #giveAddress(packet: Packet, card: number): void {
    const datagram = readUdp(packet);
    if (typeof datagram === 'string') {
      this.#count(datagram);
      return;
    }
    const reply = this.#dhcp.receive(datagram.data, card);
    if (reply === undefined) return;
    if (typeof reply === 'string') {
      this.#count(reply === 'full' ? 'noAddressLeft' : reply);
      return;
    }
    const { kind, message: data, toMac, toAll, to, relay } = reply;
    this.#count(kind === DHCP_KIND.ack && to !== undefined ? 'addressesGiven' : 'answered');
    const from = this.settings.link.address;
    const { server: fromPort, client: toPort } = DHCP_PORT;
    if (!isUnspecified(relay)) {
      this.#send(udpPacket({ from, to: relay }, { fromPort, toPort: DHCP_PORT.server, data }));
      return;
    }
    const ports = { fromPort, toPort };
    // One behind a router who has not been told of it asks again without its help.
    if (to !== undefined && this.#routeTo(to) !== undefined) {
      this.#send(udpPacket({ from, to }, { ...ports, data }));
      return;
    }
    const way = { from, to: toAll ? EVERYBODY : (to ?? EVERYBODY) };
    this.link.sendTo(toAll ? BROADCAST : toMac, udpPacket(way, { ...ports, data }));
  }

  #name(packet: Packet, { fromPort, data }: Datagram): void {
    const found = answerTo(data, () => this.#stations());
    if (found === undefined) {
      this.#count('malformed');
      return;
    }
    this.asked.note(packet.from, found);
    this.#count(found.outcome === OUTCOME.fine ? 'namesAnswered' : 'namesUnknown');
    const ports = { fromPort: DNS_PORT, toPort: fromPort };
    this.#send(udpPacket({ from: packet.to, to: packet.from }, { ...ports, data: found.answer }));
  }
  /** Who has a name: the gateway first, so that nobody else gives himself its name. */
  *#stations(): Iterable<NamedStation> {
    const { domain, link, names } = this.settings;
    const own = [link.address, ...(this.link.worldAddress === undefined ? [] : [this.link.worldAddress])];
    yield { name: `gateway.${domain}`, addresses: own };
    yield* names;
    const neighbours = this.link.neighbours.known();
    for (const { hostName, address, mac } of this.leases()) {
      if (hostName === '') continue;
      const six = neighbours.filter((each) => each.mac === mac && isIpv6(each.address));
      const world = six.map((each) => each.address).filter((each) => this.link.isInside(each));
      yield { name: `${hostName}.${domain}`, addresses: [address, ...world] };
    }
    yield* SITES;
  }

  #tell(packet: Packet, trouble: Trouble): void {
    const { link, worldAddress } = { link: this.settings.link, worldAddress: this.link.worldAddress };
    const teller = isIpv6(packet.from) ? (worldAddress ?? this.link.linkAddress) : link.address;
    const told = troublePacket(packet, trouble, teller);
    if (told === undefined) return;
    this.#count('troubles');
    this.#send(told);
  }

  #underway(line: DelayLine, packet: Packet, place: Address, data: number): void {
    const at = this.#ways.now() + this.settings.delayNs(siteAt(place)?.id ?? '');
    if (line.put(at, writePacket(packet))) this.#ways.schedule(at, data);
    else this.#count('lost');
  }
  #arrived(line: DelayLine, take: (packet: Packet) => void): void {
    const bytes = line.take();
    if (bytes === undefined) return;
    const packet = bytes[0]! >> 4 === 6 ? readIpv6(bytes) : readIpv4(bytes);
    // We wrote it; a snapshot that holds anything else is no packet of ours.
    if (typeof packet === 'string') this.#count(packet);
    else take(packet);
  }
}
