/** The gateway as stations see it: echoes, errors, names, translation, pieces, IPv6, and what hostile ones can do. */
import { expect, test } from 'vitest';
import { decode, encode } from '#base/state/codec';
import { stateIn } from '#base/state/part';
import { MOST_ASKED_NAMES } from './dns/asked-names.ts';
import {
  answered,
  CLOCK,
  ECHO,
  echo,
  goodFrames,
  NAMES,
  NOWHERE,
  OWN,
  question,
  resolved,
  text,
  told,
  WEB,
} from './fixtures/conversations.ts';
import { lease } from './fixtures/dhcp-client.ts';
import { mutateFrames } from './fixtures/mutations.ts';
import { Client, frameOf, S, STATION, STATION_MAC, STATION6, Stand } from './fixtures/stand.ts';
import { MOST_MAPPINGS, MOST_OF_STATION } from './nat/mappings.ts';
import { MOST_NEIGHBOURS, MOST_OF_CARD } from './neighbours.ts';
import { MOST_INCOMPLETE, MOST_OF_SENDER } from './reassembly.ts';
import { GATEWAY_STATE } from './state.ts';
import { type Address, addressAfter, addressOf } from './wire/address.ts';
import { ARP_OPERATION, readArp, writeArp } from './wire/arp.ts';
import { joined, u16, u32 } from './wire/bytes.ts';
import { icmpPacket } from './wire/icmp.ts';
import { cutPacket, type ReceivedPacket } from './wire/ip.ts';
import { udpPacket } from './wire/udp.ts';

test('who asks for its address by ARP is answered, once and alone', () => {
  const stand = new Stand();
  const asks = (target: Address): readonly Uint8Array[] => {
    const message = {
      operation: ARP_OPERATION.request,
      senderMac: STATION_MAC,
      sender: STATION,
      targetMac: 0,
    };
    stand.put(frameOf(0xffff_ffff_ffff, STATION_MAC, 0x0806, writeArp({ ...message, target })));
    return stand.take();
  };
  const [reply, ...more] = asks(OWN);
  expect(more).toEqual([]);
  expect(readArp(reply!.subarray(14))).toMatchObject({
    operation: 2,
    senderMac: stand.mac,
    targetMac: STATION_MAC,
  });
  expect(asks(addressOf('10.0.0.9'))).toEqual([]);
});

test('it answers echoes, and so do places outside after the way there and back', () => {
  const stand = new Stand();
  expect(answered(stand, echo(OWN))).toEqual(['0.0 10.0.0.1']);
  stand.send(echo(WEB));
  expect(told(stand.packets(19_999_999))).toEqual([]);
  expect(told(stand.packets(1))).toEqual(['0.0 198.51.100.80']);
  const [reply] = ((): readonly ReceivedPacket[] => {
    stand.send(echo(WEB, { id: 5, bytes: 1000 }));
    return stand.packets();
  })();
  expect(u16(reply!.content, 4)).toBe(5);
  expect(reply!.to).toEqual(STATION);
});

test('how far a place is, is a setting', () => {
  const stand = new Stand({ delaysNs: { web: 0.4 * S } });
  stand.send(echo(WEB));
  expect(told(stand.packets(0.79 * S))).toEqual([]);
  expect(told(stand.packets(0.02 * S))).toEqual(['0.0 198.51.100.80']);
  expect(() => new Stand({ delaysNs: { moon: 1 } })).toThrow('scenario.noSite');
});

test('senders are told why a packet did not arrive', () => {
  const stand = new Stand();
  expect(answered(stand, echo(NOWHERE))).toEqual(['3.0 10.0.0.1']);
  expect(answered(stand, echo(WEB, { hops: 1 }))).toEqual(['11.0 10.0.0.1']);
  const datagram = { fromPort: 5000, toPort: 33_434, data: new Uint8Array(8) };
  expect(answered(stand, udpPacket({ from: STATION, to: OWN }, datagram))).toEqual(['3.3 10.0.0.1']);
  const [unreachable] = ((): readonly ReceivedPacket[] => {
    stand.send(udpPacket({ from: STATION, to: WEB }, datagram));
    return stand.packets();
  })();
  // What it shows is the packet as the station had sent it, not as it went out.
  expect(told([unreachable!])).toEqual(['3.3 198.51.100.80']);
  expect([...unreachable!.content.subarray(8 + 12, 8 + 22)]).toEqual([
    ...STATION,
    ...WEB,
    5000 >> 8,
    5000 & 0xff,
  ]);
});

