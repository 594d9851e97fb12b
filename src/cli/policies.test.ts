/** `virtlab policies`: the same seed under each policy; only what the policy decides differs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { REGISTRIES } from '#hypervisor/registries';
import { outputOf } from './fixtures/output.ts';
import { policies } from './policies.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-policies-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function output(...args: string[]): Promise<string> {
  const { result, out } = await outputOf(() => policies(args, () => undefined));
  expect(must(result)).toBe(0);
  return out;
}

/** A VM that uses a fifth more pages in turn than the host has. */
const SCENARIO = {
  version: 1,
  title: 'Thrash',
  hosts: [
    {
      ...{ name: 'h', ramBytes: 16 << 20, switches: [], memory: { swap: { compressPercent: 0 } } },
      vms: [
        {
          ...{ name: 'a', memoryBytes: 32 << 20, append: 'run=wss_4200' },
          image: { kind: 'builtin', name: 'teaching' },
        },
      ],
    },
  ],
};

test('each policy is told with the faults that a VM has under it, and they are not the same', async () => {
  const path = join(folder, 'thrash.json');
  writeFileSync(path, JSON.stringify(SCENARIO));
  const runs = JSON.parse(await output(path, '--for', '2s', '--json')) as {
    readonly policy: string;
    readonly vms: readonly { readonly host: string; readonly vm: string; readonly faults: number }[];
  }[];
  expect(runs.map(({ policy }) => policy)).toEqual(REGISTRIES.policies.map(({ id }) => id));
  const faults = runs.map(({ vms }) => vms[0]!.faults);
  for (const each of faults) expect(each).toBeGreaterThan(100);
  expect(new Set(faults).size).toBeGreaterThan(1);
  const text = await output(path, '--for', '2s');
  expect(text).toMatch(/fifo +clock +aging +wsclock +random/);
  expect(text).toMatch(new RegExp(`h/a +${faults.join(' +')}`));
});

test('a scenario in which no page is taken back has nothing to compare', async () => {
  expect(await policies(['busy-neighbour', '--for', '1ms'], () => undefined)).toMatchObject({
    error: { code: 'policies.noSwap' },
  });
  expect(await policies([], () => undefined)).toMatchObject({ error: { code: 'usage' } });
});
