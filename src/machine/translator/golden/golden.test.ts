/**
 * What the translator writes for some instructions and small regions, as text, compared with the files beside this test: an optimisation
 * that is lost, and one that is won, is seen in review. `npm run golden` accepts a change.
 */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REFILL } from '../emit/refill.ts';
import { PARAMETERS, RESULTS } from '../emit/region-context.ts';
import type { FunctionWriter } from '../wasm/function-writer.ts';
import { moduleOf } from '../wasm/module.ts';
import { GOLDEN_REGIONS, type GoldenRegion } from './fixtures/regions.ts';
import { translate } from './fixtures/translate.ts';
import { textOf } from './fixtures/wasm-text.ts';

function golden({ shows, text, ...more }: GoldenRegion): string {
  const { usual, exact } = translate({ text, ...more });
  const lines = text.trim().split('\n');
  const guest = lines.filter((line) => line !== 'nop').map((line) => `;;   ${line.trim()}\n`);
  const parts = [`;; ${shows}\n;;\n${guest.join('')}\n${textOf(usual)}`];
  if (exact !== undefined) parts.push(`;; The same where NX is clear.\n\n${textOf(exact)}`);
  return parts.join('\n');
}

test.each(GOLDEN_REGIONS.map((region) => [region.name, region] as const))('%s', async (name, region) => {
  await expect(golden(region)).toMatchFileSnapshot(`./${name}.wat`);
});

test('each file has a region that it is of', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.wat'));
  expect(files.sort()).toEqual(GOLDEN_REGIONS.map(({ name }) => `${name}.wat`).sort());
});

test('every region is a module that engines accept', () => {
  const functions = GOLDEN_REGIONS.flatMap((region) => Object.values(translate(region))).filter(
    (each): each is FunctionWriter => each !== undefined,
  );
  const bytes = moduleOf(
    { parameters: PARAMETERS, results: RESULTS, shared: false, imported: REFILL },
    functions,
  );
  expect(() => new WebAssembly.Module(bytes)).not.toThrow();
});
