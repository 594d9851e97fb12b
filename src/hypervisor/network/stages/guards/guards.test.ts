/** Private ports, guards of ARP and ND, and storm control. */
import { expect, test } from 'vitest';
import { NS_PER_S } from '#base/virtual-time';
import { arp, EVERYBODY, ether, ipv4, ipv6, mac, tag, udp } from '../../fixtures/frames.ts';
import { testSwitch } from '../../fixtures/test-switch.ts';

const broadcast = (from: number): Uint8Array => ether({ to: EVERYBODY, from: mac(from), type: 0x1234 });
const MAC = '52:54:00:00:00:02';

test('isolated ports reach promiscuous ones alone, a community its own too', () => {
  const group = (role: string, community?: number) => ({
    private: { role, ...(community === undefined ? {} : { community }) },
  });
  const { reached, counted } = testSwitch([
    ...[group('isolated'), group('isolated'), group('community', 1), group('community', 1)],
    ...[group('community', 2), group('promiscuous'), {}],
  ]);
  const all = [0, 1, 2, 3, 4, 5, 6];
  expect(all.map((port) => [...reached(port, broadcast(port + 1))])).toEqual([
    [5, 6],
    [5, 6],
    [3, 5, 6],
    [2, 5, 6],
    [5, 6],
    [0, 1, 2, 3, 4, 6],
    [0, 1, 2, 3, 4, 5],
  ]);
  expect(reached(0, ether({ to: mac(2), from: mac(1), type: 0x1234 }))).toEqual([]);
  expect(counted(1)).toEqual({ apart: 1 });
});

const claim = (more: Partial<Parameters<typeof arp>[0]> = {}, tags: readonly (readonly number[])[] = []) =>
  ether({
    ...{ to: EVERYBODY, from: mac(2), tags, type: 0x806 },
    data: arp({ operation: 2, senderMac: mac(2), senderIp: '10.0.0.2', targetIp: '10.0.0.9', ...more }),
  });

test('ARP may say only what is bound, and must be readable', () => {
  const guard = { 'arp-guard': { bindings: [{ ip: '10.0.0.2', mac: MAC }] } };
  const { reached, counted } = testSwitch([guard, {}]);
  expect(reached(0, claim())).toEqual([1]);
  expect(reached(0, claim({ operation: 1, senderIp: '0.0.0.0' }))).toEqual([1]);
  expect(reached(0, claim({ senderIp: '10.0.0.1' }))).toEqual([]);
  expect(reached(0, claim({ senderIp: '10.0.0.1' }, [tag(0)]))).toEqual([]);
  expect(reached(0, claim({ senderMac: mac(3) }))).toEqual([]);
  expect(reached(0, claim().slice(0, 40))).toEqual([]);
  expect(counted(0)).toEqual({ spoofed: 3, malformed: 1 });
});

test('packets from other addresses end too where that is wanted', () => {
  const guard = { 'arp-guard': { bindings: [{ ip: '10.0.0.2', mac: MAC }], packets: true } };
  const { reached, counted } = testSwitch([guard, {}]);
  const packet = (from: string): Uint8Array =>
    ether({
      ...{ to: mac(1), from: mac(2), type: 0x800 },
      data: ipv4({ from, to: '10.0.0.9', protocol: 17, data: udp(1, 2) }),
    });
  expect(['10.0.0.2', '10.0.0.3'].map((from) => reached(0, packet(from)).length)).toEqual([1, 0]);
  expect(reached(0, packet('10.0.0.2').slice(0, 25))).toEqual([]);
  expect(counted(0)).toEqual({ otherAddress: 2 });
});

/** A DHCP server confirms. */
function lease(ip: string, type = 5): Uint8Array {
  const message = new Uint8Array(244);
  message.set([2, 1, 6, 0]);
  message.set(ip.split('.').map(Number), 16);
  message.set(mac(2), 28);
  message.set([0x63, 0x82, 0x53, 0x63, 53, 1, type, 255], 236);
  return ether({
    ...{ to: mac(2), from: mac(1), type: 0x800 },
    data: ipv4({ from: '10.0.0.1', to: ip, protocol: 17, data: udp(67, 68, [...message]) }),
  });
}

