/** That the benchmark measures what it says: right results on both engines, and a table that follows from the numbers. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { requirement } from '../prerequisites.ts';
import { kernelsOf, OWN_KERNELS } from './kernel-files.ts';
import { type BenchResult, geometricMean, markdown } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('there are at least ten integer kernels, each with its known result', () => {
  const kernels = kernelsOf(OWN_KERNELS);
  expect(kernels.filter(({ kind }) => kind === 'int').length).toBeGreaterThanOrEqual(10);
  expect(kernels.filter(({ result }) => result === undefined)).toEqual([]);
});

function row(kernel: string, engine: BenchResult['engine'], ms: number): BenchResult {
  return { kernel, kind: 'int', engine, host: 'node', ms, instructions: 10_000_000 };
}

test('the ratio is direct wasm by interpreter, and the mean is geometric', () => {
  const table = markdown([
    ...[row('a', 'virtlab-interpreter', 100), row('a', 'wasm', 4)],
    ...[row('b', 'virtlab-interpreter', 100), row('b', 'wasm', 16)],
  ]);
  expect(table).toContain('| a | 10.0 M | 100.0 | 100 | 4.00 | 2500 | 0.040 |');
  expect(table).toContain('| **geometric mean** |  |  | 100 |  | 1250 | **0.080** |');
  expect(geometricMean([0.04, 0.16])).toBeCloseTo(0.08);
});

const skip = requirement('bare-compiler').skip || requirement('clang').skip;

test.skipIf(skip)(
  'a foreign kernel is measured on both engines; a wrong result is refused',
  () => {
    const run = fileURLToPath(new URL('./run.ts', import.meta.url));
    const json = join(folder, 'results.json');
    const bench = (): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, ['--import', 'tsx', run, '--dir', folder, '--rounds', '1', '--json', json]);
    const source = (result: number): string =>
      `#include <stdint.h>\n/* Result: ${result} */\nuint32_t run(void) { volatile uint32_t n = 6; return n * 7; }\n`;
    writeFileSync(join(folder, 'answer.c'), source(42));
    expect(bench().status).toBe(0);
    const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: BenchResult[] };
    expect(results.map(({ kernel, engine }) => [kernel, engine])).toEqual([
      ['answer', 'virtlab-interpreter'],
      ['answer', 'wasm'],
    ]);
    writeFileSync(join(folder, 'answer.c'), source(43));
    expect(String(bench().stderr)).toContain('answer on virtlab-interpreter: 0x2a, not 0x2b');
  },
  60_000,
);
