/**
 * ARP guard: who speaks ARP at a port may say nothing but what is so. Bindings of IPv4 addresses to MAC addresses are given, or
 * learned where a DHCP server tells the station behind the port which address it has; then the port takes no server's messages from
 * there. Packets from other addresses may end here too.
 */

import * as v from 'valibot';
import { u32 as u32At } from '#base/big-endian';
import { addressBytes } from '#base/packets/values';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, u32, upTo } from '#base/state/types';
import type { Counters } from '#machine/devices/counters';
import { macAt, macOfText } from '../ether-frame.ts';
import { Headers } from '../headers.ts';
import { givenBindings } from './bindings.ts';
import { leaseIn } from './dhcp-lease.ts';
import { defineStage, type PortStage, type StageKind, type Transit } from './stage.ts';

/** Addresses that one port learns. */
const MOST_LEARNED = 16;
const DHCP_SERVER = 67;

interface Binding {
  readonly mac: number;
  readonly ip: number;
}
interface ArpGuardState {
  readonly learned: readonly Binding[];
}
const STATE: Declaration<ArpGuardState> = declare('arp guard', {
  learned: list(declare<Binding>('ARP binding', { mac: integer, ip: u32 }), upTo(MOST_LEARNED)),
});

const ROWS = [
  { id: 'spoofed', unit: 'count', text: { en: 'ARP that says what is not so', zh: 'ARP 内容与绑定不符' } },
  { id: 'malformed', unit: 'count', text: { en: 'ARP that cannot be read', zh: '无法读取的 ARP' } },
  {
    id: 'otherAddress',
    unit: 'count',
    text: { en: 'IPv4 from an address of somebody else', zh: 'IPv4 源地址属于他人' },
  },
  {
    id: 'rogueServer',
    unit: 'count',
    text: { en: 'a DHCP server’s message', zh: '来自该端口的 DHCP 服务器报文' },
  },
] as const;
type Counter = (typeof ROWS)[number]['id'];

const HEADERS = new Headers();

class ArpGuard implements PortStage {
  readonly #given: readonly Binding[];
  readonly #learns: boolean;
  readonly #checksPackets: boolean;
  readonly #counters: Counters<Counter>;
  #learned: Binding[] = [];

  constructor(
    given: readonly Binding[],
    options: { readonly learns: boolean; readonly checksPackets: boolean },
    counters: Counters<Counter>,
  ) {
    this.#given = given;
    this.#learns = options.learns;
    this.#checksPackets = options.checksPackets;
    this.#counters = counters;
  }

  ingress({ bytes }: Transit): boolean {
    const headers = HEADERS.read(bytes);
    if (headers.arp === 'unknown') return this.#end('malformed');
    if (headers.arp === 'known') return this.#mayClaim(headers) || this.#end('spoofed');
    if (this.#learns && headers.ports === 'known' && !headers.isIpv6)
      if (headers.protocol === 17 && headers.sourcePort === DHCP_SERVER) return this.#end('rogueServer');
    if (!this.#checksPackets || headers.network === 'absent' || headers.isIpv6) return true;
    if (headers.network === 'unknown') return this.#end('otherAddress');
    const ip = u32At(bytes, headers.sourceAddress);
    return ip === 0 || this.#isBound(headers.source, ip) || this.#end('otherAddress');
  }

  /** The sender's addresses are those of the frame and belong together; who asks whether an address is free has none yet (RFC 5227). */
  #mayClaim({ bytes, payload, source }: Headers): boolean {
    const mac = macAt(bytes, payload + 8);
    const ip = u32At(bytes, payload + 14);
    return mac === source && (ip === 0 || this.#isBound(mac, ip));
  }

  #isBound(mac: number, ip: number): boolean {
    const holds = (binding: Binding): boolean => binding.mac === mac && binding.ip === ip;
    return this.#given.some(holds) || this.#learned.some(holds);
  }

  egress({ bytes }: Transit): boolean {
    if (!this.#learns) return true;
    const headers = HEADERS.read(bytes);
    if (headers.protocol !== 17 || headers.sourcePort !== DHCP_SERVER || headers.isIpv6) return true;
    const lease = leaseIn(bytes, headers.transport + 8, headers.end);
    if (lease === undefined) return true;
    const others = this.#learned.filter(({ mac, ip }) => mac !== lease.mac && ip !== lease.ip);
    this.#learned = [...others.slice(-(MOST_LEARNED - 1)), lease];
    return true;
  }

  #end(why: Counter): false {
    this.#counters[why] += 1;
    return false;
  }

  view(): object {
    return { learned: this.#learned };
  }
  capture(): PartState {
    return partState(STATE, { learned: this.#learned });
  }
  restore(state: PartState): void {
    this.#learned = [...stateIn(STATE, state).learned];
  }
}

export const ARP_GUARD: StageKind = defineStage({
  id: 'arp-guard',
  isUsual: false,
  settings: {
    /** Who has which address. */
    bindings: givenBindings(4, 15),
    /** Addresses that a DHCP server gives are learned. */
    dhcp: v.optional(v.boolean(), false),
    /** IPv4 packets from other addresses end here too. */
    packets: v.optional(v.boolean(), false),
  },
  counters: ROWS,
  state: STATE,
  create: ({ bindings, dhcp, packets }, _port, counters) => {
    const given = bindings.map(({ ip, mac }) => ({
      mac: macOfText(mac),
      ip: u32At(addressBytes(ip) ?? new Uint8Array(4), 0),
    }));
    return new ArpGuard(given, { learns: dhcp, checksPackets: packets }, counters);
  },
});
