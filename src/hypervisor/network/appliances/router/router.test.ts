/** A router as its stations see it: frames in, frames out. */
import { beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { ApplianceSpec, SwitchSpec } from '#base/scenario';
import { decode, encode } from '#base/state/codec';
import { NS_PER_MS, NS_PER_S } from '#base/virtual-time';
import { statesOf } from '#machine/kind';
import {
  bootHost,
  consoleText,
  copyOf,
  ENGINE,
  ENVIRONMENT,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../../../fixtures/test-host.ts';
import { Host } from '../../../host.ts';
import { REGISTRIES } from '../../../registries.ts';
import { arp, EVERYBODY, ether, mac } from '../../fixtures/frames.ts';
import { type TestCard, type TestNetwork, testNetwork } from '../../fixtures/test-network.ts';
import { NETWORK } from '../../host-network.ts';
import { PORT_STAGES } from '../../stages/stages.ts';
import { APPLIANCES } from '../appliances.ts';
import { addressOf, formatAddress } from '../gateway/wire/address.ts';
import { u16 } from '../gateway/wire/bytes.ts';
import { icmpPacket } from '../gateway/wire/icmp.ts';
import { type Packet, readIpv4, readIpv6, writePacket } from '../gateway/wire/ip.ts';
import { readUdp, udpPacket } from '../gateway/wire/udp.ts';
import { mutateFrames } from './fixtures/mutations.ts';
import { ROUTER } from './kind.ts';
import type { RouterView } from './view.ts';

beforeAll(async () => ROUTER.later?.code.come());

/** A trunk to VLANs 10 and 20, a port without a tag in a third network, and what lies behind a router there. */
const MS = NS_PER_MS;
const SPEC: ApplianceSpec = {
  ...{ name: 'r', kind: 'router' },
  interfaces: [
    { port: 'eth0', switch: 'lan', vlan: 10, address: '10.0.10.1/24', network6: '2001:db8:10::/64' },
    { port: 'eth0', switch: 'lan', vlan: 20, address: '10.0.20.1/24', network6: '2001:db8:20::/64' },
    { port: 'eth1', switch: 'wan', address: '192.168.0.1/24' },
  ],
  routes: [
    { to: '0.0.0.0/0', via: '192.168.0.2' },
    { to: '10.9.0.0/16', via: '10.0.20.2' },
  ],
} as ApplianceSpec;
const CARDS: readonly TestCard[] = [
  { switch: 'lan', port: { vlan: { access: 10 } } },
  { switch: 'lan', port: { vlan: { access: 20 } } },
  { switch: 'wan' },
];
const SWITCHES: readonly SwitchSpec[] = [{ name: 'lan' }, { name: 'wan' }];
const ADDRESSES = ['10.0.10.2', '10.0.20.2', '192.168.0.2'];
const ADDRESSES6 = ['2001:db8:10::2', '2001:db8:20::2', ''];

interface Made extends TestNetwork {
  view(): RouterView;
  counters(): Readonly<Record<string, number>>;
  /** Sends a packet to the router from a card, and gives what IP packets cards got; who is asked for a card answers. */
  ask(card: number, packet: Packet | Uint8Array, waitNs?: number): { card: number; bytes: Uint8Array }[];
}
function made(more: object = {}, silent: readonly number[] = []): Made {
  const network = testNetwork({ switches: SWITCHES, appliances: [{ ...SPEC, ...more }] }, CARDS);
  const placed = () => network.network.appliances[0]!.placed;
  const view = (): RouterView => placed().appliance.view?.() as RouterView;
  const routerMac = (card: number): readonly number[] => {
    const text = view().interfaces[card]?.mac ?? '';
    return text.split(':').map((byte) => Number.parseInt(byte, 16));
  };
  const framed = (card: number, content: Uint8Array): Uint8Array => {
    const type = content[0]! >> 4 === 6 ? 0x86dd : 0x800;
    return ether({ to: routerMac(card), from: mac(card + 1), type, data: [...content] });
  };
  const answer = (card: number, frame: Uint8Array): boolean => {
    const content = frame.subarray(14);
    const wanted = u16(frame, 12) === 0x806 ? formatAddress(content.slice(24, 28)) : '';
    const wanted6 =
      u16(frame, 12) === 0x86dd && content[40] === 135 ? formatAddress(content.slice(48, 64)) : '';
    if (wanted === ADDRESSES[card] && content[7] === 1 && !silent.includes(card)) {
      const sender = { senderMac: mac(card + 1), senderIp: wanted };
      const target = { targetMac: routerMac(card), targetIp: formatAddress(content.slice(14, 18)) };
      const data = arp({ operation: 2, ...sender, ...target });
      network.send(card, ether({ to: routerMac(card), from: mac(card + 1), type: 0x806, data }));
    }
    if (wanted6 === ADDRESSES6[card] && wanted6 !== '') {
      const rest = Uint8Array.of(0x60, 0, 0, 0, ...addressOf(wanted6), 2, 1, ...mac(card + 1));
      const way = { from: addressOf(wanted6), to: content.slice(8, 24) };
      network.send(card, framed(card, writePacket(icmpPacket(way, { type: 136, code: 0, rest }, 255))));
    }
    return u16(frame, 12) === 0x806 || wanted6 !== '' || (u16(frame, 12) === 0x86dd && content[40] === 134);
  };
  return {
    ...network,
    view,
    counters: () => placed().counters,
    ask: (card, packet, waitNs = 10 * NS_PER_MS) => {
      network.send(card, framed(card, packet instanceof Uint8Array ? packet : writePacket(packet)));
      const until = network.now() + waitNs;
      const packets: { card: number; bytes: Uint8Array }[] = [];
      while (network.now() < until) {
        network.runTo(until, () => network.got.length > 0);
        for (const got of network.got.splice(0))
          if (!answer(got.card, got.bytes)) packets.push({ card: got.card, bytes: got.bytes.slice(14) });
      }
      return packets;
    },
  };
}

const ping = (from: string, to: string, hops = 64, bytes = 56): Packet => ({
  ...icmpPacket(
    { from: addressOf(from), to: addressOf(to) },
    { type: from.includes(':') ? 128 : 8, code: 0, rest: new Uint8Array(4 + bytes) },
  ),
  hops,
});
/** What came out where: type of ICMP, hops left, from, to. */
function told(packets: readonly { card: number; bytes: Uint8Array }[]): string[] {
  return packets.map(({ card, bytes }) => {
    const packet = bytes[0]! >> 4 === 6 ? readIpv6(bytes) : readIpv4(bytes);
    if (typeof packet === 'string') return packet;
    const { from, to, hops, content } = packet;
    return `${card}: ${content[0]}/${content[1]} ${formatAddress(from)} > ${formatAddress(to)} ttl ${hops}`;
  });
}

test('a packet goes from one VLAN to another with one hop less, and its header’s sum is right', () => {
  const router = made();
  expect(told(router.ask(0, ping('10.0.10.2', '10.0.20.2')))).toEqual([
    '1: 8/0 10.0.10.2 > 10.0.20.2 ttl 63',
  ]);
  expect(told(router.ask(1, ping('10.0.20.2', '10.0.10.2', 2)))).toEqual([
    '0: 8/0 10.0.20.2 > 10.0.10.2 ttl 1',
  ]);
  expect(router.counters()).toMatchObject({ forwarded: 2 });
  expect(router.view().routes.map(({ packets }) => packets)).toEqual([1, 0, 1, 0, 0, 0, 0]);
  expect(router.view().interfaces[1]?.neighbours).toMatchObject([{ address: '10.0.20.2' }]);
});

test('the longest prefix says where it goes, and the next router gets it', () => {
  const router = made();
  expect(told(router.ask(0, ping('10.0.10.2', '10.9.8.7')))[0]).toMatch(/^1: /);
  expect(told(router.ask(0, ping('10.0.10.2', '8.8.8.8')))[0]).toMatch(/^2: /);
  expect(router.view().routes.at(-1)).toEqual({
    to: '10.9.0.0/16',
    via: '10.0.20.2',
    by: 'eth0.20',
    packets: 1,
  });
});

test('the router answers echoes at each of its addresses, from whichever side', () => {
  const router = made();
  expect(told(router.ask(0, ping('10.0.10.2', '10.0.10.1')))).toEqual([
    '0: 0/0 10.0.10.1 > 10.0.10.2 ttl 64',
  ]);
  expect(told(router.ask(0, ping('10.0.10.2', '192.168.0.1')))).toEqual([
    '0: 0/0 192.168.0.1 > 10.0.10.2 ttl 64',
  ]);
});

test('who sends what cannot arrive is told why', () => {
  const router = made({ routes: [] });
  expect(told(router.ask(0, ping('10.0.10.2', '10.0.20.2', 1)))).toEqual([
    '0: 11/0 10.0.10.1 > 10.0.10.2 ttl 64',
  ]);
  expect(told(router.ask(0, ping('10.0.10.2', '8.8.8.8')))).toEqual(['0: 3/0 10.0.10.1 > 10.0.10.2 ttl 64']);
  expect(told(router.ask(0, ping('10.0.10.2', '10.0.20.77'), 5 * NS_PER_S))).toEqual([
    '0: 3/1 10.0.10.1 > 10.0.10.2 ttl 64',
  ]);
  const datagram = { ...ping('10.0.10.2', '10.0.10.1'), protocol: 17 };
  expect(told(router.ask(0, datagram))).toEqual(['0: 3/3 10.0.10.1 > 10.0.10.2 ttl 64']);
  expect(router.counters()).toMatchObject({ expired: 1, noRoute: 1, lost: 1, troubles: 4 });
});

test('a packet that is too big for the next network is cut, or its sender told how long it may be', () => {
  const router = made({ mtu: 1280 });
  const big = ping('10.0.10.2', '10.0.20.2', 64, 1400);
  const pieces = router.ask(0, big).map(({ bytes }) => readIpv4(bytes));
  const contents = pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [...piece.content]));
  expect(pieces).toHaveLength(2);
  expect(contents).toEqual([...big.content]);
  const [answer] = router.ask(0, { ...big, mayBeCut: false });
  expect(told([answer!])).toEqual(['0: 3/4 10.0.10.1 > 10.0.10.2 ttl 64']);
  expect(u16(answer!.bytes, 26)).toBe(1280);
  expect(router.counters()).toMatchObject({ cut: 1, tooBig: 1 });
});

