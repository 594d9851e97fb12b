/** That the benchmark measures what it says: the same results on all engines, and tables that follow from the numbers. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { requirement } from '../prerequisites.ts';
import { type Engine, Workshop } from './engines.ts';
import { kernelsOf, OWN_KERNELS, OWN_PROGRAMS } from './kernel-files.ts';
import { measure, type Subject, WARM_UP } from './measure.ts';
import { messageOf } from './message.ts';
import { type BenchResult, geometricMean, json, type Measurement, markdown } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('there are kernels of every kind, each with its known result', () => {
  const kernels = kernelsOf(OWN_KERNELS);
  const count = (kind: string): number => kernels.filter((each) => each.kind === kind).length;
  expect(count('int')).toBeGreaterThanOrEqual(10);
  expect(count('fp')).toBeGreaterThanOrEqual(4);
  expect([count('exit'), count('tlb')]).toEqual([3, 1]);
  expect(kernels.filter(({ result }) => result === undefined)).toEqual([]);
  expect(kernels.filter(({ isApart }) => isApart).map(({ name }) => name)).toEqual(['fused-multiply-add']);
});

test('each whole program has a hundred lines and more, and its known result', () => {
  const programs = kernelsOf(OWN_PROGRAMS);
  expect(programs.length).toBeGreaterThanOrEqual(25);
  for (const { name, path, result } of programs) {
    expect([name, result]).toEqual([name, expect.any(Number)]);
    expect([name, readFileSync(path, 'utf8').split('\n').length]).not.toEqual([
      name,
      expect.toSatisfy((n) => n < 100),
    ]);
  }
});

function row(
  kernel: string,
  engine: Measurement['engine'],
  ms: number,
  more: Partial<Measurement> = {},
): Measurement {
  const host = engine === 'qemu' || engine === 'native' ? 'os' : 'node';
  return {
    ...{ kernel, kind: 'int', engine, host, ms, instructions: 10_000_000 },
    ...{ coldMs: ms + 30, medianMs: ms, turns: 1, isApart: false, ...more },
  };
}

test('ratios are of times, the mean is geometric and leaves out what is apart', () => {
  const table = markdown([
    ...[row('a', 'virtlab', 100), row('a', 'wasm', 4), row('a', 'qemu', 50)],
    ...[row('b', 'virtlab', 100), row('b', 'wasm', 16), row('b', 'qemu', 200)],
    ...[row('c', 'virtlab', 100, { isApart: true }), row('c', 'wasm', 100)],
  ]);
  expect(table).toContain('| a | 10.0 M | 100.0 | 100 | 4.00 | 0.040 | 0.50 | 0.080 | 30 |');
  expect(table).toContain('| **geometric mean** |  |  | **100** |  | **0.080** | **1.00** | **0.080** |  |');
  expect(table).toContain('| worst |  |  |  |  | 0.040 | 0.50 | 0.080 | 30 |');
  expect(table).toContain('| c (apart) | 10.0 M | 100.0 | 100 | 100.00 | 1.000 |');
  expect(geometricMean([0.04, 0.16])).toBeCloseTo(0.08);
});

test('a host has tables of its own, in which the programs of the machine appear too', () => {
  const there = { host: 'chromium' } as const;
  const table = markdown([
    ...[row('a', 'virtlab', 100), row('a', 'wasm', 10), row('a', 'native', 5)],
    ...[row('a', 'virtlab', 200, there), row('a', 'wasm', 10, there)],
  ]);
  expect(table.split('\n\n')[0]).toContain('| a | 10.0 M | 100.0 | 100 | 10.00 | 0.100 | 0.050 |');
  expect(table.split('\n\n')[1]).toContain('| a | 10.0 M | 200.0 | 50 | 10.00 | 0.050 | 0.025 |');
});

test('events are told by the turn, and the file for programs has the agreed fields', () => {
  const call = row('call', 'qemu', 100, { kind: 'exit', turns: 200_000 });
  expect(markdown([call])).toContain('| call | qemu | the machine | 0.500 | 0.500 | 0.650 | 100 |');
  const { results } = JSON.parse(json([call])) as { results: BenchResult[] };
  const fields = { kernel: 'call', kind: 'exit', engine: 'qemu', host: 'os' };
  expect(results).toEqual([{ ...fields, ms: 100, instructions: 10_000_000 }]);
});

/** An engine that takes these times, one after the other. */
function played(name: Engine['name'], times: readonly number[], result = 7): Engine {
  let round = 0;
  return { name, host: 'node', round: () => ({ result, instructions: 0, ms: times[round++] ?? 0 }) };
}

function subject(engines: readonly Engine[], result?: number): Subject {
  const fixed = { name: 'k', kind: 'int', turns: 1, isApart: false, mostRounds: 3 } as const;
  return { ...fixed, engines, result };
}

