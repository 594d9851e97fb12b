/** Stations behind a router, in IPv6: they are told of their network and of the router, and reach the web server of the internet beyond the gateway. */
import { beforeAll, expect, test } from 'vitest';
import type { ApplianceSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { REGISTRIES } from '../../registries.ts';
import { applianceShape } from '../../shapes/network.ts';
import { parseShape } from '../../shapes/parse.ts';
import { ether, mac } from '../fixtures/frames.ts';
import { testNetwork } from '../fixtures/test-network.ts';
import { GATEWAY } from './gateway/kind.ts';
import { addressOf, formatAddress, isSame } from './gateway/wire/address.ts';
import { u16 } from './gateway/wire/bytes.ts';
import { icmpPacket } from './gateway/wire/icmp.ts';
import { type Packet, type ReceivedPacket, readIpv6, writePacket } from './gateway/wire/ip.ts';
import { FLAG, readTcp, tcpPacket } from './gateway/wire/tcp.ts';
import { ROUTER } from './router/kind.ts';

beforeAll(async () => {
  await Promise.all([GATEWAY.later?.code.come(), ROUTER.later?.code.come()]);
});

const STATION = addressOf('2001:db8:10::2');
const WEB = addressOf('2001:db8:80::80');
const BACK = { to: '2001:db8:10::/64', via: '2001:db8:1::2' };
const ROUTER_SPEC = {
  ...{ name: 'r', kind: 'router' },
  interfaces: [
    { port: 'p1', switch: 'wan', address: '10.0.0.2/24', address6: '2001:db8:1::2/64' },
    { port: 'p2', switch: 'lan', address: '10.0.10.1/24', network6: '2001:db8:10::/64' },
  ],
  routes: [{ to: '::/0', via: '2001:db8:1::1' }],
} as ApplianceSpec;

/** A station on the switch behind the router, and one beside the gateway. */
function made(routes: readonly object[]) {
  const gateway = { name: 'g', kind: 'gateway', switch: 'wan', routes } as unknown as ApplianceSpec;
  const network = testNetwork(
    { switches: [{ name: 'wan' }, { name: 'lan' }], appliances: [gateway, ROUTER_SPEC] },
    [{ switch: 'lan' }, { switch: 'wan' }],
  );
  const heard: { card: number; packet: ReceivedPacket; from: number[] }[] = [];
  let router: readonly number[] = [];
  const send = (packet: Packet): void => {
    const data = [...writePacket(packet)];
    network.send(0, ether({ to: router, from: mac(1), type: 0x86dd, data }));
  };
  const run = (ns: number): typeof heard => {
    const until = network.now() + ns;
    while (network.now() < until) {
      network.runTo(until, () => network.got.length > 0);
      for (const { card, bytes } of network.got.splice(0)) {
        if (u16(bytes, 12) !== 0x86dd) continue;
        const packet = readIpv6(bytes.subarray(14));
        if (typeof packet === 'string') continue;
        const { content, from, to } = packet;
        if (packet.protocol === 58 && content[0] === 135 && isSame(content.slice(8, 24), STATION)) {
          // The router asks for the station's card.
          router = [...bytes.subarray(6, 12)];
          const rest = Uint8Array.of(0x60, 0, 0, 0, ...STATION, 2, 1, ...mac(1));
          send(icmpPacket({ from: STATION, to: from }, { type: 136, code: 0, rest }, 255));
        } else
          heard.push({
            card,
            packet: { ...packet, content: content.slice(), to },
            from: [...bytes.subarray(6, 12)],
          });
      }
    }
    return heard.splice(0);
  };
  const advertised = run(1500 * NS_PER_MS).filter(({ packet: { content } }) => content[0] === 134);
  router = advertised.find(({ card }) => card === 0)?.from ?? [];
  return { ...network, advertised, run, send };
}

test('a station behind a router is told of its network, and gets a page of the internet', () => {
  const { advertised, run, send } = made([BACK]);
  // Each network has one router that says so: the gateway that of its own, the router that of the stations behind it.
  const prefixes = advertised.map(({ card, packet: { content } }) => {
    const at = content.findIndex((byte, index) => index >= 16 && byte === 3 && content[index + 1] === 4);
    return [card, formatAddress(content.slice(at + 16, at + 32))];
  });
  expect(prefixes.sort()).toEqual([
    [0, '2001:db8:10::'],
    [1, '2001:db8:1::'],
  ]);
  let [sequence, acknowledgement, page] = [1000, 0, ''];
  const say = (flags: number, text = ''): number[] => {
    const data = new TextEncoder().encode(text);
    const numbers = { sequence, acknowledgement, flags, window: 60_000, data };
    send(tcpPacket({ from: STATION, to: WEB }, { fromPort: 4000, toPort: 80, ...numbers }));
    sequence += data.length + (flags & FLAG.syn ? 1 : 0);
    return run(100 * NS_PER_MS).flatMap(({ packet }) => {
      const segment = isSame(packet.from, WEB) ? readTcp(packet) : 'malformed';
      if (typeof segment === 'string') return [];
      const { sequence: at, flags: set, data: got } = segment;
      if (set & FLAG.syn || at === acknowledgement) {
        acknowledgement = at + got.length + (set & FLAG.syn ? 1 : 0);
        page += new TextDecoder().decode(got);
      }
      return [set];
    });
  };
  expect(say(FLAG.syn)).toEqual([FLAG.syn | FLAG.ack]);
  say(FLAG.ack, 'GET / HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n');
  expect(page).toMatch(/^HTTP\/1\.1 200 OK/);
});

test('where the gateway knows no way back, who is behind the router is not let out', () => {
  const { network, run, send } = made([]);
  const rest = Uint8Array.of(0, 1, 0, 1, 7);
  send(icmpPacket({ from: STATION, to: WEB }, { type: 128, code: 0, rest }));
  expect(run(100 * NS_PER_MS).filter(({ packet: { content } }) => content[0] === 129)).toEqual([]);
  expect(network.appliances[0]?.placed.counters['foreignSource']).toBe(1);
});

test('ways of both versions are taken, each with a router of its own', () => {
  const code = (routes: readonly object[]): string => {
    const parsed = parseShape(applianceShape(REGISTRIES), {
      name: 'g',
      kind: 'gateway',
      switch: 'wan',
      routes,
    });
    return parsed.ok ? 'ok' : parsed.error.code;
  };
  const four = { to: '10.0.10.0/24', via: '10.0.0.2' };
  expect(code([four, BACK])).toBe('ok');
  expect(code([{ ...BACK, via: '10.0.0.2' }])).toBe('scenario.badIp');
  expect(code([{ ...BACK, to: '2001:db8::/129' }])).toBe('scenario.badPrefix');
  expect(code([BACK, { ...BACK, to: '2001:db8:10:0:1::/80' }])).toBe('scenario.networksOverlap');
});
