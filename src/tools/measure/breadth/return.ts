/**
 * How the lab comes back after an accident: its worker is killed, or the page loaded again, at instants of no pattern. What it is then
 * is compared with a run of the same lab on Node without any accident, at the same virtual time.
 */
import { loadavg } from 'node:os';
import { randomNumbers } from '#base/fixtures/random-numbers';
import { requirement } from '../../prerequisites.ts';
import type { Figure, FigureGroup, MeasureOptions } from '../figure.ts';
import { labOnNode } from './lab-on-node.ts';
import { LabPage, PAGE_LAB, type Return, type SeenState } from './page.ts';

/** It is said that the lab is back within so long. */
const WANTED_MS = 2000;
/** The longest that the lab runs before the next accident: the first checkpoint is taken in that time, or not, or by half. */
const LONGEST_RUN_MS = 1500;

interface Accident {
  readonly id: string;
  readonly times: number;
  readonly happens: (page: LabPage, afterMs: number) => Promise<Return>;
  /** Names of its figures. */
  readonly names: Readonly<Record<'times' | 'back' | 'median' | 'slowest' | 'wrong', string>>;
}

function groupOf(accident: Accident): FigureGroup {
  return { id: accident.id, measure: (options) => measured(accident, options) };
}

export const WORKER_KILL: FigureGroup = groupOf({
  id: 'worker-kill',
  times: 200,
  happens: (page, afterMs) => page.kill(afterMs),
  names: {
    times: 'workers killed',
    back: 'back within 2 s after a killed worker',
    median: 'median return after a killed worker',
    slowest: 'slowest return after a killed worker',
    wrong: 'half restored after a killed worker',
  },
});

export const RELOAD: FigureGroup = groupOf({
  id: 'reload',
  times: 50,
  happens: (page, afterMs) => page.reload(afterMs),
  names: {
    times: 'pages reloaded',
    back: 'back within 2 s after a reload',
    median: 'median return after a reload',
    slowest: 'slowest return after a reload',
    wrong: 'half restored after a reload',
  },
});

async function measured(
  { id, times, happens, names }: Accident,
  { say }: MeasureOptions,
): Promise<readonly Figure[]> {
  const { path } = requirement('browser');
  if (path === undefined) return Object.values(names).map((name) => ({ name, why: 'there is no Chromium' }));
  const page = await LabPage.open(path);
  const random = randomNumbers(1);
  const took: number[] = [];
  const seen: SeenState[] = [];
  let wrong = 0;
  try {
    for (let n = 1; n <= times; n++) {
      const { ms, at } = await happens(page, random(LONGEST_RUN_MS));
      const state = await page.state();
      // From the checkpoint it has gone on.
      if (state.at <= at) wrong += 1;
      took.push(ms);
      seen.push(state);
      if (n % 10 === 0)
        say(`${id}: ${n} of ${times}, the last in ${ms} ms, load ${(loadavg()[0] ?? 0).toFixed(1)}`);
    }
  } finally {
    await page.close();
  }
  wrong += await differing(seen, say);
  took.sort((a, b) => a - b);
  return [
    { name: names.times, value: took.length },
    { name: names.back, value: took.filter((ms) => ms <= WANTED_MS).length },
    { name: names.median, value: took[took.length >> 1] ?? 0 },
    { name: names.slowest, value: took.at(-1) ?? 0 },
    { name: names.wrong, value: wrong },
  ];
}

/** How many of these states an undisturbed run does not have at their times. */
async function differing(seen: readonly SeenState[], say: (text: string) => void): Promise<number> {
  const { lab } = await labOnNode(PAGE_LAB, false);
  let wrong = 0;
  for (const { at, hash } of [...seen].sort((a, b) => a.at - b.at)) {
    await lab.advance(at);
    const expected = (await lab.hashes()).join('-');
    if (lab.now === at && hash === expected) continue;
    wrong += 1;
    say(`at ${at} ns the lab is ${hash}, and undisturbed (at ${lab.now} ns) ${expected}`);
  }
  return wrong;
}
