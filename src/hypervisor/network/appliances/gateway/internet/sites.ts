/** The built-in internet: its places, what serves there, and how far they are. Addresses and names are those kept for examples (RFC 5737, 3849, 2606). */
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { SITE_IDS } from '../bounds.ts';
import { DNS_PORT } from '../dns/message.ts';
import { answerTo, type NamedStation } from '../dns/names.ts';
import type { TcpServer } from '../tcp/server.ts';
import { type Address, addressOf } from '../wire/address.ts';
import { TIME_OVER_TCP, TIME_OVER_UDP } from './time-servers.ts';
import { webServer } from './web.ts';

/** What a server of datagrams answers; nothing to what it does not understand. */
export type UdpServer = (request: Uint8Array, now: VirtualNs) => Uint8Array | undefined;

export interface Site extends NamedStation {
  readonly id: (typeof SITE_IDS)[number];
  /** One way, unless the settings say otherwise. */
  readonly delayNs: VirtualNs;
  readonly tcp: Readonly<Record<number, TcpServer>>;
  readonly udp: Readonly<Record<number, UdpServer>>;
}

const ECHO_PORT = 7;

/** Says again what it hears. */
const ECHO: TcpServer = {
  heard: (talk) => {
    const some = Math.min(talk.inbox.length, talk.room);
    if (some > 0) talk.write(talk.take(some));
  },
};

const at = (four: string, six: string): readonly Address[] => [addressOf(four), addressOf(six)];

export const SITES: readonly Site[] = [
  {
    ...{ id: 'web', name: 'www.example.com', addresses: at('198.51.100.80', '2001:db8:80::80') },
    ...{ delayNs: 10 * NS_PER_MS, tcp: { 80: webServer('www.example.com') }, udp: {} },
  },
  {
    ...{ id: 'far-web', name: 'www.example.org', addresses: at('203.0.113.80', '2001:db8:113::80') },
    ...{ delayNs: 80 * NS_PER_MS, tcp: { 80: webServer('www.example.org') }, udp: {} },
  },
  {
    ...{ id: 'echo', name: 'echo.example.net', addresses: at('198.51.100.7', '2001:db8:80::7') },
    ...{
      delayNs: 5 * NS_PER_MS,
      tcp: { [ECHO_PORT]: ECHO },
      udp: { [ECHO_PORT]: (request) => request.slice() },
    },
  },
  {
    ...{ id: 'time', name: 'time.example.net', addresses: at('198.51.100.123', '2001:db8:80::123') },
    ...{ delayNs: 15 * NS_PER_MS, tcp: TIME_OVER_TCP, udp: TIME_OVER_UDP },
  },
  {
    ...{ id: 'names', name: 'ns.example.net', addresses: at('198.51.100.53', '2001:db8:80::53') },
    ...{ delayNs: 5 * NS_PER_MS, tcp: {} },
    // What is no lab's it knows.
    udp: { [DNS_PORT]: (request) => answerTo(request, () => SITES, true)?.answer },
  },
];
