/**
 * ND guard, for IPv6 what the ARP guard is for IPv4: neighbours may only be told of addresses that belong to who tells it, and
 * routers speak at ports that are said to lead to one (RFC 4861, 6105). A packet of which it cannot be seen whether it is a
 * neighbour's message ends here too (RFC 6980).
 */
import { addressBytes, macBytes } from '#base/packets/values';
import type { Counters } from '#machine/devices/counters';
import { macAt, macOfText } from '../../ether-frame.ts';
import { Headers, IP_PROTOCOL } from '../../headers.ts';
import type { PortStage, Transit } from '../stage.ts';
import type { NdGuardCounter } from './kinds.ts';

const [ROUTER_ADVERTISEMENT, SOLICITATION, ADVERTISEMENT, REDIRECT] = [134, 135, 136, 137];
const [SOURCE_LINK_ADDRESS, TARGET_LINK_ADDRESS] = [1, 2];
/** Bytes of a message before its options: of both kinds of neighbours' messages. */
const MESSAGE_BYTES = 24;

interface Binding {
  readonly mac: number;
  readonly ip: Uint8Array;
}

const HEADERS = new Headers();

function isSame(address: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < 16; index++) if (bytes[at + index] !== address[index]) return false;
  return true;
}
function isUnspecified(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < 16; index++) if (bytes[at + index] !== 0) return false;
  return true;
}

/** The link-local address that a station makes of its MAC address (RFC 4291, appendix A). */
function linkLocalOf(mac: Uint8Array): Uint8Array {
  const ip = new Uint8Array(16);
  ip.set([0xfe, 0x80]);
  ip.set([mac[0]! ^ 2, mac[1]!, mac[2]!, 0xff, 0xfe, mac[3]!, mac[4]!, mac[5]!], 8);
  return ip;
}

class NdGuard implements PortStage {
  readonly #bindings: readonly Binding[];
  readonly #isRouter: boolean;
  readonly #counters: Counters<NdGuardCounter>;

  constructor(bindings: readonly Binding[], isRouter: boolean, counters: Counters<NdGuardCounter>) {
    this.#bindings = bindings;
    this.#isRouter = isRouter;
    this.#counters = counters;
  }

  ingress({ bytes }: Transit): boolean {
    const headers = HEADERS.read(bytes);
    if (headers.etherType < 0) return this.#end('malformed');
    if (!headers.isIpv6) return true;
    const isHidden = headers.network === 'unknown' || headers.protocol < 0;
    if (isHidden) return this.#end('malformed');
    if (headers.protocol !== IP_PROTOCOL.icmpv6) return true;
    // Nobody needs to send a neighbour's message in pieces.
    if (headers.isFragment || headers.icmpType < 0) return this.#end('malformed');
    const { icmpType } = headers;
    if (icmpType === ROUTER_ADVERTISEMENT || icmpType === REDIRECT)
      return this.#isRouter || this.#end('router');
    if (icmpType !== SOLICITATION && icmpType !== ADVERTISEMENT) return true;
    if (headers.transport + MESSAGE_BYTES > headers.end) return this.#end('malformed');
    return this.#mayClaim(headers, icmpType) || this.#end('spoofed');
  }

  /** An advertisement speaks of its target, a solicitation of its sender, who has no address yet while he asks whether one is free. */
  #mayClaim(headers: Headers, type: number): boolean {
    const { bytes, source, sourceAddress, transport, end } = headers;
    const isSolicitation = type === SOLICITATION;
    const claimed = isSolicitation ? sourceAddress : transport + 8;
    if (!(isSolicitation && isUnspecified(bytes, claimed)) && !this.#isBound(source, bytes, claimed))
      return false;
    const wanted = isSolicitation ? SOURCE_LINK_ADDRESS : TARGET_LINK_ADDRESS;
    for (let at = transport + MESSAGE_BYTES; at + 8 <= end; ) {
      const length = bytes[at + 1]! * 8;
      if (length === 0) return false;
      if (bytes[at] === wanted && macAt(bytes, at + 2) !== source) return false;
      at += length;
    }
    return true;
  }

  #isBound(mac: number, bytes: Uint8Array, at: number): boolean {
    return this.#bindings.some((binding) => binding.mac === mac && isSame(binding.ip, bytes, at));
  }

  #end(why: NdGuardCounter): false {
    this.#counters[why] += 1;
    return false;
  }
}

/** What a port is told of who speaks there. */
export interface NdGuardSettings {
  readonly bindings: readonly { readonly ip: string; readonly mac: string }[];
  readonly router: boolean;
}

export function create({ bindings, router }: NdGuardSettings, counters: Counters<NdGuardCounter>): PortStage {
  const given = bindings.flatMap(({ ip, mac }) => {
    const own = { mac: macOfText(mac) };
    return [
      { ...own, ip: addressBytes(ip) ?? new Uint8Array(16) },
      { ...own, ip: linkLocalOf(macBytes(mac) ?? new Uint8Array(6)) },
    ];
  });
  return new NdGuard(given, router, counters);
}
