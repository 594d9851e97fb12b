/** Access lists: the first rule that fits decides, and nothing slips through by being unreadable. */
import { expect, test } from 'vitest';
import type { Settings } from '#base/scenario';
import { ether, ipv4, ipv6, mac, tag, tcp, udp } from '../fixtures/frames.ts';
import { type TestSwitch, testSwitch } from '../fixtures/test-switch.ts';

const V4 = { from: '10.0.0.2', to: '10.0.0.1' } as const;
const STATIONS = { to: mac(1), from: mac(2) } as const;

const packet = (more: Partial<Parameters<typeof ipv4>[0]> = {}): Uint8Array =>
  ether({ ...STATIONS, type: 0x800, data: ipv4({ ...V4, protocol: 6, data: tcp(4000, 80), ...more }) });

function listed(rules: readonly Settings[], more: Settings = {}): TestSwitch {
  return testSwitch([{ 'access-list': { rules, ...more } }, {}]);
}
const passes = (list: TestSwitch, frame: Uint8Array): boolean => list.reached(0, frame).length === 1;

test('the first rule that fits decides, and is counted', () => {
  const list = listed([
    { action: 'permit', direction: 'in', protocol: 'tcp', destinationPort: 80 },
    { action: 'deny', direction: 'in', protocol: 'tcp' },
    { action: 'deny', direction: 'in', sourceIp: '10.0.0.0/24', destinationPort: [53, 60] },
  ]);
  expect(passes(list, packet())).toBe(true);
  expect(passes(list, packet({ data: tcp(4000, 81) }))).toBe(false);
  expect(passes(list, packet({ protocol: 17, data: udp(1, 60) }))).toBe(false);
  expect(passes(list, packet({ protocol: 17, data: udp(1, 61) }))).toBe(true);
  expect(list.network.ports[0]?.stages.find(({ id }) => id === 'access-list')?.stage.view?.()).toEqual({
    hits: [1, 1, 1],
  });
  expect(list.counted(0)).toEqual({ denied: 2 });
});

test('what no rule fits goes by the default of its direction', () => {
  const rules = [{ action: 'permit', direction: 'in', etherType: 0x806 }];
  const list = listed(rules, { defaultIn: 'deny' });
  expect(passes(list, packet())).toBe(false);
  expect(list.counted(0)).toEqual({ deniedByDefault: 1 });
  expect(list.reached(1, packet())).toEqual([0]);
});

test('rules outwards hold for what goes to the endpoint', () => {
  const list = testSwitch([
    {},
    { 'access-list': { rules: [{ action: 'deny', direction: 'out', sourceMac: '52:54:00:00:00:02' }] } },
  ]);
  expect(passes(list, packet())).toBe(false);
  expect(list.counted(1)).toEqual({ denied: 1 });
});

test.each([
  ['a later piece', packet({ offset: 8, data: [1, 2, 3, 4, 5, 6, 7, 8] })],
  ['a later piece that would overwrite the ports', packet({ offset: 1 })],
  ['a first piece too short for its header', packet({ more: true, data: tcp(4000, 80).slice(0, 8) })],
  ['a header cut by the end of the frame', packet().slice(0, 30)],
  ['a packet longer than its frame', packet({ totalBytes: 200 })],
  ['a header longer than the packet', packet({ headerWords: 15 })],
  ['three tags', ether({ ...STATIONS, tags: [tag(1), tag(2), tag(3)], type: 0x800, data: [0x45] })],
])('who denies a port denies, and who permits one does not permit: %s', (_, frame) => {
  const criterion = { direction: 'in', protocol: 'tcp', destinationPort: 80 };
  const denying = listed([{ action: 'deny', ...criterion }]);
  expect(passes(denying, frame)).toBe(false);
  expect(denying.counted(0)).toEqual({ unreadable: 1 });
  expect(passes(listed([{ action: 'permit', ...criterion }], { defaultIn: 'deny' }), frame)).toBe(false);
});

test('behind a tag, at a port that knows no VLANs, a packet is what it is', () => {
  const list = listed([
    { action: 'deny', direction: 'in', vlan: 7, protocol: 'tcp' },
    { action: 'deny', direction: 'in', protocol: 'udp' },
  ]);
  const tagged = (vlan: number, protocol: number): Uint8Array =>
    ether({ ...STATIONS, tags: [tag(vlan)], type: 0x800, data: ipv4({ ...V4, protocol, data: tcp(1, 2) }) });
  expect([tagged(7, 6), tagged(8, 6), tagged(8, 17)].map((frame) => passes(list, frame))).toEqual([
    false,
    true,
    false,
  ]);
});

test('prefixes of IPv6 and of IPv4 hold for their own version alone', () => {
  const six = ether({
    ...STATIONS,
    type: 0x86dd,
    data: ipv6({ from: 'fd00::2', to: 'fd00::1', next: 17, data: udp(5, 53) }),
  });
  expect(passes(listed([{ action: 'deny', direction: 'in', destinationIp: 'fd00::/16' }]), six)).toBe(false);
  expect(passes(listed([{ action: 'deny', direction: 'in', destinationIp: '0.0.0.0/0' }]), six)).toBe(true);
  expect(passes(listed([{ action: 'deny', direction: 'in', destinationIp: '::/0' }]), packet())).toBe(true);
});

test('addresses and ports that are none are refused', () => {
  const rule = { action: 'deny', direction: 'in' };
  for (const wrong of [
    { sourceIp: '10.0.0.1/40' },
    { sourceMac: '5' },
    { sourcePort: 70_000 },
    { protocol: 'x' },
  ])
    expect(() => listed([{ ...rule, ...wrong }])).toThrow();
});

test('what rules have decided is part of the state', () => {
  const list = listed([{ action: 'deny', direction: 'in', protocol: 'tcp' }]);
  list.sent(0, packet());
  const saved = list.network.capture();
  const other = listed([{ action: 'deny', direction: 'in', protocol: 'tcp' }]);
  other.network.restore(saved);
  expect(other.network.capture()).toEqual(saved);
});

test('a rule keeps what it has decided while others are put before it, taken away or changed', () => {
  const [tcpRule, udpRule] = ['tcp', 'udp'].map((protocol) => ({
    ...{ action: 'permit', direction: 'in', protocol },
  }));
  const list = listed([udpRule!, tcpRule!]);
  list.sent(0, packet());
  const port = list.network.ports[0]!;
  const hits = () => port.stages.find(({ id }) => id === 'access-list')?.stage.view?.();
  port.setStage('access-list', { rules: [tcpRule!, { ...udpRule, destinationPort: 53 }, tcpRule!] });
  expect(hits()).toEqual({ hits: [1, 0, 0] });
});
