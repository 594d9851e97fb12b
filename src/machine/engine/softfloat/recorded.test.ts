/** F and D instructions against an independent machine: hashes recorded by `fixtures/oracle-riscv.c`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compileFloat, type FloatModule, type Operation } from './fixtures/compile.ts';

const RECORDED = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/recorded-vectors.json'), 'utf8'),
) as { readonly seed: number; readonly count: number; readonly operations: readonly Operation[] };

const MODES = ['RNE', 'RTZ', 'RDN', 'RUP', 'RMM'];
const OPERANDS = { i: 0, f: 1, ff: 2, fff: 3 } as const;

let float: FloatModule;

beforeAll(async () => {
  float = await compileFloat(RECORDED.operations);
});

test('the record covers both formats and all rounding modes', () => {
  expect(RECORDED.operations).toHaveLength(54);
  expect(RECORDED.operations.flatMap(({ hashes }) => hashes)).toHaveLength(396);
  expect(RECORDED.count).toBeGreaterThanOrEqual(10_000);
});

test('a wrong operand or result changes the hash', () => {
  const hash = (seed: number, rm: number): bigint => float.hash(seed, 0, false, 2, rm, 100, false);
  expect(hash(1, 0)).toBe(hash(1, 0));
  expect(hash(1, 0)).not.toBe(hash(2, 0));
  expect(hash(1, 0)).not.toBe(hash(1, 1));
});

test.each(
  RECORDED.operations.map((operation, index) => ({ ...operation, index })),
)('$name gives the recorded results and flags, exactly and by the host', (operation) => {
  const found = operation.hashes.map((_, n) => {
    const rm = n >> 1;
    const inexact = (n & 1) === 1;
    const { index, wide, operands } = operation;
    const hash = float.hash(RECORDED.seed, index, wide, OPERANDS[operands], rm, RECORDED.count, inexact);
    return `${MODES[rm]} ${BigInt.asUintN(64, hash).toString(16).padStart(16, '0')}`;
  });
  expect(found).toEqual(operation.hashes.map((hash, n) => `${MODES[n >> 1]} ${hash}`));
});
