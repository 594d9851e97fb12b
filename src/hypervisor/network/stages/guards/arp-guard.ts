/**
 * ARP guard: who speaks ARP at a port may say nothing but what is so. Bindings of IPv4 addresses to MAC addresses are given, or
 * learned where a DHCP server tells the station behind the port which address it has; then the port takes no server's messages from
 * there. Packets from other addresses may end here too.
 */

import { u32 as u32At } from '#base/big-endian';
import { addressBytes } from '#base/packets/values';
import { type Declaration, declare } from '#base/state/declare';
import { type PartState, partState, stateIn } from '#base/state/part';
import { integer, list, u32, upTo } from '#base/state/types';
import type { Counters } from '#machine/devices/counters';
import { macAt, macOfText } from '../../ether-frame.ts';
import { Headers } from '../../headers.ts';
import type { PortStage, Transit } from '../stage.ts';
import { leaseIn } from './dhcp-lease.ts';
import type { ArpGuardCounter } from './kinds.ts';

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
export const STATE: Declaration<ArpGuardState> = declare('arp guard', {
  learned: list(declare<Binding>('ARP binding', { mac: integer, ip: u32 }), upTo(MOST_LEARNED)),
});

const HEADERS = new Headers();

class ArpGuard implements PortStage {
  readonly #given: readonly Binding[];
  readonly #learns: boolean;
  readonly #checksPackets: boolean;
  readonly #counters: Counters<ArpGuardCounter>;
  #learned: Binding[] = [];

  constructor(
    given: readonly Binding[],
    options: { readonly learns: boolean; readonly checksPackets: boolean },
    counters: Counters<ArpGuardCounter>,
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

  #end(why: ArpGuardCounter): false {
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

/** What a port is told of who speaks there. */
export interface ArpGuardSettings {
  readonly bindings: readonly { readonly ip: string; readonly mac: string }[];
  readonly dhcp: boolean;
  readonly packets: boolean;
}

export function create(
  { bindings, dhcp, packets }: ArpGuardSettings,
  counters: Counters<ArpGuardCounter>,
): PortStage {
  const given = bindings.map(({ ip, mac }) => ({
    mac: macOfText(mac),
    ip: u32At(addressBytes(ip) ?? new Uint8Array(4), 0),
  }));
  return new ArpGuard(given, { learns: dhcp, checksPackets: packets }, counters);
}
