/**
 * Gives stations of the inner network their addresses, for a time (RFC 2131, §4.3). The table is as long as there are addresses; one
 * card gets no more than a few, so that nobody takes them all without forging its own address too, which ports can forbid.
 */
import { declare } from '#base/state/declare';
import { bool, bytes, exactly, integer, list, type Type, text, upTo } from '#base/state/types';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { MOST_GATEWAY_ROUTES, MOST_LEASES } from '../bounds.ts';
import {
  type Address,
  addressAfter,
  IPV4_BYTES,
  isInNetwork,
  isSame,
  isUnspecified,
  keyOf,
} from '../wire/address.ts';
import { u32 } from '../wire/bytes.ts';
import {
  DHCP_KIND,
  type DhcpAnswer,
  type DhcpMessage,
  type DhcpNetwork,
  MOST_HOST_NAME,
  writeDhcp,
} from './message.ts';

export const MOST_OF_CARD = 4;
/** An offer stands so long; an address that somebody else has is not given for so long. */
const OFFER_NS: VirtualNs = 30 * NS_PER_S;
const DECLINED_NS: VirtualNs = 600 * NS_PER_S;

export interface Lease {
  readonly address: Uint8Array;
  /** Of who asked, in the message; 0 for an address that somebody else was found to have. */
  readonly mac: number;
  /** The card from which the message came. */
  readonly card: number;
  readonly hostName: string;
  readonly until: VirtualNs;
  /** False while it is only offered. */
  readonly isTaken: boolean;
}
export const LEASES: Type<readonly Lease[]> = list(
  declare<Lease>('lease', {
    ...{ address: bytes(exactly(IPV4_BYTES)), mac: integer, card: integer, hostName: text(MOST_HOST_NAME) },
    ...{ until: integer, isTaken: bool },
  }),
  upTo((1 + MOST_GATEWAY_ROUTES) * MOST_LEASES),
);

export interface DhcpSettings {
  readonly server: Address;
  readonly network: DhcpNetwork;
  readonly prefix: number;
  readonly first: Address;
  readonly count: number;
  readonly leaseSeconds: number;
}

export interface DhcpWays {
  readonly now: () => VirtualNs;
  /** True if another card is known to have an address. */
  readonly isOthers: (address: Address, mac: number) => boolean;
}

/** A message to a station: to its card, or to all where it asks for that. */
export interface DhcpReply {
  readonly kind: number;
  readonly message: Uint8Array;
  readonly toMac: number;
  readonly toAll: boolean;
  readonly to: Address | undefined;
  /** Who has passed the question on; unspecified where nobody did. */
  readonly relay: Address;
}

export class DhcpServer {
  /** By address. */
  readonly #leases = new Map<string, Lease>();
  readonly #settings: DhcpSettings;
  readonly #ways: DhcpWays;

  constructor(settings: DhcpSettings, ways: DhcpWays) {
    this.#settings = settings;
    this.#ways = ways;
  }

  /** Those that are in use. */
  leases(): readonly Lease[] {
    const now = this.#ways.now();
    return [...this.#leases.values()].filter(
      ({ until, isTaken, mac }) => isTaken && mac !== 0 && until > now,
    );
  }

  /** What a message is answered with; `full`: no address is left for who asks, `undefined`: nothing is to be said. */
  receive(message: DhcpMessage, card: number): DhcpReply | 'full' | undefined {
    const { kind } = message;
    if (kind === DHCP_KIND.discover) return this.#discover(message, card);
    if (kind === DHCP_KIND.request) return this.#request(message, card);
    if (kind === DHCP_KIND.inform) return this.#reply(message, DHCP_KIND.ack, undefined);
    const named = kind === DHCP_KIND.decline ? message.requested : message.address;
    const lease = named === undefined ? undefined : this.#leases.get(keyOf(named));
    if (lease === undefined || lease.mac !== message.mac) return undefined;
    if (kind === DHCP_KIND.release) this.#leases.delete(keyOf(lease.address));
    else if (kind === DHCP_KIND.decline)
      this.#set({ ...lease, mac: 0, hostName: '', isTaken: true, until: this.#ways.now() + DECLINED_NS });
    return undefined;
  }

