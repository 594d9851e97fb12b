/** Shares, caps and delays under each scheduler, without guests: what cpu/scheduling.test.ts shows with guests holds here for any workload. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKind } from '#machine/kind';
import { type Account, simulate, type Task } from './fixtures/simulation.ts';
import { fairShares, tasksOf, WEIGHTS, WORKLOAD } from './fixtures/workloads.ts';
import type { Scheduler, SchedulerEnvironment } from './scheduler.ts';
import { SCHEDULERS } from './schedulers.ts';

await Promise.all(SCHEDULERS.map(({ later }) => later?.code.come()));

const MS = 1_000_000;
const SECOND = 1000 * MS;
const SLICE = 10 * MS;

const make =
  (kind: string) =>
  (environment: SchedulerEnvironment): Scheduler =>
    createKind(SCHEDULERS, { kind }, environment);

/** One vCPU of the VM in a slot that never waits. */
function busy(slot: number, part: Task['part'] = {}): Task {
  return { vcpu: slot * 8, part, runNs: () => Number.POSITIVE_INFINITY };
}

test.each(
  ['credit', 'fair'].flatMap((kind) =>
    [2, 4, 16].flatMap((vms) => [1, 2, 8].map((harts) => ({ kind, vms, harts }))),
  ),
)('$kind: $vms VMs on $harts harts have their shares within 2 % over 10 s', ({ kind, vms, harts }) => {
  const weights = WEIGHTS.slice(0, vms);
  const tasks = weights.map((weight, slot) => busy(slot, { weight }));
  const accounts = simulate(make(kind), { harts, timeSliceNs: SLICE, tasks, endNs: 10 * SECOND });
  const got = tasks.map(({ vcpu }) => accounts.get(vcpu)!.ranNs / (10 * SECOND));
  const wanted = fairShares(weights, harts);
  for (const [at, share] of got.entries()) expect(Math.abs(share / wanted[at]! - 1)).toBeLessThan(0.02);
});

test.each(
  SCHEDULERS.map(({ id }) => id).flatMap((kind) =>
    [2, 4, 16].flatMap((vms) => [1, 2, 8].map((harts) => ({ kind, vms, harts }))),
  ),
)('$kind: caps of $vms VMs on $harts harts hold within 1 % over 10 s', ({ kind, vms, harts }) => {
  // As much as fits with room to spare, so that only caps decide.
  const cap = (0.8 * harts) / Math.max(vms, harts);
  const tasks = Array.from({ length: vms }, (_, slot) =>
    busy(slot, { cap: cap * (slot % 2 === 0 ? 1 : 0.5) }),
  );
  const accounts = simulate(make(kind), { harts, timeSliceNs: SLICE, tasks, endNs: 10 * SECOND });
  for (const { vcpu, part } of tasks)
    expect(Math.abs(accounts.get(vcpu)!.ranNs / (10 * SECOND) / part!.cap! - 1)).toBeLessThan(0.01);
});

test('a cap above one hart is for all vCPUs of a VM together', () => {
  const tasks = [0, 1, 2, 3].map((index): Task => ({ ...busy(0, { cap: 1.5 }), vcpu: index }));
  const accounts = simulate(make('fair'), { harts: 4, timeSliceNs: SLICE, tasks, endNs: 10 * SECOND });
  const got = [...accounts.values()].reduce((sum, { ranNs }) => sum + ranNs, 0);
  expect(Math.abs(got / (15 * SECOND) - 1)).toBeLessThan(0.01);
});

/** Wakes each 7 ms for 300 µs. */
const INTERACTIVE: Omit<Task, 'vcpu'> = { runNs: () => 0.3 * MS, sleepNs: () => 7 * MS };