test('the first round is the cold one, the least is of the rounds after the warm-up', async () => {
  expect(WARM_UP).toBe(2);
  const engine = played('virtlab', [90, 1, 30, 20, 40, 2]);
  const [result] = await measure([subject([engine])], 8, () => undefined);
  expect(result).toMatchObject({ coldMs: 90, ms: 20, medianMs: 30 });
});

test('a short kernel is played several times in a round, unless its result changes from round to round', async () => {
  const times = [9, 9, 4, 5, 6, 7, 1, 8];
  const [steady] = await measure([subject([played('virtlab', times)])], 1, () => undefined);
  expect(steady).toMatchObject({ ms: 4, medianMs: 6 });
  let round = 0;
  const engine: Engine = {
    ...{ name: 'virtlab', host: 'node' },
    round: () => ({ result: round, instructions: 0, ms: times[round++] ?? 0 }),
  };
  const [changing] = await measure([subject([engine])], 1, () => undefined);
  expect(changing).toMatchObject({ ms: 4, medianMs: 4 });
});

test('engines that disagree end the run, stated result or not', async () => {
  const two = [played('virtlab', []), played('wasm', [], 8)];
  await expect(measure([subject(two)], 1, () => undefined)).rejects.toThrow('k on wasm (node): 0x8, not 0x7');
  const one = measure([subject([played('virtlab', [])], 9)], 1, () => undefined);
  await expect(one).rejects.toThrow('k on virtlab (node): 0x7, not 0x9');
});

test('a message tells result, instructions and time, or which trap it was', () => {
  const bytes = Uint8Array.of(0x3d, 1, 2, 3, 0x84, 5, 0, 0, 0, 1, 0, 0x40, 0x42, 0x0f, 0, 0, 0);
  expect(messageOf(bytes)).toEqual({ result: 0x84030201, instructions: 0x1_0000_0005, ms: 1 });
  expect(() => messageOf(Uint8Array.of(0x21, ...bytes.subarray(1)))).toThrow('the kernel trapped');
});

const NAMES = ['bare-compiler', 'clang', 'native-compiler', 'qemu'] as const;
const skip = NAMES.some((name) => requirement(name).skip);

test.skipIf(requirement('bare-compiler').skip)(
  'what does not compile is said at once, all of it',
  async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    for (const [name, result] of Object.entries({ good: '1', worse: 'missing', worst: 'absent()' }))
      writeFileSync(join(broken, `${name}.c`), `unsigned run(void) { return ${result}; }`);
    const guestsOnly = { chromium: false, interpreter: false, wasm: false, qemu: false, native: false };
    const workshop = await Workshop.open(guestsOnly, () => undefined);
    const compile = (): unknown => workshop.compile(kernelsOf(broken));
    expect(compile).toThrow(/^2 of 3 do not compile\nworse: [\s\S]*missing[\s\S]*\nworst: [\s\S]*absent/);
    await workshop.close();
  },
);

test.skipIf(skip)(
  'a foreign kernel is measured on every engine, in S-mode, in a VM and natively; a wrong result is refused',
  () => {
    const run = fileURLToPath(new URL('./run.ts', import.meta.url));
    const file = join(folder, 'results.json');
    const args = ['--import', 'tsx', run, '--dir', folder, '--rounds', '1', '--no-chromium', '--json', file];
    const bench = (...more: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [...args, ...more]);
    const source = (result: number): string =>
      `#include <stdint.h>\n#include <string.h>\n// result: ${result}\n` +
      'uint32_t run(void) { char text[8]; memset(text, 42, 8); volatile uint32_t n = 0; return n + text[7]; }\n' +
      'int main(void) { return run(); }\n';
    writeFileSync(join(folder, 'answer.c'), source(42));
    expect(String(bench().stderr)).toMatch(/^1 subjects;/);
    const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: BenchResult[] };
    expect(results.map(({ kernel, engine, host }) => [kernel, engine, host])).toEqual([
      ['answer', 'virtlab', 'node'],
      ['answer', 'virtlab-interpreter', 'node'],
      ['answer', 'wasm', 'node'],
      ['answer', 'qemu', 'os'],
      ['answer', 'native', 'os'],
    ]);
    expect(new Set(results.map(({ instructions }) => instructions)).size).toBe(1);
    writeFileSync(join(folder, 'answer.c'), source(43));
    const { status, stderr } = bench('--no-interpreter', '--no-wasm', '--no-qemu', '--no-native');
    expect([status, String(stderr)]).toEqual([
      1,
      expect.stringContaining('answer on virtlab (node): 0x2a, not 0x2b'),
    ]);
  },
  60_000,
);