test('nobody speaks as one of another network, and to all of a network only who is in it', () => {
  const router = made();
  expect(router.ask(0, ping('10.0.20.2', '192.168.0.2'))).toEqual([]);
  expect(router.ask(0, ping('127.0.0.1', '192.168.0.2'))).toEqual([]);
  expect(router.ask(0, ping('10.0.20.1', '10.0.20.2'))).toEqual([]);
  expect(router.counters()).toMatchObject({ badSource: 3, forwarded: 0 });
  expect(router.ask(0, ping('10.0.10.2', '10.0.20.255'))).toEqual([]);
  expect(router.ask(0, ping('10.0.10.2', '224.0.0.1'))).toEqual([]);
  expect(router.ask(0, ping('0.0.0.0', '10.0.20.2'))).toEqual([]);
  expect(router.counters()).toMatchObject({ notPassed: 3, forwarded: 0 });
  const loose = made({ reversePath: false });
  expect(loose.ask(0, ping('10.0.20.2', '192.168.0.2'))).toHaveLength(1);
});

test('IPv6 goes the same ways, and stations are told of the router', () => {
  const router = made();
  expect(told(router.ask(0, ping('2001:db8:10::2', '2001:db8:20::2')))).toEqual([
    '1: 128/0 2001:db8:10::2 > 2001:db8:20::2 ttl 63',
  ]);
  expect(told(router.ask(0, ping('2001:db8:10::2', '2001:db8:20::2', 1)))).toEqual([
    '0: 3/0 2001:db8:10::1 > 2001:db8:10::2 ttl 64',
  ]);
  const heard: string[] = [];
  router.runTo(2 * NS_PER_S);
  for (const { card, bytes } of router.got.splice(0))
    if (bytes[54] === 134)
      heard.push(`${card} ${formatAddress(bytes.slice(14 + 56 + 8 + 8 + 16, 14 + 56 + 8 + 8 + 32))}`);
  expect(heard).toEqual(['0 2001:db8:10::', '1 2001:db8:20::']);
});

