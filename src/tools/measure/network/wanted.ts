/** What is wanted of network virtualization: one row for each figure. */
import type { Wanted } from '../figure.ts';
import { ABUSE_WANTED } from './abuse.ts';
import { AGREEMENT } from './agreement.ts';
import { DISSECTORS } from './dissectors.ts';
import { GATEWAY_MUTATIONS } from './gateway-mutations.ts';
import { LEAKS } from './leaks.ts';
import { ROUTER_MUTATIONS } from './router-mutations.ts';
import { STREAM_MUTATIONS } from './stream-mutations.ts';

export const WANTED: readonly Wanted[] = [
  // In wall time at speed max: bytes that one Linux guest sends to another of its host, over the switch.
  { name: 'TCP between two Linux VMs', group: 'tcp', unit: 'Mbit/s', bound: { least: 400 } },
  { name: 'TCP between two Linux VMs, in virtual time', group: 'tcp', unit: 'Mbit/s', bound: undefined },
  { name: 'TCP between two Linux VMs: ether frames received', group: 'tcp', unit: '', bound: undefined },
  { name: 'TCP between two Linux VMs, against QEMU', group: 'tcp', unit: '×', bound: undefined },
  { name: 'without offload: TCP between two Linux VMs', group: 'tcp', unit: 'Mbit/s', bound: { least: 200 } },
  {
    name: 'without offload: TCP between two Linux VMs, in virtual time',
    group: 'tcp',
    unit: 'Mbit/s',
    bound: undefined,
  },
  {
    name: 'without offload: TCP between two Linux VMs: ether frames received',
    group: 'tcp',
    unit: '',
    bound: undefined,
  },
  {
    name: 'without offload: TCP between two Linux VMs, against QEMU',
    group: 'tcp',
    unit: '×',
    bound: undefined,
  },
  // Of the least size, from one port to another.
  { name: 'switch: frames without stages', group: 'switch', unit: '1/s', bound: { least: 1_000_000 } },
  { name: 'switch: frames with the stages of every port', group: 'switch', unit: '1/s', bound: undefined },
  {
    name: 'switch: frames without stages, against a copying loop',
    group: 'switch',
    unit: '×',
    bound: undefined,
  },
  {
    name: 'switch: frames without stages, against the hub of QEMU between sockets',
    group: 'switch',
    unit: '×',
    bound: undefined,
  },
  // One guest sends them, one at a time, and another gets them; who is too slow loses some.
  {
    name: 'two Linux VMs: frames of the least size received',
    group: 'frames',
    unit: '1/s',
    bound: undefined,
  },
  {
    name: 'two Linux VMs: frames of the least size received, against QEMU',
    group: 'frames',
    unit: '×',
    bound: undefined,
  },
  // The same with an access port of a VLAN, an access list and a rate at both.
  {
    name: 'switch: frames with VLAN, access list and shaping',
    group: 'isolated-switch',
    unit: '1/s',
    bound: { least: 500_000 },
  },
  {
    name: 'switch: frames with VLAN, access list and shaping, against a copying loop',
    group: 'isolated-switch',
    unit: '×',
    bound: undefined,
  },
  ...LEAKS.wanted,
  // Of twice as much as may pass, for rates from 1 Mbit/s to 1 Gbit/s and frames of 60 to 1514 bytes.
  {
    name: 'limits: shape, furthest from its rate over a second',
    group: 'limits',
    unit: '%',
    bound: { most: 5 },
  },
  {
    name: 'limits: police, furthest from its rate over a second',
    group: 'limits',
    unit: '%',
    bound: { most: 5 },
  },
  ...AGREEMENT.wanted,
  ...DISSECTORS.wanted,
  ...STREAM_MUTATIONS.wanted,
  ...GATEWAY_MUTATIONS.wanted,
  ...ABUSE_WANTED,
  ...ROUTER_MUTATIONS.wanted,
  // A stream of one guest to another, of what it has alone, while a third floods the receiver, whose wire is slow.
  {
    name: 'flood: what a stream keeps, with strict priority',
    group: 'flood',
    unit: '%',
    bound: { least: 90 },
  },
  { name: 'flood: what a stream keeps, with a policer', group: 'flood', unit: '%', bound: { least: 90 } },
  // For a wire of 10 Mbit/s, while one guest sends to another as much as TCP lets it.
  {
    name: 'codel: median delay with first in, first out',
    group: 'codel',
    unit: 'ms',
    bound: { least: 200 },
  },
  { name: 'codel: median delay with codel', group: 'codel', unit: 'ms', bound: { most: 10 } },
  { name: 'codel: median delay with fq-codel', group: 'codel', unit: 'ms', bound: { most: 10 } },
  // With 1 % lost, 1 % doubled and 2 % overtaking, both ways.
  {
    name: 'intact: streams of which another sum came than went',
    group: 'intact',
    unit: '',
    bound: { is: 0 },
  },
  { name: 'intact: frames that were lost on the way', group: 'intact', unit: '', bound: undefined },
];
