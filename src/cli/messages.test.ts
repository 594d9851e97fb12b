import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SCENARIO_ERROR_CODES } from '#lab/error-codes';
import { describe } from './messages.ts';

const SOURCE: string = fileURLToPath(new URL('..', import.meta.url));
/** What the command line is made of; the codes of the page's own layers never reach it. */
const LAYERS = ['base', 'isa', 'machine', 'hypervisor', 'cluster', 'guests', 'lab', 'cli'];
/** `fail('a.code'` as a function or of a VM, and tables of codes; private methods of that name mean something else. */
const CODE = /(?<!#)\b(?:fail\(\s*|const code = .*\? )'([a-z][\w-]*[.-][\w.-]+)'/g;

function codesInSource(): string[] {
  const files = LAYERS.flatMap((layer) =>
    readdirSync(join(SOURCE, layer), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|fixtures|machine.engine/.test(name))
      .map((name) => join(SOURCE, layer, name)),
  );
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(CODE)].map(([, code]) => code ?? ''),
  );
  return [...new Set(found)].sort();
}

function speechless(codes: readonly string[]): string[] {
  return codes.filter((code) => describe({ code, data: {} }).startsWith(code));
}

test('every refusal of a link or scenario has its sentence', () => {
  expect(speechless(SCENARIO_ERROR_CODES)).toEqual([]);
});

test('every error that the layers below can answer with has its sentence', () => {
  const codes = codesInSource();
  expect(codes).toContain('elf.notRiscv');
  expect(codes).toContain('vm.lost');
  expect(codes.length).toBeGreaterThan(50);
  expect(speechless(codes)).toEqual([]);
});

test('a sentence is filled from the data and begins with the place', () => {
  expect(describe({ code: 'scenario.tooLarge', data: { found: 9, limit: 8 }, where: 'hosts[0].harts' })).toBe(
    'hosts[0].harts: 9 is too large; 8 is the most',
  );
});