test('frames of a VLAN that it has no interface in are counted, and nothing else', () => {
  const router = made({ ports: { eth0: { vlan: { trunk: [10, 20, 30] } } } });
  router.network.plugged('lan', 'vm0/0')?.plug.setStage('vlan', { access: 30 });
  router.send(
    0,
    ether({
      to: EVERYBODY,
      from: mac(1),
      type: 0x806,
      data: arp({ operation: 1, senderMac: mac(1), senderIp: '10.0.10.2', targetIp: '10.0.10.1' }),
    }),
  );
  router.runTo(NS_PER_MS);
  expect(router.counters()).toMatchObject({ noInterface: 1 });
  expect(router.got).toEqual([]);
});

test('messages of packets that did not arrive are so many in a second', () => {
  const router = made();
  for (let sent = 0; sent < 200; sent++)
    router.send(0, router.got.length >= 0 ? framesOf(router) : new Uint8Array());
  router.runTo(10 * NS_PER_MS);
  expect(router.counters()['expired']).toBe(200);
  expect(router.counters()['troubles']).toBeLessThanOrEqual(61);
});
function framesOf(router: Made): Uint8Array {
  const to = (router.view().interfaces[0]?.mac ?? '').split(':').map((byte) => Number.parseInt(byte, 16));
  const data = [...writePacket(ping('10.0.10.2', '10.0.20.2', 1))];
  return ether({ to, from: mac(1), type: 0x800, data });
}