  /** An address of its network. */
  isInside(address: Address): boolean {
    return isInNetwork(address, this.#settings.first, this.#settings.prefix);
  }

  capture(): readonly Lease[] {
    return [...this.#leases.values()];
  }
  restore(leases: readonly Lease[]): void {
    this.#leases.clear();
    for (const lease of leases) this.#set(lease);
  }

  #discover(message: DhcpMessage, card: number): DhcpReply | 'full' {
    const { mac, hostName } = message;
    const address = this.#addressFor(message, card);
    if (address === undefined) return 'full';
    const known = this.#leases.get(keyOf(address));
    const until = this.#ways.now() + OFFER_NS;
    if (known?.mac !== mac || known.until < until)
      this.#set({ address, mac, card, hostName, until, isTaken: known?.mac === mac && known.isTaken });
    return this.#reply(message, DHCP_KIND.offer, address);
  }

  #request(message: DhcpMessage, card: number): DhcpReply | undefined {
    const { mac, hostName, server, requested } = message;
    // Who has chosen another server does not take our offer.
    if (server !== undefined && !isSame(server, message.serverOverride ?? this.#settings.server)) {
      this.#withdraw(mac);
      return undefined;
    }
    const address = isUnspecified(message.address) ? requested : message.address;
    if (address === undefined) return undefined;
    const lease = this.#leases.get(keyOf(address));
    const isFree = lease === undefined && server === undefined && this.#isGivable(address, message, card);
    if (lease?.mac !== mac && !isFree) {
      // One that renews an address of ours which it does not have, or that we never gave.
      const isOurs = this.isInside(address);
      return isOurs && lease === undefined && server === undefined
        ? undefined
        : this.#reply(message, DHCP_KIND.refusal, undefined);
    }
    const until = this.#ways.now() + this.#settings.leaseSeconds * NS_PER_S;
    this.#set({ address, mac, card, hostName: hostName || (lease?.hostName ?? ''), until, isTaken: true });
    return this.#reply(message, DHCP_KIND.ack, address);
  }

  /** The address that it has, the one that it asks for, or the first that is free: the longest unused before others. */
  #addressFor(message: DhcpMessage, card: number): Address | undefined {
    const now = this.#ways.now();
    for (const lease of this.#leases.values()) if (lease.mac === message.mac) return lease.address;
    const { first, count } = this.#settings;
    const wish = message.requested;
    if (wish !== undefined && this.#isGivable(wish, message, card)) return wish;
    if (this.#hasItsShare(card)) return undefined;
    for (let step = 0; step < count; step++) {
      const address = addressAfter(first, step);
      const known = this.#leases.get(keyOf(address));
      if (known === undefined && !this.#isOthers(address, message)) return address;
    }
    let oldest: Lease | undefined;
    for (const lease of this.#leases.values())
      if (lease.until <= now && (oldest === undefined || lease.until < oldest.until)) oldest = lease;
    return oldest?.address;
  }

  #isOthers(address: Address, { mac, relay }: DhcpMessage): boolean {
    return isSame(address, relay) || this.#ways.isOthers(address, mac);
  }
  #isGivable(address: Address, message: DhcpMessage, card: number): boolean {
    const { mac } = message;
    const { first, count } = this.#settings;
    const place = u32(address, 0) - u32(first, 0);
    if (place < 0 || place >= count || this.#isOthers(address, message)) return false;
    const now = this.#ways.now();
    const lease = this.#leases.get(keyOf(address));
    if (lease !== undefined && lease.mac !== mac && lease.until > now) return false;
    return !this.#hasItsShare(card);
  }
  /** A card gets no more addresses at a time. */
  #hasItsShare(card: number): boolean {
    const now = this.#ways.now();
    let own = 0;
    for (const lease of this.#leases.values()) if (lease.card === card && lease.until > now) own++;
    return own >= MOST_OF_CARD;
  }

  #withdraw(mac: number): void {
    for (const [key, lease] of this.#leases)
      if (lease.mac === mac && !lease.isTaken) this.#leases.delete(key);
  }
  #set(lease: Lease): void {
    this.#leases.set(keyOf(lease.address), lease);
  }

  #reply(message: DhcpMessage, kind: number, given: Address | undefined): DhcpReply {
    const { server, network, leaseSeconds } = this.#settings;
    const { relay } = message;
    const isRefusal = kind === DHCP_KIND.refusal;
    const answer: DhcpAnswer = {
      ...{ kind, server: message.serverOverride ?? server, lease: given === undefined ? 0 : leaseSeconds },
      ...(given === undefined ? {} : { given }),
      ...(isRefusal ? {} : { network: isUnspecified(relay) ? network : { ...network, router: relay } }),
    };
    const hasAddress = !isUnspecified(message.address) && !isRefusal;
    const toAll = isRefusal || (message.wantsBroadcast && !hasAddress);
    const to = hasAddress ? message.address : given;
    return { kind, message: writeDhcp(message, answer), toMac: message.mac, toAll, to, relay };
  }
}
