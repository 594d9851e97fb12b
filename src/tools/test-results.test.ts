import { expect, test } from 'vitest';
import { gateResult, playwrightResult, summarize, vitestResult } from './test-results.ts';

const vitest = (counts: object, testResults: object[] = []) =>
  JSON.stringify({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    ...counts,
    testResults,
  });

test('tests of Vitest are counted by outcome', () => {
  const report = vitest({ numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 });
  expect(vitestResult('unit', report, false)).toEqual({ name: 'unit', passed: 5, failed: 2, skipped: 2 });
});

test('a test file that does not load is a failure', () => {
  const report = vitest({ numPassedTests: 5 }, [{ status: 'failed', assertionResults: [] }]);
  expect(vitestResult('unit', report, false).failed).toBe(1);
});

test('a runner that ends badly has failed, whatever its report says', () => {
  expect(vitestResult('unit', vitest({ numPassedTests: 5 }), false).failed).toBe(1);
  expect(vitestResult('unit', undefined, true).failed).toBe(1);
  expect(vitestResult('unit', '{', true).failed).toBe(1);
  expect(playwrightResult('page', undefined, true).failed).toBe(1);
});

test('tests of Playwright are counted by outcome', () => {
  const report = JSON.stringify({ errors: [], stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 } });
  expect(playwrightResult('page', report, false)).toEqual({ name: 'page', passed: 4, failed: 1, skipped: 2 });
});

test('the last line has the counts, and a skipped test fails where everything must be there', () => {
  const steps = [gateResult('types', true), { name: 'unit', passed: 10, failed: 0, skipped: 2 }];
  const lenient = summarize(steps, ['no QEMU'], false);
  expect(lenient.failed).toBe(0);
  expect(lenient.lines.at(-1)).toBe('11 passed, 0 failed');
  expect(lenient.lines).toContain('no QEMU');
  const strict = summarize(steps, [], true);
  expect(strict.failed).toBe(2);
  expect(strict.lines.at(-1)).toBe('11 passed, 2 failed');
});