test('saved while it asks for a neighbour, it goes on as it was', () => {
  const [one, other] = [made(), made()];
  one.ask(0, ping('10.0.10.2', '10.0.20.2'));
  one.ask(0, ping('10.0.10.2', '10.0.20.77'));
  other.runTo(one.now());
  const bytes = encode(NETWORK, one.network.capture());
  const parts = [...statesOf(PORT_STAGES), ...statesOf(APPLIANCES)];
  other.network.restore(decode(NETWORK, bytes, { parts }));
  expect(encode(NETWORK, other.network.capture())).toEqual(bytes);
  for (const each of [one, other]) each.runTo(5 * NS_PER_S);
  expect(encode(NETWORK, other.network.capture())).toEqual(encode(NETWORK, one.network.capture()));
  expect(other.counters()).toMatchObject({ lost: 1, troubles: 1 });
});

test('whatever frames say, the router takes it, and its tables stay bounded', () => {
  const { exceptions, first, forwarded, sent, mostNeighbours, neighbourBound } = mutateFrames(3, 20_000);
  expect([exceptions, first]).toEqual([0, undefined]);
  expect(forwarded).toBeGreaterThan(400);
  expect(sent).toBeGreaterThan(400);
  expect(mostNeighbours).toBeLessThanOrEqual(neighbourBound);
});

