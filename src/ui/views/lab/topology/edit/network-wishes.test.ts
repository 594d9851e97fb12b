import { expect, test } from 'vitest';
import type { LabDescription, VmDescription } from '#bridge/protocol/answers';
import type { Deed } from '../../../../parts/deeds/deeds.ts';
import {
  freeName,
  leaveWish,
  newGatewayWish,
  newRouterWish,
  newSwitchWish,
  removeSwitchWish,
  removeTrunkWish,
} from './network-wishes.ts';
import { dropWish, wishesOf } from './wiring.ts';

const vm = (name: string, address: string): VmDescription => ({
  ...{ slot: 0, terminal: { columns: 80, rows: 25, follows: true }, state: 'running' },
  spec: {
    ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 2 ** 22, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], nics: [{ switch: 'lan', address }], autostart: true },
  },
});
const gateway = { name: 'gateway', kind: 'gateway', switch: 'back', address: '10.0.0.2/24' };
const trunk = { a: 'lan', b: 'back', number: 3 };
const lab: LabDescription = {
  ...{ title: 'lab', seed: 1, links: [], vmCommands: [], layout: {} },
  hosts: [
    {
      ...{
        name: 'h',
        ramBytes: 2 ** 28,
        harts: 1,
        switches: ['lan', 'back', 'switch'],
        vms: [vm('a', '10.0.0.1/24')],
      },
      trunks: [trunk],
      appliances: [{ spec: gateway, ports: [{ name: 'inside', switch: 'back' }] }],
    },
    { name: 'other', ramBytes: 2 ** 28, harts: 1, switches: ['lan'], vms: [] },
  ],
};
const [host] = lab.hosts;
/** Commands in order, and those that take them back. */
function told(deed: Deed | undefined): readonly (readonly unknown[])[] {
  if (deed === undefined || deed.kind === 'places') return [];
  return [[deed.there].flat(), [deed.back].flat()].map((each) => each.map(({ op, args }) => [op, args]));
}

test('what is new has a name that nothing on its host has, and an address that nobody hears', () => {
  expect(freeName(host!, 'router')).toBe('router');
  expect(told(newSwitchWish(0, host!).deed)).toEqual([
    [['network.addSwitch', { switch: { name: 'switch-2' } }]],
    [['network.removeSwitch', { switch: 'switch-2', was: { name: 'switch-2' } }]],
  ]);
  // The gateway behind the trunk has 10.0.0.2.
  const spec = { name: 'gateway-2', kind: 'gateway', switch: 'lan', address: '10.0.0.3/24' };
  expect(told(newGatewayWish(lab, 0, 'lan')?.deed)).toEqual([
    [['network.addAppliance', { appliance: spec }]],
    [['network.removeAppliance', { appliance: 'gateway-2', was: spec }]],
  ]);
});

test('a cable from switch to switch is a trunk with the next number, and only on one host', () => {
  expect(wishesOf(lab, 'h/switch:lan', 'h/switch:switch').map(({ deed }) => told(deed)[0])).toEqual([
    [['network.addTrunk', { trunk: { a: 'lan', b: 'switch', number: 4 } }]],
  ]);
  expect(wishesOf(lab, 'h/switch:lan', 'h/switch:lan')).toEqual([]);
  expect(wishesOf(lab, 'h/switch:lan', 'other/switch:lan')).toEqual([]);
  expect(told(removeTrunkWish(0, trunk).deed)[1]).toEqual([['network.addTrunk', { trunk }]]);
});

test('the end of a link that is drawn to another switch moves what hangs there, and back', () => {
  expect(told(dropWish(lab, 'h/a#0', 'h/switch:lan', 'h/switch:back')?.deed)).toEqual([
    [['vm.setNetwork', { vm: 'a', card: 0, switch: 'back', was: 'lan' }]],
    [['vm.setNetwork', { vm: 'a', card: 0, switch: 'lan', was: 'back' }]],
  ]);
  expect(told(dropWish(lab, 'h/a#0', 'h/switch:lan', null)?.deed)[0]).toEqual([
    ['vm.setLink', { vm: 'a', card: 0, up: false }],
  ]);
  const [there, back] = told(dropWish(lab, 'h/trunk#3', 'h/switch:back', 'h/switch:switch')?.deed);
  expect(there?.[1]).toEqual(['network.addTrunk', { trunk: { ...trunk, b: 'switch' } }]);
  expect(back?.[1]).toEqual(['network.addTrunk', { trunk }]);
  const moved = { appliance: 'gateway', port: 'inside', switch: 'lan', was: 'back' };
  expect(told(dropWish(lab, 'h/appliance:gateway#inside', 'h/switch:back', 'h/switch:lan')?.deed)).toEqual([
    [['network.moveAppliance', moved]],
    [['network.moveAppliance', { ...moved, switch: 'back', was: 'lan' }]],
  ]);
  expect(told(dropWish(lab, 'h/appliance:gateway#inside', 'h/switch:back', null)?.deed)[0]).toEqual([
    ['network.moveAppliance', { ...moved, switch: null }],
  ]);
  expect(told(dropWish(lab, 'h/trunk#3', 'h/switch:back', null)?.deed)[1]).toEqual([
    ['network.addTrunk', { trunk }],
  ]);
  for (const to of ['h/switch:back', 'other/switch:lan'])
    expect(dropWish(lab, 'h/appliance:gateway#inside', 'h/switch:back', to)).toBeUndefined();
});

