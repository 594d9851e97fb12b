/**
 * A run that is cut anyhow, looked at and saved on the way ends in the same hash: one lab of each kind. The measurement `cuts` tries all
 * that come along, and for longer.
 */
import { expect, test } from 'vitest';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { runCut } from './fixtures/cut-run.ts';
import { rowOfHosts } from './fixtures/row-of-hosts.ts';
import { expectSameLab } from './fixtures/same-lab.ts';
import { startLab } from './fixtures/test-lab.ts';
import type { Scenario } from './scenario.ts';
import { builtinScenario } from './scenarios/builtin.ts';

/** By then guests have booted and do what the lab is about. */
const END_NS: VirtualNs = 600 * NS_PER_MS;

const builtin = (name: string): Scenario => builtinScenario(name, { linux: false })!;

const answered = new Map<string, number>();

test.each<readonly [string, Scenario]>([
  ['hosts with links between them', rowOfHosts(2, 3 * NS_PER_MS, {}, ' 20 7')],
  ...['guard-range', 'lasting-disk', 'hot-plug', 'way-out', 'arp-spoofing'].map(
    (name) => [name, builtin(name)] as const,
  ),
])('%s', async (_, scenario) => {
  const whole = await startLab(scenario);
  await whole.advance(END_NS);
  const cut = await runCut(scenario, { endNs: END_NS, seed: 3 }, answered);
  await expectSameLab(cut, whole);
  expect(cut.log).toEqual(whole.log);
});

test('and these runs were asked much', () => {
  expect([...answered.keys()].length).toBeGreaterThan(40);
});