test('where packets of two who are silent push each other out, there is an end to telling them of it', () => {
  const router = made({}, [0, 2]);
  for (let round = 0; round < 8; round++) {
    router.ask(0, ping('10.0.10.2', '8.8.8.8'), 0);
    router.ask(2, ping('192.168.0.2', '10.0.10.2'), 0);
  }
  router.runTo(10 * NS_PER_S);
  expect(router.counters()).toMatchObject({ forwarded: 16 });
  expect(router.counters()['lost']).toBeGreaterThanOrEqual(16);
});

test('two VMs in two VLANs ping each other over it', () => {
  const kernel = teachingKernel();
  const vm = (name: string, access: number): ReturnType<typeof vmSpec> =>
    vmSpec(name, kernel, {
      nics: [{ switch: 'lan', port: { vlan: { access } } }],
      append: `virtlab.host=${name} virtlab.ip=10.0.${access}.2/24 virtlab.gateway=10.0.${access}.1`,
    });
  const host = bootHost([vm('a', 10), vm('b', 20)], {
    appliances: [{ ...SPEC, interfaces: INNER, routes: [] } as ApplianceSpec],
  });
  host.advance(50 * MS);
  type(host, 'a', 'ping 10.0.20.2 3 50\n');
  host.advance(500 * MS);
  expect(consoleText(vmOf(host))).toContain('3 sent, 3 received, 0 % lost');
  type(host, 'a', 'ping 10.0.30.9 1\n');
  host.advance(2000 * MS);
  expect(consoleText(vmOf(host))).toContain('1 sent, 0 received');
});
const INNER = (SPEC as unknown as { interfaces: readonly object[] }).interfaces.slice(0, 2);

test('who asks for an address is passed on to who gives them, and gets the answer in his VLAN', () => {
  const router = made({ relay: '192.168.0.2' });
  const ALL = [255, 255, 255, 255];
  const dhcp = (bytes: Uint8Array): Uint8Array => {
    const packet = readIpv4(bytes);
    const datagram = typeof packet === 'string' ? 'malformed' : readUdp(packet);
    return typeof datagram === 'string' ? new Uint8Array() : datagram.data;
  };
  const discover = new Uint8Array(300);
  discover.set([1, 1, 6]);
  discover.set(mac(2), 28);
  discover.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255], 236);
  const asking = (data: Uint8Array): Packet =>
    udpPacket({ from: addressOf('0.0.0.0'), to: Uint8Array.from(ALL) }, { fromPort: 68, toPort: 67, data });
  const passed = router.ask(1, asking(discover)).map(({ card, bytes }) => ({ card, data: dhcp(bytes) }));
  expect(passed.map(({ card }) => card)).toEqual([2]);
  const { data } = passed[0]!;
  expect(formatAddress(data.slice(24, 28))).toBe('10.0.20.1');
  // Its own address for the server's (RFC 5107).
  expect([...data.slice(243, 252)]).toEqual([82, 6, 11, 4, 10, 0, 20, 1, 255]);

  const offer = data.slice();
  offer[0] = 2;
  offer.set(addressOf('10.0.20.100'), 16);
  const server = { from: addressOf('192.168.0.2'), to: addressOf('10.0.20.1') };
  const answer = udpPacket(server, { fromPort: 67, toPort: 67, data: offer });
  const got = router.ask(2, answer).map(({ card, bytes }) => ({ card, bytes, data: dhcp(bytes) }));
  expect(got.map(({ card, bytes }) => [card, formatAddress(bytes.slice(16, 20))])).toEqual([
    [1, '10.0.20.100'],
  ]);
  expect([...got[0]!.data.slice(240, 246)]).toEqual([53, 1, 1, 255, 0, 0]);
  expect(router.counters()).toMatchObject({ relayed: 2 });

  // One who asks as another card, one whose message has been passed on before, and one who answers as the server.
  const forged = discover.slice();
  forged.set(mac(3), 28);
  const before = discover.slice();
  before[24] = 10;
  for (const each of [forged, before]) expect(router.ask(1, asking(each))).toEqual([]);
  const false_ = udpPacket(
    { ...server, from: addressOf('10.0.10.2') },
    { fromPort: 67, toPort: 67, data: offer },
  );
  expect(router.ask(0, false_)).toEqual([]);
  expect(router.counters()).toMatchObject({ relayed: 2, malformed: 3 });
  expect(made().ask(1, asking(discover))).toEqual([]);
});

