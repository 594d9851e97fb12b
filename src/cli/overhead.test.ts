/** `virtlab overhead`: every run of the account, as data and as tables; and a host that is not there. */
import { expect, test } from 'vitest';
import { OVERHEAD_GAINS, OVERHEAD_GROUPS, OVERHEAD_PARTS, OVERHEAD_RUN_IDS } from '#base/catalogue/overhead';
import { must } from '#base/fixtures/must';
import { outputOf } from './fixtures/output.ts';
import { overhead } from './overhead.ts';

async function output(...args: string[]): Promise<string> {
  const { result, out } = await outputOf(() => overhead(args, () => undefined));
  expect(must(result)).toBe(0);
  return out;
}

interface Run {
  readonly run: string;
  readonly elapsedNs: number;
  readonly parts: Readonly<Record<string, number>>;
}

test('each run is told with its parts; on another host it takes other times', async () => {
  const runs = JSON.parse(await output('--json')) as readonly Run[];
  expect(runs.map(({ run }) => run)).toEqual(OVERHEAD_RUN_IDS);
  for (const { parts, elapsedNs } of runs)
    expect(OVERHEAD_PARTS.reduce((sum, { id }) => sum + parts[id]!, 0)).toBe(elapsedNs);

  const text = await output('busy-neighbour');
  for (const each of [...OVERHEAD_GROUPS, ...OVERHEAD_GAINS]) expect(text).toContain(each.text.en);
  const bare = runs.find(({ run }) => run === 'touch-bare')!;
  expect(text).toMatch(new RegExp(`Bare hart +${(bare.elapsedNs / 1000).toFixed(1)} +1\\.00 `));
});

test('a host that is not there, and too many labs, are said', async () => {
  const errorOf = async (...args: string[]): Promise<unknown> => overhead(args, () => undefined);
  expect(await errorOf('busy-neighbour', '--host', 'none')).toMatchObject({ error: { code: 'ask.noHost' } });
  expect(await errorOf('a', 'b')).toMatchObject({ error: { code: 'usage' } });
});