test('nobody is told of a message of trouble, of a packet to all, or of one from another network', () => {
  const stand = new Stand();
  const trouble = icmpPacket({ from: STATION, to: NOWHERE }, { type: 3, code: 1, rest: new Uint8Array(32) });
  expect(answered(stand, trouble)).toEqual([]);
  expect(answered(stand, echo(addressOf('10.0.0.255'), { from: STATION }))).toEqual([]);
  expect(answered(stand, echo(addressOf('10.0.0.99')))).toEqual(['3.1 10.0.0.1']);
  expect(answered(stand, echo(addressOf('224.0.0.1')))).toEqual([]);
  expect(answered(stand, echo(WEB, { from: addressOf('172.16.0.1') }))).toEqual([]);
  expect(answered(stand, echo(WEB, { from: OWN }))).toEqual([]);
  expect(stand.counters['foreignSource']).toBe(2);
});

test('datagrams are echoed, and the time is the virtual one', () => {
  const stand = new Stand();
  expect(text(stand.ask(ECHO, 7, new TextEncoder().encode('hallo'))[0])).toBe('hallo');
  stand.run(86_400 * S - stand.now);
  expect(text(stand.ask(CLOCK, 13, new Uint8Array(1))[0])).toMatch(/^Fri, 02 Jan 2026 00:00:0\d GMT/);
  const [answer] = stand.ask(CLOCK, 123, new Uint8Array(48).fill(0x23, 0, 1));
  expect(u32(answer!, 40) - 2_208_988_800).toBe(Date.UTC(2026, 0, 2) / 1000);
  expect(new Client(CLOCK, 13).talk(stand, '').text).toContain('2026');
});

test('names of places, of stations that asked for an address, and of those that settings name', () => {
  const stand = new Stand({ names: { printer: '10.0.0.9' } });
  lease(stand, STATION_MAC, { hostName: 'Alpha' });
  expect(resolved(stand, 'www.example.com')).toEqual([0, '198.51.100.80']);
  expect(resolved(stand, 'WWW.example.COM', 28)).toEqual([0, '2001:db8:80::80']);
  expect(resolved(stand, '80.100.51.198.in-addr.arpa', 12)).toEqual([0, 'www']);
  expect(resolved(stand, 'alpha.lab.internal')).toEqual([0, '10.0.0.100']);
  expect(resolved(stand, 'printer.lab.internal')).toEqual([0, '10.0.0.9']);
  expect(resolved(stand, 'gateway.lab.internal')).toEqual([0, '10.0.0.1']);
  expect(resolved(stand, 'printer.lab.internal', 28)).toEqual([0]);
  expect(resolved(stand, 'nobody.lab.internal')).toEqual([3]);
  expect(resolved(stand, 'example.net')).toEqual([3]);
  // The name server outside knows the world and no lab.
  expect(resolved(stand, 'echo.example.net', 1, NAMES)).toEqual([0, '198.51.100.7']);
  expect(resolved(stand, 'alpha.lab.internal', 1, NAMES)).toEqual([3]);
});

test('names that were asked for lately are shown, with who asked and what was said, and no more than a few', () => {
  const stand = new Stand();
  resolved(stand, 'www.example.com', 28);
  resolved(stand, 'nobody.lab.internal');
  const [last, first] = stand.view.names;
  expect(first).toMatchObject({
    name: 'www.example.com',
    type: 'AAAA',
    from: '10.0.0.2',
    outcome: 'answered',
  });
  expect(first?.addresses).toEqual(['2001:db8:80::80']);
  expect(last).toMatchObject({
    name: 'nobody.lab.internal',
    type: 'A',
    outcome: 'noSuchName',
    addresses: [],
  });
  for (let n = 0; n < 2 * MOST_ASKED_NAMES; n++) resolved(stand, `n${n}.lab.internal`);
  expect(stand.view.names).toHaveLength(MOST_ASKED_NAMES);
  expect(stand.view.names[0]?.name).toBe(`n${2 * MOST_ASKED_NAMES - 1}.lab.internal`);
});

test('a question that is none gets no answer, a broken one a refusal', () => {
  const stand = new Stand();
  expect(stand.ask(OWN, 53, new Uint8Array(5))).toEqual([]);
  const broken = question('www.example.com');
  broken[12] = 0xc0;
  expect(u16(stand.ask(OWN, 53, broken)[0]!, 2) & 15).toBe(1);
});

