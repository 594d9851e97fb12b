/** Where frames of a switch can get to. */
import { expect, test } from 'vitest';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';
import { otherEnd, type SwitchPort, uplinksOf } from './ways.ts';

const port = (more: Partial<SwitchPort>): SwitchPort => more as SwitchPort;
const at = (name: string, ...ports: readonly Partial<SwitchPort>[]): SwitchState =>
  ({ name, ports: ports.map(port) }) as unknown as SwitchState;
const SWITCHES = [
  at('a', { vm: 'x' }, { trunk: 0 }),
  at('b', { trunk: 0 }, { trunk: 1 }, { uplink: 2 }),
  at('c', { trunk: 1 }),
  at('d', { uplink: 5 }),
];

test('a trunk leads to the switch at its other end', () => {
  expect([
    otherEnd(SWITCHES, 'a', 0),
    otherEnd(SWITCHES, 'b', 0),
    otherEnd(SWITCHES, 'a', undefined),
  ]).toEqual([...['b', 'a', undefined]]);
});

test('frames leave the host by links of the switches behind trunks, and by no others', () => {
  expect(['a', 'c', 'd'].map((name) => uplinksOf(SWITCHES, name))).toEqual([[2], [2], [5]]);
});