test('stations are told of the router that goes on, and of who answers for names', () => {
  const { network } = made({ relay: '192.168.0.2' });
  const names = '192.168.0.2';
  expect(network.wayOutOf('10.0.10.7/24', 'lan')).toEqual({ router: '10.0.10.1', names });
  expect(network.wayOutOf('10.0.20.7/24', 'lan')).toEqual({ router: '10.0.20.1', names });
  // By that network the router goes out itself.
  expect(network.wayOutOf('192.168.0.7/24', 'wan')).toBeUndefined();
});

test('a person sees neighbours with their state, when stations are told of it, and what was dropped and why', async () => {
  await REGISTRIES.questions.come();
  const router = made({ relay: '192.168.0.2' }, [1]);
  router.ask(0, ping('10.0.10.2', '10.0.20.2'));
  router.ask(0, ping('10.0.10.2', '10.0.10.1'));
  const { interfaces, relay } = router.view();
  expect(interfaces.map(({ name, port, vlan, switch: at }) => [name, port, vlan, at])).toEqual([
    ['eth0.10', 'eth0', 10, 'lan'],
    ['eth0.20', 'eth0', 20, 'lan'],
    ['eth1', 'eth1', undefined, 'wan'],
  ]);
  expect(interfaces[0]?.neighbours).toMatchObject([{ address: '10.0.10.2', state: 'fresh' }]);
  expect(interfaces[1]?.neighbours).toEqual([{ address: '10.0.20.2', state: 'asked', waiting: 1, tries: 1 }]);
  expect(interfaces.map(({ advertises }) => advertises?.inNs)).toEqual([980 * MS, 980 * MS, undefined]);
  expect(relay).toBe('192.168.0.2');
  router.runTo(61 * NS_PER_S);
  expect(router.view().interfaces[0]?.neighbours).toMatchObject([{ state: 'old' }]);
});

test('asked by its name, it says what it counted; with other settings it is in the same place', async () => {
  await REGISTRIES.questions.come();
  const host = bootHost([], { appliances: [{ ...SPEC, interfaces: INNER, routes: [] } as ApplianceSpec] });
  host.advance(1500 * MS);
  const asked = (): unknown => must(host.ask('router', { appliance: 'r' })).value;
  const before = asked() as { readonly interfaces: readonly { readonly mac: string }[] };
  expect(before).toMatchObject({ name: 'r', routes: [{ to: '10.0.10.0/24' }, {}, {}, {}] });
  expect(host.ask('router', { appliance: 'lan' })).toMatchObject({ error: { code: 'network.noAppliance' } });
  const appliance = {
    ...SPEC,
    interfaces: INNER.slice(0, 1),
    routes: [{ to: '0.0.0.0/0', via: '10.0.10.9' }],
  };
  must(host.execute({ op: 'network.setAppliance', args: { appliance } }));
  const { mac } = before.interfaces[0]!;
  expect(asked()).toMatchObject({
    interfaces: [{ name: 'eth0.10', mac }],
    routes: [{}, {}, { via: '10.0.10.9' }],
  });
  expect(host.spec.appliances).toMatchObject([{ name: 'r', routes: [{ to: '0.0.0.0/0' }] }]);
  const elsewhere = { ...appliance, interfaces: [{ port: 'eth0', switch: 'none', address: '10.0.0.1/24' }] };
  const told = (args: object): unknown => host.execute({ op: 'network.setAppliance', args });
  expect(told({ appliance: elsewhere })).toMatchObject({ error: { code: 'network.noSwitch' } });
  expect(told({ appliance: { ...appliance, name: 'q' } })).toMatchObject({
    error: { code: 'network.noAppliance' },
  });
  const bytes = host.snapshot();
  expect(must(Host.restore(ENGINE, bytes, ENVIRONMENT)).hash()).toBe(host.hash());
});

