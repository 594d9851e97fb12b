/** `virtlab compare`: the same seed under each scheduler; only what the scheduler decides differs. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { REGISTRIES } from '#hypervisor/registries';
import { compare } from './compare.ts';
import { outputOf } from './fixtures/output.ts';

async function output(...args: string[]): Promise<string> {
  const { result, out } = await outputOf(() => compare(args, () => undefined));
  expect(must(result)).toBe(0);
  return out;
}

interface Run {
  readonly scheduler: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly vms: readonly { readonly vm: string; readonly share: number; readonly p50Ns: number }[];
}
const runsOf = async (...args: string[]): Promise<Run[]> =>
  JSON.parse(await output('schedulers', ...args, '--json')) as Run[];
const of = (run: Run | undefined, vm: string): Run['vms'][number] => run!.vms.find((each) => each.vm === vm)!;

test('a VM that wakes for a moment waits for all others in turn, and for nobody by run time', async () => {
  const args = ['--schedulers', 'round-robin,fair', '--at', '50ms', '--for', '450ms'];
  const [inTurn, fair] = await runsOf(...args);
  expect([inTurn?.scheduler, fair?.scheduler]).toEqual(['round-robin', 'fair']);
  // Both begin at the same moment and run equally long.
  expect([inTurn?.fromNs, inTurn?.toNs]).toEqual([fair?.fromNs, fair?.toNs]);
  expect(of(inTurn, 'wakes').p50Ns).toBeGreaterThan(2 * of(fair, 'wakes').p50Ns);
  for (const run of [inTurn, fair])
    expect(run!.vms.reduce((sum, { share }) => sum + share, 0)).toBeGreaterThan(0.9);
});

test('the table has a row for each figure, a column for each scheduler', async () => {
  const text = await output('co-scheduling', '--schedulers', 'credit,gang', '--for', '50ms');
  expect(text).toMatch(/credit +gang\n/);
  expect(text).toMatch(/^ +host-1\/locks +share +\d+\.\d % +\d+\.\d %$/m);
  // Only where a VM has several vCPUs.
  expect(text.match(/vCPUs apart/g)).toHaveLength(1);
});

test('the same scheduler twice is the same run twice; without names all are compared', async () => {
  const [one, other] = await runsOf('--schedulers', 'credit,credit', '--for', '100ms');
  expect(one).toEqual(other);
  const all = await runsOf('--for', '20ms');
  expect(all.map(({ scheduler }) => scheduler)).toEqual(REGISTRIES.schedulers.map(({ id }) => id));
});

test('a scheduler that there is not is said with those that there are', async () => {
  expect(await compare(['schedulers', '--schedulers', 'fair,lottery'], () => undefined)).toMatchObject({
    error: { code: 'option.choice', data: { option: 'schedulers', text: 'lottery' } },
  });
  expect(await compare([], () => undefined)).toMatchObject({ error: { code: 'usage' } });
});