test('pieces of packets are put together, both ways', () => {
  const stand = new Stand();
  const big = echo(WEB, { bytes: 4000 });
  for (const piece of cutPacket(big, 9, 1500)!.toReversed())
    stand.put(frameOf(stand.mac, STATION_MAC, 0x0800, piece));
  const pieces = stand.packets();
  expect(pieces.map(({ fragment }) => fragment?.offset)).toEqual([0, 1480, 2960]);
  expect(joined(...pieces.map(({ content }) => content)).length).toBe(4008);
});

test('pieces without end, and pieces that overlap, fill a bounded table; the sender is told', () => {
  const stand = new Stand();
  const rest = { protocol: 17, hops: 9, mayBeCut: true, content: new Uint8Array(2000) };
  for (let n = 0; n < 500; n++) {
    const from = addressOf(`10.0.0.${2 + (n % 100)}`);
    const [first] = cutPacket({ ...rest, from, to: WEB }, n + 1, 1500)!;
    stand.put(frameOf(stand.mac, STATION_MAC, 0x0800, first!));
  }
  expect(stand.view.waiting.incomplete).toBe(MOST_INCOMPLETE);
  expect(MOST_OF_SENDER).toBeLessThan(MOST_INCOMPLETE);
  expect(told(stand.packets())[0]).toBe('11.1 10.0.0.1');
  const stand2 = new Stand();
  const [a, b] = cutPacket({ ...rest, from: STATION, to: WEB }, 1, 1500)!;
  const [c] = cutPacket({ ...rest, from: STATION, to: WEB }, 1, 1000)!;
  for (const piece of [a, c, b]) stand2.put(frameOf(stand2.mac, STATION_MAC, 0x0800, piece!));
  expect(stand2.view.waiting.incomplete).toBe(1);
  expect(stand2.counters['packetsOut']).toBe(0);
});

test('stations share one address outside, each behind ports of its own, which end with their time', () => {
  const stand = new Stand();
  for (const from of ['10.0.0.2', '10.0.0.3']) stand.ask(ECHO, 7, new Uint8Array(3), addressOf(from));
  expect(stand.view.mappings).toMatchObject([
    {
      protocol: 'udp',
      inside: '10.0.0.2:5000',
      outside: '192.0.2.1:32768',
      remote: '198.51.100.7:7',
      packetsIn: 1,
    },
    { protocol: 'udp', inside: '10.0.0.3:5000', outside: '192.0.2.1:32769', packetsOut: 1 },
  ]);
  stand.run(119 * S);
  expect(stand.view.mappings).toHaveLength(2);
  stand.run(2 * S);
  expect(stand.view.mappings).toEqual([]);
});

test('a station that opens mappings without end loses its own and nobody else’s', () => {
  const stand = new Stand();
  stand.ask(ECHO, 7, new Uint8Array(3), addressOf('10.0.0.9'));
  for (let n = 0; n < 3000; n++) {
    const datagram = { fromPort: 1000 + n, toPort: 7, data: new Uint8Array(1) };
    stand.send(udpPacket({ from: STATION, to: ECHO }, datagram));
  }
  const { mappings } = stand.view;
  expect(mappings).toHaveLength(MOST_OF_STATION + 1);
  expect(mappings.some(({ inside }) => inside === '10.0.0.9:5000')).toBe(true);
  expect(stand.counters['mappingsEvicted']).toBe(3000 - MOST_OF_STATION);
  for (let n = 0; n < 20_000; n++) {
    const from = addressAfter(STATION, n % 250);
    stand.send(udpPacket({ from, to: ECHO }, { fromPort: n, toPort: 7, data: new Uint8Array(1) }));
    if (n % 1000 === 0) stand.take(0.1 * S);
  }
  expect(stand.view.mappings.length).toBeLessThanOrEqual(MOST_MAPPINGS);
});

test('who claims a million addresses fills its own part of the table of neighbours', () => {
  const stand = new Stand();
  const claim = (sender: Address, senderMac: number): void => {
    const message = { operation: ARP_OPERATION.request, senderMac, sender, targetMac: 0, target: OWN };
    stand.put(frameOf(0xffff_ffff_ffff, senderMac, 0x0806, writeArp(message)));
  };
  claim(addressOf('10.0.0.9'), 0x5254_0000_0009);
  for (let n = 0; n < 5000; n++) claim(addressAfter(addressOf('10.0.0.10'), n % 200), STATION_MAC);
  expect(stand.view.neighbours).toHaveLength(MOST_OF_CARD + 1);
  expect(stand.view.neighbours[0]).toMatchObject({ address: '10.0.0.9' });
  // Those that it claimed last.
  expect(stand.view.neighbours.at(-1)?.address).toBe('10.0.0.209');
  expect(stand.view.neighbours[1]?.address).toBe(`10.0.0.${210 - MOST_OF_CARD}`);
  for (let n = 0; n < 20_000; n++) claim(addressAfter(addressOf('10.0.0.10'), n % 240), 0x5254_0100_0000 + n);
  expect(stand.view.neighbours.length).toBeLessThanOrEqual(MOST_NEIGHBOURS);
});

