import { expect, test } from 'vitest';
import type { HostDescription } from '#bridge/protocol/answers';
import type { WayStep } from '../../../../parts/ask-way.ts';
import { hostLinkKey } from '../flow-elements.ts';
import { marksOf } from './marks.ts';

const host: HostDescription = {
  ...{ name: 'h', ramBytes: 1, harts: 1, switches: ['lan', 'far'], vms: [] },
  trunks: [{ a: 'lan', b: 'far', number: 2 }],
  appliances: [{ spec: { name: 'gw', kind: 'gateway' }, ports: [{ name: 'inside', switch: 'far' }] }],
};
const step = (kind: WayStep['kind'], at: string, portName: string, index = 0): WayStep => ({
  ...{ at: 0, kind, switch: at, portName, host: index },
});

test('the way of a packet leads over the links of its ports and the switches that decided', () => {
  const steps = [
    step('accepted', 'far', 'gw/inside'),
    step('decided', 'far', 'gw/inside'),
    step('queued', 'far', 'trunk/2'),
    step('delivered', 'far', 'trunk/2'),
    step('decided', 'lan', 'trunk/2'),
    step('delivered', 'lan', 'gone/0'),
    step('delivered', 'lan', 'link/0'),
    step('decided', 'lan', 'link/0', 1),
  ];
  expect(marksOf([host, { ...host, name: 'other' }], steps, 3)).toEqual({
    links: [
      'h/appliance:gw#inside',
      'h/switch:far',
      'h/trunk#2',
      'h/switch:lan',
      hostLinkKey(0),
      'other/switch:lan',
    ],
    here: 'h/trunk#2',
  });
  expect(marksOf([host, { ...host, name: 'other' }], [], 0)).toEqual({ links: [], here: undefined });
});