test.each([
  { kind: 'credit', part: {}, most: 2 * SLICE },
  { kind: 'fair', part: {}, most: 2 * SLICE },
  { kind: 'real-time', part: { realTime: { periodNs: 7 * MS, budgetNs: MS } }, most: 7 * MS },
])('$kind: who wakes beside three busy ones has its hart in time', ({ kind, part, most }) => {
  const tasks = [busy(0), busy(1), busy(2), { ...INTERACTIVE, vcpu: 24, part }];
  const accounts = simulate(make(kind), { harts: 1, timeSliceNs: SLICE, tasks, endNs: 10 * SECOND });
  const { delays } = accounts.get(24)!;
  expect(delays.length).toBeGreaterThan(400);
  expect(Math.max(...delays)).toBeLessThan(most);
  // In turn it would wait for all three.
  const inTurn = simulate(make('round-robin'), { harts: 1, timeSliceNs: SLICE, tasks, endNs: SECOND });
  expect(Math.max(...inTurn.get(24)!.delays)).toBeGreaterThan(2 * SLICE);
});

test('real time: budgets are had in each period, and no more', () => {
  const part = (periodNs: number, budgetNs: number): Task['part'] => ({ realTime: { periodNs, budgetNs } });
  const tasks = [
    busy(0, part(10 * MS, 2 * MS)),
    busy(1, part(30 * MS, 9 * MS)),
    busy(2, part(50 * MS, 20 * MS)),
    busy(3),
  ];
  const accounts = simulate(make('real-time'), { harts: 1, timeSliceNs: SLICE, tasks, endNs: 9 * SECOND });
  const got = tasks.map(({ vcpu }) => accounts.get(vcpu)!.ranNs / (9 * SECOND));
  for (const [at, share] of [0.2, 0.3, 0.4, 0.1].entries()) expect(got[at]).toBeCloseTo(share, 3);
});

test('together: vCPUs of a VM that asked for it have their harts at the same time', () => {
  const four = (slot: number, together: boolean): Task[] =>
    [0, 1, 2, 3].map((index) => ({ ...busy(slot, { together }), vcpu: slot * 8 + index }));
  const tasks = [...four(0, true), ...four(1, true), busy(2), busy(3)];
  const accounts = simulate(make('gang'), { harts: 4, timeSliceNs: SLICE, tasks, endNs: 3 * SECOND });
  const got = tasks.map(({ vcpu }) => accounts.get(vcpu)!.ranNs / SECOND);
  // Three turns: each of the two VMs, and both others, of whom neither fills a turn.
  for (const [at, share] of got.entries()) expect(share).toBeCloseTo(at < 8 ? 1 : 1, 1);
});

test('fair: vCPUs of one VM that come and go all the time have equal parts, whatever a VM with harts of its own has', () => {
  const task = (slot: number, index: number, weight: number, runNs: number): Task => ({
    ...{ vcpu: slot * 8 + index, runNs: () => runNs + index * 300_000, sleepNs: () => 10_000 },
    part: { weight, harts: slot === 0 ? 0b1110 : 0b0001 },
  });
  const tasks = [0, 1].map((index) => task(0, index, 25, 15 * MS));
  tasks.push(...[0, 1, 2].map((index) => task(1, index, 800, MS)));
  const accounts = simulate(make('fair'), { harts: 4, timeSliceNs: SLICE, tasks, endNs: SECOND });
  for (const index of [0, 1, 2])
    expect(Math.abs((3 * accounts.get(8 + index)!.ranNs) / SECOND - 1)).toBeLessThan(0.05);
});

const worst = (accounts: Map<number, Account>): number =>
  Math.max(...[...accounts.values()].map(({ longestPart }) => longestPart));

test.each(['round-robin', 'credit', 'fair', 'gang'])(
  '%s: nobody waits longer than is promised, whatever the others do',
  (kind) => {
    fc.assert(
      fc.property(WORKLOAD, (workload) => {
        const tasks = tasksOf(workload);
        const accounts = simulate(make(kind), {
          ...{ harts: workload.harts, timeSliceNs: SLICE, tasks, endNs: 0.2 * SECOND, promises: true },
        });
        expect(worst(accounts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 12, seed: 7 },
    );
  },
);