test('a router has an interface at each switch that a cable is drawn to, and each can be moved', () => {
  const made = newRouterWish(lab, 0, 'lan');
  const interfaces = [{ port: 'p1', switch: 'lan', address: '10.0.0.3/24' }];
  const spec = { name: 'router', kind: 'router', interfaces };
  expect(told(made?.deed)[0]).toEqual([['network.addAppliance', { appliance: spec }]]);
  const ports = [{ name: 'p1', switch: 'lan' }];
  const own = { ...lab, hosts: [{ ...host!, appliances: [{ spec, ports }] }] };
  const [joined] = wishesOf(own, 'h/appliance:router', 'h/switch:switch');
  const both = [...interfaces, { port: 'p2', switch: 'switch', address: '10.0.2.1/24' }];
  const joinedSpec = { ...spec, interfaces: both };
  expect(told(joined?.deed)).toEqual([
    [['network.setAppliance', { appliance: joinedSpec, was: spec }]],
    [['network.setAppliance', { appliance: spec, was: joinedSpec }]],
  ]);
  expect(told(leaveWish(0, { spec: joinedSpec, ports }, 'p2')?.deed)[0]).toEqual([
    ['network.setAppliance', { appliance: spec, was: joinedSpec }],
  ]);
  expect(leaveWish(0, { spec, ports }, 'p1'), 'the only one').toBeUndefined();
  const moved = dropWish(own, 'h/appliance:router#p1', 'h/switch:lan', 'h/switch:back');
  expect(told(moved?.deed)[0]).toEqual([
    ['network.moveAppliance', { appliance: 'router', port: 'p1', switch: 'back', was: 'lan' }],
  ]);
});

test('a cable that lies beside is plugged in again before there is another one', () => {
  const beside = vm('a', '10.0.0.1/24');
  const nics = [{ switch: '', address: '10.0.0.1/24' }];
  const ports = [{ name: 'p1', switch: '' }];
  const interfaces = [{ port: 'p1', switch: '', address: '10.0.1.1/24' }];
  const own = {
    ...lab,
    hosts: [
      {
        ...host!,
        vms: [{ ...beside, spec: { ...beside.spec, nics } }],
        appliances: [{ spec: { name: 'router', kind: 'router', interfaces }, ports }],
      },
    ],
  };
  expect(wishesOf(own, 'h/a', 'h/switch:lan').map(({ id, deed }) => [id, told(deed)[0]])).toMatchObject([
    ['moveCard', [['vm.setNetwork', { card: 0, switch: 'lan', was: null }]]],
    ['plug', [['vm.plugCard', { card: 1 }]]],
  ]);
  expect(told(wishesOf(own, 'h/appliance:router', 'h/switch:lan')[0]?.deed)[0]).toEqual([
    ['network.moveAppliance', { appliance: 'router', port: 'p1', switch: 'lan', was: null }],
  ]);
});

test('a switch goes with all that hangs at it, and comes back with it, where it was and as it was', () => {
  const parts = { mirror: { to: 'a/0' } };
  const own = { ...lab, hosts: [{ ...host!, switchParts: { lan: parts } }] };
  const was = { name: 'lan', parts };
  expect(told(removeSwitchWish(own, 0, 'lan')?.deed)).toEqual([
    [
      ['vm.setNetwork', { vm: 'a', card: 0, switch: null, was: 'lan' }],
      ['network.removeTrunk', { trunk: 3, was: trunk }],
      ['network.removeSwitch', { switch: 'lan', was, place: 0 }],
    ],
    [
      ['network.addSwitch', { switch: was, place: 0 }],
      ['network.addTrunk', { trunk }],
      ['vm.setNetwork', { vm: 'a', card: 0, switch: 'lan', was: null }],
    ],
  ]);
  // The end of a link between hosts stays.
  const link = { a: { host: 0, switch: 'lan' }, b: { host: 1, switch: 'lan' }, delayNs: 1, bitsPerSecond: 1 };
  expect(removeSwitchWish({ ...lab, links: [link] }, 0, 'lan')).toBeUndefined();
});
