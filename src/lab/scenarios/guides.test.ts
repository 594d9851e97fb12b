/** The guides of the labs that come along: what each step waits for comes true, when what it says is done. */
import { expect, test } from 'vitest';
import { BUILTIN_LABS } from '#base/catalogue/builtin-labs';
import { must } from '#base/fixtures/must';
import { GUIDES, guideNamed } from '#base/guides/guides';
import { NS_PER_S } from '#base/virtual-time';
import type { Command } from '#hypervisor/commands';
import { hostOf, startLab } from '../fixtures/test-lab.ts';
import { encodeLink } from '../link.ts';
import { builtinScenario } from './builtin.ts';
import { type } from './parts.ts';

/** Nothing comes true later than this, in seconds. */
const MOST_SECONDS = 30;

/** What steps ask a person to do, and when it is done here, in seconds. */
const ACTS: Readonly<Record<string, readonly (readonly [seconds: number, command: Command])[]>> = {
  'busy-neighbour': [
    [4, { op: 'vm.pause', args: { vm: 'busy' } }],
    [8, { op: 'vm.resume', args: { vm: 'busy' } }],
    [8, { op: 'host.setScheduler', args: { scheduler: { kind: 'credit' } } }],
    [8, { op: 'vm.setCpu', args: { vm: 'busy', capPercent: 40 } }],
  ],
  schedulers: [[5, { op: 'host.setScheduler', args: { scheduler: { kind: 'credit' } } }]],
  'co-scheduling': [[5, { op: 'host.setScheduler', args: { scheduler: { kind: 'gang' } } }]],
  'caps-and-shares': [[5, { op: 'vm.setCpu', args: { vm: 'bronze', weight: 400 } }]],
  allocation: [
    [5, { op: 'console.input', args: { vm: 'on-demand', text: '\x03' } }],
    [6, type('on-demand', 'wss 3000')],
  ],
  balloon: [[10, { op: 'vm.setBalloon', args: { vm: 'lender', bytes: 2 << 20 } }]],
  'noisy-disk': [[8, { op: 'host.setIoScheduler', args: { disk: 'disk0', scheduler: { kind: 'fair' } } }]],
  vlans: [
    [
      14,
      {
        op: 'port.set',
        args: { switch: 'floor-1', port: 'mallory/0', stage: 'vlan', settings: { access: 20 } },
      },
    ],
    [15, type('mallory', 'ping 10.0.0.5')],
  ],
  'greedy-neighbour': [[18, type('greedy', 'traffic 10.0.0.1 400')]],
};

const CHECKED = Object.keys(GUIDES).filter((lab) => guideNamed(lab).some(({ check }) => check !== undefined));

test.each(CHECKED)('%s: each step comes true that the lab ticks', async (name) => {
  const lab = await startLab(builtinScenario(name, { linux: false })!);
  const open = new Map(
    guideNamed(name).flatMap(({ check, title }, step) =>
      check === undefined ? [] : [[step, { check, title }]],
    ),
  );
  const when: Record<number, number> = {};
  for (let second = 1; second <= MOST_SECONDS && open.size > 0; second++) {
    await lab.advance(second * NS_PER_S);
    for (const [step, { check }] of open) {
      const found = check.flatMap(({ host = 0, ...condition }) => {
        const { value } = must(hostOf(lab, host).ask('conditions', { conditions: [condition] }));
        return value as readonly { readonly holds: boolean; readonly value: number | null }[];
      });
      if (!found.every(({ holds }) => holds)) continue;
      open.delete(step);
      when[step] = second;
    }
    for (const [at, command] of ACTS[name] ?? []) if (at === second) must(await lab.execute(0, command));
  }
  expect([...open.values()].map(({ title }) => title)).toEqual([]);
  const order = Object.values(when);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a link to a lab that comes along names its guide and carries none of its text', () => {
  for (const { id } of BUILTIN_LABS) {
    const scenario = builtinScenario(id, { linux: false })!;
    expect(scenario.guide).toBe(id === 'first-visit' ? undefined : id);
    const { guide: _, ...without } = scenario;
    expect(must(encodeLink(scenario)).length - must(encodeLink(without)).length).toBeLessThan(48);
  }
});