test('a packet waits until its receiver is found, and is lost when nobody answers', () => {
  const stand = new Stand();
  stand.send(echo(WEB));
  stand.run(0.1 * S);
  // Asked three times; the station of the fixture is silent.
  stand.run(5 * S);
  expect(stand.frames.map((frame) => u16(frame, 12))).toEqual([0x0806, 0x0806, 0x0806]);
  expect(stand.counters['lost']).toBe(1);
});

test('IPv6: it tells stations that it is their router, finds and is found, answers echoes and names', () => {
  const stand = new Stand();
  const solicitation = icmpPacket(
    { from: addressOf('fe80::2'), to: addressOf('ff02::2') },
    { type: 133, code: 0, rest: new Uint8Array(4) },
    255,
  );
  stand.send(solicitation);
  const [advertised] = stand.packets(0);
  expect(told([advertised!])[0]).toMatch(/^134\.0 fe80::67:77ff:fe/);
  expect(advertised?.hops).toBe(255);
  expect(answered(stand, echo(addressOf('2001:db8:1::1'), { from: STATION6 }))).toEqual([
    '129.0 2001:db8:1::1',
  ]);
  for (const piece of cutPacket(
    echo(addressOf('2001:db8:80::80'), { from: STATION6, bytes: 3000 }),
    3,
    1500,
  )!)
    stand.put(frameOf(stand.mac, STATION_MAC, 0x86dd, piece));
  expect(stand.packets().filter(({ fragment }) => fragment !== undefined)).toHaveLength(3);
  expect(answered(stand, echo(addressOf('2001:db8:9::9'), { from: STATION6 }))).toEqual([
    '1.0 2001:db8:1::1',
  ]);
  expect(resolved(stand, 'www.example.com', 28, addressOf('2001:db8:1::1'))).toEqual([0, '2001:db8:80::80']);
  // Whoever has passed a router is no neighbour.
  stand.send({ ...solicitation, hops: 254 });
  expect(stand.counters['malformed']).toBe(1);
});

test('without a network of IPv6 it says and hears nothing of it', () => {
  const stand = new Stand({ network6: '' });
  stand.send(echo(addressOf('2001:db8:80::80'), { from: STATION6 }));
  expect(stand.take(1000 * S)).toEqual([]);
  expect(stand.counters['otherProtocol']).toBe(1);
});

test('its state is what a snapshot holds, and goes on as it would have', () => {
  const stand = new Stand();
  lease(stand, STATION_MAC, { hostName: 'alpha' });
  stand.ask(ECHO, 7, new Uint8Array(3));
  new Client(WEB, 80).talk(stand, 'GET /files/large.bin HTTP/1.0\r\n\r\n', { ms: 200 });
  stand.send(echo(WEB));
  stand.put(frameOf(stand.mac, STATION_MAC, 0x0800, cutPacket(echo(WEB, { bytes: 2000 }), 3, 1500)![0]!));
  const part = stand.placed.appliance.capture?.();
  const state = stateIn(GATEWAY_STATE, part!);
  const saved = encode(GATEWAY_STATE, state).slice();
  expect(saved.length).toBeLessThan(200_000);
  const copy = stand.continued();
  const again = stateIn(GATEWAY_STATE, copy.placed.appliance.capture!());
  expect(encode(GATEWAY_STATE, again)).toEqual(saved);
  expect(decode(GATEWAY_STATE, saved)).toEqual(state);
  const goesOn = (each: Stand): readonly Uint8Array[] => each.take(20 * S);
  stand.frames.length = 0;
  expect(goesOn(copy)).toEqual(goesOn(stand));
  expect(copy.view).toEqual(stand.view);
});

test('damaged frames of all kinds do no harm, and the gateway serves as before', () => {
  const stand = new Stand();
  const found = mutateFrames(stand, goodFrames(stand), 8000, { seed: 12 });
  expect(found).toMatchObject({ exceptions: 0, overBounds: 0, serves: true });
  // Half of them bear the right sums again.
  expect(found.deep).toBeGreaterThan(3000);
});
