/** Flow rules, mirroring and aging. */
import { expect, test } from 'vitest';
import type { Settings } from '#base/scenario';
import { NS_PER_S } from '#base/virtual-time';
import { EVERYBODY, ether, ipv4, mac, tag, tcp, udp } from '../../fixtures/frames.ts';
import { type TestSwitch, testSwitch } from '../../fixtures/test-switch.ts';

const packet = (protocol: number, to = 2): Uint8Array =>
  ether({
    ...{ to: mac(to), from: mac(1), type: 0x800 },
    data: ipv4({
      from: '10.0.0.1',
      to: '10.0.0.2',
      protocol,
      data: protocol === 6 ? tcp(1, 80) : udp(1, 53),
    }),
  });
const ruled = (rules: readonly Settings[], more: Settings = {}): TestSwitch =>
  testSwitch([{}, {}, {}, {}], { rules: { rules, ...more } });

interface View {
  readonly rules: readonly { readonly frames: number; readonly live: boolean }[];
  readonly last: readonly { readonly rule: number; readonly from: string }[];
}
const viewOf = ({ network }: TestSwitch): View =>
  network.parts.list.find(({ id }) => id === 'rules')?.part.view?.() as View;

test('the rule of the highest priority says where a frame goes, and the entry that it hit can be seen', () => {
  const flows = ruled([
    { priority: 1, action: 'drop', sourceIp: '10.0.0.0/8' },
    { priority: 200, action: 'output', ports: ['p3'], protocol: 'tcp', destinationPort: 80 },
    { action: 'normal', etherType: 0x806 },
  ]);
  expect(flows.reached(0, packet(6))).toEqual([3]);
  expect(flows.reached(0, packet(17))).toEqual([]);
  expect(flows.reached(0, ether({ to: EVERYBODY, from: mac(1), type: 0x806 }))).toEqual([1, 2, 3]);
  expect(flows.reached(0, ether({ to: EVERYBODY, from: mac(1), type: 0x1234 }))).toEqual([1, 2, 3]);
  const { rules, last } = viewOf(flows);
  expect(rules.map(({ frames }) => frames)).toEqual([1, 1, 1]);
  expect(last.map(({ rule }) => rule)).toEqual([1, 0, 2, -1]);
});

test('what cannot be read is dropped by who would drop it, and sent nowhere by who would send it', () => {
  const later = ether({
    ...{ to: mac(2), from: mac(1), type: 0x800 },
    data: ipv4({ from: '10.0.0.1', to: '10.0.0.2', protocol: 6, offset: 3, data: tcp(1, 80) }),
  });
  expect(ruled([{ action: 'drop', destinationPort: 81 }]).reached(0, later)).toEqual([]);
  expect(
    ruled([{ action: 'output', ports: ['p3'], destinationPort: 80 }], { miss: 'drop' }).reached(0, later),
  ).toEqual([]);
});

test('a rule may set addresses and copy to a port besides', () => {
  const { sent } = ruled([
    { inPort: 'p0', action: 'output', ports: ['p1'], setDestinationMac: '52:54:00:00:00:07', mirror: 'p2' },
  ]);
  const got = sent(0, packet(6));
  expect(got.map(({ port, bytes }) => [port, bytes[5]])).toEqual([
    [1, 7],
    [2, 2],
  ]);
});

test('a rule may send a frame to another VLAN, but out of no port that does not carry it', () => {
  const [ten, twenty] = [{ vlan: { access: 10 } }, { vlan: { access: 20 } }];
  const rules = { rules: [{ vlan: 10, setVlan: 20, action: 'flood' }] };
  const { reached } = testSwitch([ten, ten, twenty, { vlan: { trunk: [20] } }, {}], { rules });
  expect(reached(0, packet(6))).toEqual([2, 3]);
  const wrong = testSwitch([ten, ten, twenty], { rules: { rules: [{ action: 'output', ports: ['p2'] }] } });
  expect(wrong.reached(0, packet(6))).toEqual([]);
  expect(wrong.counted(2)).toEqual({ foreign: 1 });
});

test('rules are forgotten after their time, or when nothing hits them', () => {
  const flows = ruled([
    { action: 'drop', protocol: 'tcp', hardNs: NS_PER_S },
    { action: 'drop', protocol: 'udp', idleNs: NS_PER_S },
  ]);
  for (let half = 0; half < 4; half++) {
    expect(flows.reached(0, packet(17))).toEqual([]);
    expect(flows.reached(0, packet(6)).length > 0).toBe(half >= 2);
    flows.wait(NS_PER_S / 2);
  }
  flows.wait(NS_PER_S);
  expect(flows.reached(0, packet(17)).length).toBeGreaterThan(0);
  expect(viewOf(flows).rules.map(({ live }) => live)).toEqual([false, false]);
});

test('rules of the same words keep what they have counted when others are given, and in a state', () => {
  const [drop, output] = [
    { action: 'drop', protocol: 'tcp' },
    { action: 'output', ports: ['p1'] },
  ];
  const flows = ruled([drop, output]);
  flows.sent(0, packet(6), packet(6), packet(17));
  flows.network.setPart('rules', { rules: [{ ...output, priority: 7 }, drop] });
  expect(viewOf(flows).rules.map(({ frames }) => frames)).toEqual([0, 2]);
  const saved = flows.network.capture();
  const other = ruled([{ ...output, priority: 7 }, drop]);
  other.network.restore(saved);
  expect(other.network.capture()).toEqual(saved);
});

test('a mirror copies what comes in and goes out, and its port has no other traffic', () => {
  const mirror = {
    sources: [
      { port: 'p0', direction: 'in' },
      { port: 'p1', direction: 'out' },
    ],
    to: 'p3',
  };
  const { reached, network } = testSwitch([{}, {}, {}, {}], { mirror });
  expect(reached(0, packet(6))).toEqual([1, 2, 3, 3]);
  expect(reached(2, ether({ to: mac(1), from: mac(2), type: 0x1234 }))).toEqual([0]);
  expect(reached(3, ether({ to: EVERYBODY, from: mac(4), type: 0x1234 }))).toEqual([]);
  expect(network.parts.list[0]?.counters['copied']).toBe(2);
});

test('a mirror of a VLAN says which it is', () => {
  const ten = { vlan: { access: 10 } };
  const mirror = { sources: [{ vlan: 10, direction: 'in' }], to: 'p3' };
  const { sent } = testSwitch([ten, ten, { vlan: { access: 20 } }, {}], { mirror });
  const copy = sent(0, packet(6)).find(({ port }) => port === 3);
  expect([...(copy?.bytes.slice(12, 16) ?? [])]).toEqual([...tag(10)]);
  expect(sent(2, packet(6))).toEqual([]);
});

test('addresses are forgotten after the time that the switch is given', () => {
  const { reached, wait } = testSwitch([{}, {}, {}], { aging: { seconds: 10 } });
  reached(1, ether({ to: EVERYBODY, from: mac(2), type: 0x1234 }));
  wait(9 * NS_PER_S);
  expect(reached(0, packet(6))).toEqual([1]);
  wait(2 * NS_PER_S);
  expect(reached(0, packet(6))).toEqual([1, 2]);
});
