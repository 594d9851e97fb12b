import { beforeEach, expect, test } from 'vitest';
import { type NicSpec, TAKEN_OUT } from '#base/scenario';
import type { LabDescription, VmDescription } from '#bridge/protocol/answers';
import { forgetDeeds, nextDeed, noteDeed, noteTurn, useDeeds } from '../../../../parts/deeds/deeds.ts';
import { linkRowsOf, nodeRowsOf } from '../table/rows.ts';
import { linkWish, unplugWish, wishesOf } from './wiring.ts';

const vm = (name: string, nics: readonly NicSpec[]): VmDescription => ({
  slot: 0,
  terminal: { columns: 80, rows: 25, follows: true },
  state: 'running',
  spec: {
    ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 2 ** 22, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics, autostart: true },
  },
});
const plugged = { switch: 'back', mtu: 1400, slot: 3, port: { vlan: { access: 5 } } };
const lab: LabDescription = {
  ...{ title: 'lab', seed: 1, links: [], vmCommands: [], layout: {} },
  hosts: [
    {
      ...{ name: 'h', ramBytes: 2 ** 28, harts: 1, switches: ['lan', 'back'] },
      vms: [
        vm('a', [{ switch: 'lan', address: '10.0.0.1/24' }]),
        vm('b', [{ switch: 'lan' }, { switch: 'lan', slot: TAKEN_OUT }, plugged]),
        vm('full', [{ switch: 'lan' }, { switch: 'lan' }, { switch: 'lan' }]),
      ],
    },
    { name: 'other', ramBytes: 2 ** 28, harts: 1, switches: ['lan'], vms: [] },
  ],
};
const commandsOf = (from: string, to: string) =>
  wishesOf(lab, from, to).map(({ id, deed }) => [id, deed.kind === 'command' ? deed.there : deed.kind]);

beforeEach(forgetDeeds);

test('a cable from a VM to a switch, whichever end it is drawn from, is a card at the first free address and number', () => {
  const args = { vm: 'a', switch: 'lan', address: '10.0.0.2/24', card: 1 };
  expect(commandsOf('h/a', 'h/switch:lan')).toContainEqual(['plug', { op: 'vm.plugCard', args }]);
  expect(commandsOf('h/switch:lan', 'h/a')).toEqual(commandsOf('h/a', 'h/switch:lan'));
  // The number of one that was taken out is given again.
  expect(commandsOf('h/b', 'h/switch:lan')).toContainEqual([
    'plug',
    { op: 'vm.plugCard', args: { ...args, vm: 'b', card: 1 } },
  ]);
});

test('there is no cable to another host, between VMs, or for a VM that has no place for a card', () => {
  expect(commandsOf('h/a', 'other/switch:lan')).toEqual([]);
  expect(commandsOf('h/a', 'h/b')).toEqual([]);
  expect(commandsOf('h/a', 'h')).toEqual([]);
  expect(commandsOf('h/full', 'h/switch:lan').filter(([id]) => id === 'plug')).toEqual([]);
});

test('what is done is taken back by its opposite: a card that was taken out comes back as it was', () => {
  const [, b] = lab.hosts[0]!.vms;
  expect(unplugWish(0, b!, 0)).toBeUndefined();
  expect(unplugWish(0, b!, 1)).toBeUndefined();
  expect(unplugWish(0, b!, 2)?.deed).toMatchObject({
    there: [{ op: 'vm.unplugCard', args: { vm: 'b', card: 2 } }],
    back: [
      { op: 'vm.plugCard', args: { vm: 'b', switch: 'back', mtu: 1400, card: 2 } },
      { op: 'port.set', args: { port: 'b/2', stage: 'vlan', settings: { access: 5 }, was: null } },
    ],
  });
  expect(linkWish(0, 'b', 2, false).deed).toMatchObject({ back: { args: { up: true } } });
});

test('what was taken back can be done again, until something else is done', () => {
  const [one, two] = [linkWish(0, 'a', 0, false).deed, linkWish(0, 'b', 0, false).deed];
  noteDeed(one);
  noteDeed(two);
  expect(nextDeed('back')).toBe(two);
  noteTurn(two, 'back');
  expect(useDeeds.getState()).toMatchObject({ past: [one], future: [two] });
  expect(nextDeed('there')).toBe(two);
  noteTurn(two, 'there');
  expect(nextDeed('back')).toBe(two);
  noteTurn(two, 'back');
  noteDeed(one);
  expect(nextDeed('there')).toBeUndefined();
});

test('the tables have every node and every card that is there', () => {
  const nodes = nodeRowsOf(lab, new Map()).map(({ key }) => key);
  expect(nodes).toEqual([
    'h',
    'h/a',
    'h/b',
    'h/full',
    'h/switch:lan',
    'h/switch:back',
    'other',
    'other/switch:lan',
  ]);
  const links = linkRowsOf(lab, new Map()).map(({ from, to }) => `${from} ${to}`);
  expect(links).toEqual(['a/0 lan', 'b/0 lan', 'b/2 back', 'full/0 lan', 'full/1 lan', 'full/2 lan']);
});

test('the tables have appliances with their cables, and trunks', () => {
  const [host] = lab.hosts;
  const own = {
    ...lab,
    hosts: [
      {
        ...host!,
        trunks: [{ a: 'lan', b: 'back', number: 2 }],
        appliances: [{ spec: { name: 'gw', kind: 'gateway' }, ports: [{ name: 'inside', switch: 'back' }] }],
      },
    ],
  };
  expect(nodeRowsOf(own, new Map()).at(-1)).toMatchObject({
    ...{ key: 'h/appliance:gw', kind: 'appliance', appliance: 'gateway' },
    of: { kind: 'appliance', host: 0, appliance: 'gw' },
  });
  expect(
    linkRowsOf(own, new Map())
      .slice(-2)
      .map(({ key, from, to }) => [key, from, to]),
  ).toEqual([
    ['h/appliance:gw#inside', 'gw/inside', 'back'],
    ['h/trunk#2', 'lan', 'back'],
  ]);
});
