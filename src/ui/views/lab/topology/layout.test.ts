import { expect, test } from 'vitest';
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import { edgesOf, hostLinksOf, nodesOf } from './flow-elements.ts';
import { layOut } from './lay-out.ts';
import { hostBox, moveHost, savedPositions, switchKey, vmKey } from './layout.ts';
import { positionsOf } from './steady-places.ts';
import { type TreeRoleOf, trunkEndKey } from './use-ports.ts';

const host: HostDescription = {
  name: 'h',
  ramBytes: 2 ** 28,
  harts: 2,
  switches: ['lan'],
  vms: ['a', 'b'].map((name, slot) => ({
    slot,
    state: 'running',
    terminal: { columns: 80, rows: 25, follows: true },
    spec: {
      name,
      image: { kind: 'builtin', name: 'teach' },
      memoryBytes: 2 ** 21,
      vcpus: 1,
      allocation: 'on-demand',
      disks: [],
      nics: [{ switch: 'lan' }],
      autostart: true,
    },
  })),
};
const lab: LabDescription = { title: '', seed: 1, hosts: [host], links: [], vmCommands: [], layout: {} };

test('VMs stand above the switch that joins them, side by side', () => {
  const at = layOut(lab);
  const [a, b, lan] = [at[vmKey('h', 'a')]!, at[vmKey('h', 'b')]!, at[switchKey('h', 'lan')]!];
  expect(a.y).toBe(b.y);
  expect(b.x - a.x).toBeGreaterThan(200);
  expect(lan.y).toBeGreaterThan(a.y);
});

test('a saved position wins over the layout', () => {
  expect(positionsOf(lab, { 'h/a': { x: -500, y: 7 } })['h/a']).toEqual({ x: -500, y: 7 });
});

test('positions are saved as whole numbers and found again', () => {
  const saved = savedPositions({ ...layOut(lab), 'h/switch:lan': { x: 3.4, y: -8.6 } });
  expect(saved['h/switch:lan']).toEqual({ x: 3, y: -9 });
  expect(positionsOf(lab, saved)).toEqual(saved);
});

test('a VM and a switch of one name have a place each', () => {
  const [a] = host.vms;
  const named = { ...a!, spec: { ...a!.spec, name: 'lan' } };
  const both = { ...lab, hosts: [{ ...host, vms: [named] }] };
  const saved = savedPositions({ ...positionsOf(both, {}), [vmKey('h', 'lan')]: { x: 900, y: 900 } });
  const at = positionsOf(both, saved);
  expect(at[vmKey('h', 'lan')]).toEqual({ x: 900, y: 900 });
  expect(at[switchKey('h', 'lan')]).toEqual(savedPositions(layOut(both))[switchKey('h', 'lan')]);
});

test('a layout of old, which says of no switch that it is one, still holds', () => {
  const old = { 'h/a': { x: 1, y: 2 }, 'h/lan': { x: 3, y: 4 } };
  expect(positionsOf(lab, old)).toMatchObject({ 'h/a': { x: 1, y: 2 }, 'h/switch:lan': { x: 3, y: 4 } });
});

test('a host encloses what is in it, and takes it along', () => {
  const at = layOut(lab);
  const before = hostBox(host, at);
  const after = hostBox(host, moveHost(host, at, { x: 10, y: -20 }));
  expect(after).toEqual({ ...before, x: before.x + 10, y: before.y - 20 });
  const a = at['h/a']!;
  expect(before.x).toBeLessThan(a.x);
  expect(before.y).toBeLessThan(a.y);
});

test('appliances and trunks are drawn: a cable to its switch, and a trunk from the switch further left', () => {
  const wired: HostDescription = {
    ...host,
    switches: ['lan', 'back'],
    trunks: [
      { a: 'back', b: 'lan', number: 4 },
      { a: 'lan', b: 'back', number: 7 },
    ],
    appliances: [{ spec: { name: 'gw', kind: 'gateway' }, ports: [{ name: 'inside', switch: 'back' }] }],
  };
  const own = { ...lab, hosts: [wired] };
  const drawing = {
    ...{
      positions: layOut(own),
      selected: 'h/trunk#7',
      folded: new Set<string>(),
      found: null,
      here: undefined,
    },
    label: String,
  };
  expect(nodesOf(own, drawing).filter(({ type }) => type === 'appliance')).toMatchObject([
    { id: 'h/appliance:gw', data: { name: 'gw', kind: 'gateway' } },
  ]);
  const edges = edgesOf(own, drawing, () => false).filter(({ type }) => type === 'cable');
  expect(edges).toMatchObject([
    {
      id: 'h/appliance:gw#inside',
      source: 'h/appliance:gw',
      target: 'h/switch:back',
      data: { isTrunk: false },
    },
    { id: 'h/trunk#4', source: 'h/switch:lan', target: 'h/switch:back', data: { isTrunk: true, shift: -8 } },
    { id: 'h/trunk#7', source: 'h/switch:lan', selected: true, data: { shift: 8 } },
  ]);
  // Inside of what is folded there is nothing to see.
  expect(edgesOf(own, { ...drawing, folded: new Set(['h']) }, () => false)).toEqual([]);
  const folded = { ...drawing, folded: new Set(['h/switch:back']) };
  expect(nodesOf(own, folded).some(({ type }) => type === 'appliance')).toBe(false);
});

