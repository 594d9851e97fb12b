/** The table of what the specification demands names tests that exist. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLAUSES } from './conformance.ts';

/** The tests that a file has, by the names that stand in it. */
function testsOf(file: string): ReadonlySet<string> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const names = [...text.matchAll(/\btest(?:\.each\([^)]*\))?\(\s*'((?:[^'\\]|\\.)*)'/g)];
  return new Set(names.map(([, name = '']) => name));
}

test('each row has a section, says what is demanded, and names tests that exist', () => {
  const files = new Map<string, ReadonlySet<string>>();
  const missing: string[] = [];
  for (const { section, demands, tests } of CLAUSES) {
    expect([demands, /^\d+(\.\d+)+$/.test(section), tests.length > 0]).toEqual([demands, true, true]);
    for (const [file, name] of tests) {
      const found = files.get(file) ?? testsOf(file);
      files.set(file, found);
      if (!found.has(name)) missing.push(`${file}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(files.size).toBeGreaterThan(10);
});

test('no demand stands twice, and a test that does not exist is found missing', () => {
  const demands = CLAUSES.map((row) => `${row.section} ${row.demands}`);
  expect(new Set(demands).size).toBe(demands.length);
  expect(testsOf('conformance-core.test.ts').has('there are no shared memory regions')).toBe(true);
  expect(testsOf('conformance-core.test.ts').has('nothing of the kind')).toBe(false);
});