test('an interface comes and goes while the others go on: cables stay in, neighbours and counts stay, and a moved one is shown where it is', async () => {
  await REGISTRIES.questions.come();
  const [first] = INNER;
  const wan = { port: 'p2', switch: 'wan', address: '10.0.9.1/24' };
  const spec = { ...SPEC, interfaces: [first!], routes: [] } as ApplianceSpec;
  const host = bootHost([], { switches: SWITCHES, appliances: [spec] });
  host.advance(1500 * MS);
  const set = (interfaces: readonly object[]): void => {
    const appliance = { ...SPEC, interfaces, routes: [] };
    must(host.execute({ op: 'network.setAppliance', args: { appliance } }));
  };
  const shown = (of: Host = host): RouterView => must(of.ask('router', {})).value as RouterView;
  const places = (): unknown => shown().interfaces.map(({ port, switch: at }) => [port, at]);
  const ports = (name: string): unknown => host.network.switches.get(name)?.ports.map((each) => each.name);
  const plug = host.network.appliances[0]?.plugs[0];
  const before = shown();
  set([wan, first!]);
  // It stands first now, and is still that of the same cable.
  expect(places()).toEqual([
    ['p2', 'wan'],
    ['eth0', 'lan'],
  ]);
  expect(host.network.appliances[0]?.plugs[1]).toBe(plug);
  expect([ports('lan'), ports('wan')]).toEqual([['r/eth0'], ['r/p2']]);
  expect(shown().interfaces[1]).toEqual(before.interfaces[0]);
  const move = (port: string, to: string | null): void => {
    must(host.execute({ op: 'network.moveAppliance', args: { appliance: 'r', port, switch: to } }));
  };
  move('p2', 'lan');
  expect(places()).toEqual([
    ['p2', 'lan'],
    ['eth0', 'lan'],
  ]);
  move('eth0', null);
  expect(places()).toEqual([
    ['p2', 'lan'],
    ['eth0', ''],
  ]);
  expect([ports('lan'), ports('wan')]).toEqual([['r/p2'], []]);
  const restored = copyOf(host);
  expect(restored.hash()).toBe(host.hash());
  expect(shown(restored)).toEqual(shown());
  // Taken away and brought back, its cable lies beside as before.
  const was = host.spec.appliances![0]!;
  must(host.execute({ op: 'network.removeAppliance', args: { appliance: 'r' } }));
  must(host.execute({ op: 'network.addAppliance', args: { appliance: was } }));
  expect(places()).toEqual([
    ['p2', 'lan'],
    ['eth0', ''],
  ]);
  set([wan]);
  expect([places(), ports('lan'), ports('wan')]).toEqual([[['p2', 'wan']], [], ['r/p2']]);
});

test('who is known at an interface stays known when another one comes', () => {
  const router = made();
  const echo = ping(ADDRESSES[0]!, '10.0.10.1');
  router.ask(0, echo);
  const [known, counted] = [router.view().interfaces[0]?.neighbours, router.counters()['answered']];
  expect([known?.length, counted]).toEqual([1, 1]);
  const more = { port: 'p9', switch: 'wan', address: '10.0.9.1/24' };
  const interfaces = [...(SPEC['interfaces'] as unknown as object[]), more];
  router.network.setAppliance({ ...SPEC, interfaces, routes: [] } as ApplianceSpec);
  expect(router.view().interfaces.map(({ neighbours }) => neighbours)).toEqual([known, [], [], []]);
  expect(router.counters()['answered']).toBe(1);
  router.ask(0, echo);
  expect(router.counters()['answered']).toBe(2);
});