test('a trunk past a switch that stands between its own is drawn under that one', () => {
  const trunks = [
    { a: 'lan', b: 'back', number: 1 },
    { a: 'back', b: 'far', number: 2 },
    { a: 'lan', b: 'far', number: 3 },
  ];
  const own = { ...lab, hosts: [{ ...host, switches: ['lan', 'back', 'far'], trunks }] };
  const positions = layOut(own);
  const drawing = {
    ...{ positions, selected: null, folded: new Set<string>(), found: null, here: undefined },
    label: String,
  };
  const behind = (places: typeof positions) =>
    edgesOf(own, { ...drawing, positions: places }, () => false)
      .filter(({ type }) => type === 'cable')
      .map(({ data }) => data?.isBehind);
  expect(behind(positions)).toEqual([false, false, true]);
  // Somebody has moved it out of the way.
  const between = positions['h/switch:back']!;
  expect(behind({ ...positions, 'h/switch:back': { ...between, y: between.y + 200 } })).toEqual([
    false,
    false,
    false,
  ]);
});

test('trunks that end at the same side of a switch end side by side, what leads under others lowest', () => {
  const trunks = [
    { a: 'back', b: 'lan', number: 0 },
    { a: 'lan', b: 'far', number: 1 },
    { a: 'far', b: 'back', number: 2 },
  ];
  const wired = { ...host, switches: ['back', 'lan', 'far'], trunks };
  const own = { ...lab, hosts: [wired] };
  const positions = {
    ...layOut(own),
    'h/switch:back': { x: 0, y: 0 },
    'h/switch:lan': { x: 300, y: 0 },
    'h/switch:far': { x: 600, y: 0 },
  };
  const drawing = { positions, selected: null, folded: new Set<string>(), found: null, here: undefined };
  const edges = edgesOf(own, { ...drawing, label: String }, () => false);
  const shifts = trunks.map(({ number }) => edges.find(({ id }) => id === `h/trunk#${number}`)?.data);
  expect(shifts).toMatchObject([
    { isBehind: false, sourceShift: -8, shift: 0 },
    { isBehind: false, sourceShift: 0, shift: -8 },
    { isBehind: true, sourceShift: 8, shift: 8 },
  ]);
});

test('cables tell of the state of their ports, and where one switch stands over the other both ends are at the right', () => {
  const wired = {
    ...{ ...host, switches: ['lan', 'back', 'far'] },
    trunks: [
      { a: 'lan', b: 'back', number: 1 },
      { a: 'back', b: 'far', number: 2 },
    ],
    appliances: [{ spec: { name: 'gw', kind: 'gateway' }, ports: [{ name: 'inside', switch: 'far' }] }],
  };
  const own = { ...lab, hosts: [wired] };
  const positions = {
    ...layOut(own),
    'h/switch:lan': { x: 0, y: 0 },
    'h/switch:back': { x: 20, y: 300 },
    'h/switch:far': { x: 400, y: 300 },
  };
  const drawing = { positions, selected: null, folded: new Set<string>(), found: null, here: undefined };
  const drawn = (...down: readonly string[]) =>
    edgesOf(own, { ...drawing, label: String }, (key) => down.includes(key)).filter(
      ({ type }) => type === 'cable',
    );
  expect(drawn()).toMatchObject([
    { id: 'h/appliance:gw#inside', data: { up: true } },
    { id: 'h/trunk#1', targetHandle: 'right', data: { up: true, isOver: true, shift: -8 } },
    { id: 'h/trunk#2', targetHandle: 'left', data: { up: true, isOver: false, sourceShift: 8 } },
  ]);
  expect(drawn('0/gw/inside', trunkEndKey(0, 2, 'far')).map(({ data }) => data?.up)).toEqual([
    ...[false, true, false],
  ]);
});

test('ends of links bear what a spanning tree has made of them, from the side from which they are drawn', () => {
  const wired = { ...host, switches: ['lan', 'back'], trunks: [{ a: 'back', b: 'lan', number: 4 }] };
  const own = { ...lab, hosts: [wired] };
  const drawing = {
    ...{ positions: layOut(own), selected: null, folded: new Set<string>(), found: null, here: undefined },
    label: String,
  };
  const roles = new Map<string, TreeRoleOf>([
    [trunkEndKey(0, 4, 'lan'), { role: 'designated', state: 'forwarding' }],
    [trunkEndKey(0, 4, 'back'), { role: 'alternate', state: 'discarding' }],
  ]);
  const edges = edgesOf(
    own,
    drawing,
    () => false,
    (key) => roles.get(key),
  );
  const trunk = edges.find(({ id }) => id === 'h/trunk#4');
  expect(trunk).toMatchObject({
    source: 'h/switch:lan',
    data: { roles: [{ role: 'designated' }, { role: 'alternate' }] },
  });
});

test('a link between hosts is drawn from the switch further left to the other one', () => {
  const second = { ...host, name: 'k', vms: [] };
  const [a, b] = [
    { host: 1, switch: 'lan' },
    { host: 0, switch: 'lan' },
  ];
  const two = { ...lab, hosts: [host, second], links: [{ a, b, delayNs: 5e6, bitsPerSecond: 1e9 }] };
  expect(
    hostLinksOf(two, {
      positions: layOut(two),
      selected: null,
      folded: new Set(),
      found: null,
      here: undefined,
      label: String,
    }),
  ).toMatchObject([
    { source: 'h/switch:lan', target: 'k/switch:lan', data: { delayNs: 5e6, bitsPerSecond: 1e9 } },
  ]);
});
