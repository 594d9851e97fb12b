/** That the figures of the machine follow from the rows of the bench. */
import { expect, test } from 'vitest';
import type { Measurement } from '../../bench/report.ts';
import { figuresOf, ROWS } from './wanted.ts';

function measured(
  kernel: string,
  engine: Measurement['engine'],
  ms: number,
  more: Partial<Measurement> = {},
) {
  const host = engine === 'qemu' ? 'os' : 'node';
  const fixed = { kind: 'int', instructions: 1, medianMs: ms, coldMs: ms + 7, turns: 1, isApart: false };
  return { kernel, engine, host, ms, ...fixed, ...more } as Measurement;
}

test('figures are means and worst ones of the ratios of one set; what was not measured has none', () => {
  const chromium = { host: 'chromium' } as const;
  const found = figuresOf('programs', [
    ...[measured('a', 'virtlab', 100), measured('a', 'wasm', 40), measured('a', 'qemu', 90)],
    ...[
      measured('b', 'virtlab', 100, { coldMs: 190 }),
      measured('b', 'wasm', 10),
      measured('b', 'qemu', 360),
    ],
    ...[measured('a', 'virtlab', 200, chromium), measured('a', 'wasm', 40, chromium)],
    ...[measured('b', 'virtlab', 50, chromium), measured('b', 'wasm', 8, chromium)],
  ]);
  expect(found).toEqual([
    { name: 'programs: integer', value: 0.2 },
    { name: 'programs: integer, slowest', value: 0.1 },
    { name: 'programs: integer against QEMU', value: 1.8 },
    { name: 'programs: integer against QEMU, slowest', value: 0.9 },
    { name: 'programs: floating point', why: expect.any(String) },
    { name: 'programs: floating point, slowest', why: expect.any(String) },
    { name: 'programs: integer in Chromium', value: 0.894 },
    { name: 'programs: first round, most more', value: 90 },
    { name: 'programs: first round, mean more', value: 48.5 },
  ]);
});

test('single events are told by the turn', () => {
  const call = measured('sbi-call', 'virtlab', 100, { kind: 'exit', turns: 200_000 });
  const boot = measured('linux-tiny', 'virtlab', 400, { kind: 'boot' });
  const found = new Map(figuresOf('kernels', [call, boot]).map((each) => [each.name, each]));
  expect(found.get('kernels: SBI call')).toMatchObject({ value: 0.5 });
  expect(found.get('kernels: Linux tiny from power-on to its prompt')).toMatchObject({ value: 400 });
  expect(found.get('kernels: first round, most more')).toHaveProperty('why');
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});
