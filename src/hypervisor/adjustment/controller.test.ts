/** A policy beside something that answers to it: a queue whose delay falls with what it is given. */
import { expect, test } from 'vitest';
import type { PolicySpec } from '#base/scenario';
import { Controller, type Verdict } from './controller.ts';
import type { Known } from './expression.ts';

const MS = 1_000_000;
const PERIOD = 100 * MS;
const SPEC: PolicySpec = {
  ...{ name: 'p', vm: 'a', target: 'cpu-weight', device: 0 },
  terms: [{ metric: 'steal', coefficient: 100 }],
  ...{ holdNs: 0, coolDownNs: 0, overNs: PERIOD, priority: 0 },
};
/** No alarms. */
const all = (metric: Known['metric']): Known => ({ metric, alarm: () => Number.NaN });
const made = (change: Partial<PolicySpec> = {}): Controller =>
  new Controller({ spec: { ...SPEC, ...change }, least: 1, most: 1000 });

/** Runs it for some samples beside what makes the metric of the target's value; its verdicts. */
function run(
  controller: Controller,
  samples: number,
  metric: (value: number, n: number) => number,
  value = 100,
) {
  const verdicts: (Verdict & { readonly value: number })[] = [];
  let current = value;
  for (let n = 0; n < samples; n++) {
    const verdict = controller.decide(
      n * PERIOD,
      current,
      all(() => metric(current, n)),
    );
    current = verdict.wanted;
    verdicts.push({ ...verdict, value: current });
  }
  return verdicts;
}
const outcomes = (verdicts: readonly Verdict[]) => verdicts.map(({ outcome }) => outcome);

test('the adjustment is the sum of metric × coefficient, at most a step, within bounds', () => {
  const read = { steal: 0.5, cpu: 0.25 } as Record<string, number>;
  const terms = [
    { metric: 'steal', coefficient: 100 },
    { metric: 'cpu', coefficient: -40 },
  ];
  const decide = (change: Partial<PolicySpec>) =>
    made({ terms, ...change }).decide(
      0,
      100,
      all(({ metric }) => read[metric] ?? Number.NaN),
    );
  expect(decide({})).toMatchObject({ outcome: 'acts', inputs: [0.5, 0.25], adjustment: 40, wanted: 140 });
  expect(decide({ step: 15 })).toMatchObject({ adjustment: 40, wanted: 115 });
  expect(decide({ most: 120 })).toMatchObject({ wanted: 120 });
  expect(decide({ most: 100 })).toMatchObject({ outcome: 'nothing', wanted: 100 });
  expect(
    made({ most: 5000 }).decide(
      0,
      999,
      all(() => 1),
    ),
  ).toMatchObject({ wanted: 1000 });
  expect(
    made().decide(
      0,
      100,
      all(() => Number.NaN),
    ),
  ).toMatchObject({ outcome: 'unknown', wanted: 100 });
});

test('it acts when its condition has held for so long, and not again too soon', () => {
  const controller = made({
    when: { metric: 'steal', above: 0.2 },
    ...{ holdNs: 3 * PERIOD, coolDownNs: 2 * PERIOD },
  });
  const steal = [0.1, 0.3, 0.3, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3];
  expect(outcomes(run(controller, steal.length, (_, n) => steal[n]!))).toEqual([
    ...['condition', 'hold', 'hold', 'condition', 'hold', 'hold', 'hold', 'acts', 'cool-down', 'acts'],
  ]);
});

/** How far the delay is from 10 ms; it is 1000 ms over the weight. */
const error = (weight: number): number => 1000 / weight - 10;

test('with a coefficient that suits, it comes to rest where it should', () => {
  const verdicts = run(made({ terms: [{ metric: 'steal', coefficient: 2 }] }), 60, error, 20);
  expect(Math.abs(verdicts.at(-1)!.value - 100)).toBeLessThan(4);
  expect(verdicts.some(({ damped }) => damped)).toBe(false);
});

test('with one that is too high it swings, and the guard ends that', () => {
  const high = { terms: [{ metric: 'steal', coefficient: 60 }], step: 90 };
  const verdicts = run(made(high), 120, error, 20);
  const swing = (from: number, to: number): number => {
    const values = verdicts.slice(from, to).map(({ value }) => value);
    return Math.max(...values) - Math.min(...values);
  };
  expect(verdicts.filter(({ damped }) => damped).length).toBeGreaterThan(0);
  expect(swing(0, 8)).toBeGreaterThan(60);
  expect(swing(110, 120)).toBeLessThan(8);
  expect(Math.abs(verdicts.at(-1)!.value - 100)).toBeLessThan(12);
});

test('one that takes several acts to turn round is found to swing as well; one that comes to rest is not', () => {
  const seen: number[] = [20];
  // What it reads is four samples old.
  const late = (coefficient: number) => {
    seen.length = 0;
    return run(
      made({ terms: [{ metric: 'steal', coefficient }], least: 10 }),
      160,
      (value) => {
        seen.push(value);
        return error(seen.at(-4) ?? 20);
      },
      20,
    );
  };
  const high = late(20);
  expect(high.filter(({ damped }) => damped).length).toBeGreaterThan(1);
  const values = high.slice(-10).map(({ value }) => value);
  expect(Math.max(...values) - Math.min(...values)).toBeLessThan(10);
  const well = late(1.5);
  const turns = well.filter(({ value }, n) => n > 0 && value < well[n - 1]!.value);
  expect(turns.length).toBeGreaterThan(0);
  expect(well.filter(({ damped }) => damped)).toEqual([]);
});

test('one that swings by much, whatever is done, rests in the end', () => {
  // The metric turns round with each act.
  const verdicts = run(made({ step: 300 }), 120, (_, n) => (n % 2 === 0 ? 9 : -9), 20);
  expect(verdicts.at(-1)?.outcome).toBe('rests');
});

test('another one that goes on from its state decides as it would have', () => {
  const change = { holdNs: 2 * PERIOD, coolDownNs: 3 * PERIOD };
  const first = made(change);
  run(first, 7, () => 0.2);
  const second = made(change);
  second.restore(first.capture());
  const decide = (each: Controller) =>
    each.decide(
      8 * PERIOD,
      100,
      all(() => 0.2),
    );
  expect(decide(second)).toEqual(decide(first));
});