test('what a DHCP server gives is learned, from where servers are', () => {
  const { reached, sent, counted, network } = testSwitch([{ 'arp-guard': { dhcp: true } }, {}]);
  expect(reached(0, claim())).toEqual([]);
  sent(1, lease('10.0.0.2', 2));
  expect(reached(0, claim())).toEqual([]);
  sent(1, lease('10.0.0.2'));
  expect(reached(0, claim())).toEqual([1]);
  expect(reached(0, lease('10.0.0.7'))).toEqual([]);
  expect(counted(0)).toEqual({ spoofed: 2, rogueServer: 1 });
  const saved = network.capture();
  const other = testSwitch([{ 'arp-guard': { dhcp: true } }, {}]);
  other.network.restore(saved);
  expect(other.reached(0, claim())).toEqual([1]);
});

function neighbour(type: number, more: { from?: string; target?: string; link?: number } = {}): Uint8Array {
  const { from = 'fd00::2', target = 'fd00::2', link = 2 } = more;
  const targetBytes = ipv6({ from: target, to: target, next: 59 }).slice(8, 24);
  const option = [type === 135 ? 1 : 2, 1, ...mac(link)];
  const data = [type, 0, 0, 0, 0, 0, 0, 0, ...targetBytes, ...option];
  return ether({
    ...{ to: EVERYBODY, from: mac(2), type: 0x86dd },
    data: ipv6({ from, to: 'ff02::1', next: 58, data }),
  });
}

test('neighbours’ messages of IPv6 say only what is bound, and routers speak where they are', () => {
  const bindings = [{ ip: 'fd00::2', mac: MAC }];
  const { reached, counted } = testSwitch([
    { 'nd-guard': { bindings } },
    {},
    { 'nd-guard': { bindings, router: true } },
  ]);
  const reaches = (frame: Uint8Array): boolean => reached(0, frame).includes(1);
  expect(reaches(neighbour(136))).toBe(true);
  expect(reaches(neighbour(136, { target: 'fe80::5054:ff:fe00:2' }))).toBe(true);
  expect(reaches(neighbour(135))).toBe(true);
  expect(reaches(neighbour(135, { from: '::', target: 'fd00::7' }))).toBe(true);
  expect(reaches(neighbour(136, { target: 'fd00::1' }))).toBe(false);
  expect(reaches(neighbour(136, { link: 3 }))).toBe(false);
  expect(reaches(neighbour(135, { from: 'fd00::1' }))).toBe(false);
  expect(reaches(neighbour(134))).toBe(false);
  expect(reached(2, neighbour(134))).toContain(1);
  expect(counted(0)).toEqual({ spoofed: 3, router: 1 });
});

test('a neighbour’s message that hides in pieces, or is cut, ends', () => {
  const { reached, counted } = testSwitch([{ 'nd-guard': {} }, {}]);
  const hidden = (next: number, data: readonly number[]): Uint8Array =>
    ether({
      to: EVERYBODY,
      from: mac(2),
      type: 0x86dd,
      data: ipv6({ from: 'fd00::1', to: 'ff02::1', next, data }),
    });
  expect(reached(0, hidden(44, [58, 0, 0, 1, 0, 0, 0, 1, 136, 0, 0, 0, 0, 0, 0, 0]))).toEqual([]);
  expect(reached(0, hidden(44, [58, 0, 0, 8, 0, 0, 0, 1, 136, 0, 0, 0, 0, 0, 0, 0]))).toEqual([]);
  expect(reached(0, hidden(58, [136, 0]))).toEqual([]);
  expect(reached(0, hidden(58, [136, 0, 0, 0, 0, 0, 0, 0]))).toEqual([]);
  expect(counted(0)).toEqual({ malformed: 4 });
});

test('of frames to all, a port brings as many as allowed: each kind by itself', () => {
  const storm = { 'storm-control': { broadcast: 10, unknown: 5, burst: 3 } };
  const { sent, counted, wait } = testSwitch([storm, {}]);
  const many = (frame: Uint8Array): number => sent(0, ...Array.from({ length: 8 }, () => frame)).length;
  expect(many(broadcast(2))).toBe(3);
  expect(many(ether({ to: mac(7), from: mac(2), type: 0x1234 }))).toBe(3);
  expect(many(ether({ to: [1, 0, 0x5e, 0, 0, 1], from: mac(2), type: 0x1234 }))).toBe(8);
  wait(NS_PER_S / 10);
  expect(many(broadcast(2))).toBe(1);
  expect(counted(0)).toEqual({ broadcast: 12, unknown: 5 });
});

test('of an address that the switch knows, as many frames as one likes', () => {
  const { sent } = testSwitch([{ 'storm-control': { unknown: 1, burst: 1 } }, {}]);
  sent(1, broadcast(7));
  const known = ether({ to: mac(7), from: mac(2), type: 0x1234 });
  expect(sent(0, known, known, known).length).toBe(3);
});
