/** Expressions of policies: what they come to, and what is none; a text from a link is never code. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { evaluate, metricsIn, parseExpression } from './expression.ts';

const READ: Readonly<Record<string, number>> = { cpu: 0.5, 'disk-p99': 8, 'cpu@web-1': 3 };
const value = (text: string): number =>
  evaluate(
    must(parseExpression(text)),
    ({ metric, vm }) => READ[vm === undefined ? metric : `${metric}@${vm}`] ?? Number.NaN,
  );

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['8 - 4 - 2', 2],
  ['16 / 4 / 2', 2],
  ['-cpu * 2', -1],
  ['--2', 2],
  ['sqrt(disk-p99 * 2)', 4],
  ['cpu@web-1 - cpu', 2.5],
  ['1.5e3', 1500],
  ['  cpu ', 0.5],
])('%s is %d', (text, wanted) => {
  expect(value(text)).toBe(wanted);
});

test('what is not known or comes to nothing is not a number', () => {
  expect(value('memory + 1')).toBeNaN();
  expect(value('sqrt(-1)')).toBeNaN();
  expect(value('0 / 0')).toBeNaN();
});

test.each([
  '',
  '1 +',
  '(1',
  '1)',
  '1 2',
  'cpu@',
  '@vm',
  'sqrt 4',
  'a.b',
  'process.exit()',
  'cpu;1',
  '"x"',
  '1 ** 2',
])('%j is none, and it is said where', (text) => {
  const found = parseExpression(text);
  expect(found.ok ? 'read' : found.error.code).toBe('policy.badExpression');
});

test('length and depth have bounds', () => {
  const longer = parseExpression(`${'1+'.repeat(200)}1`);
  expect(longer.ok ? 'read' : longer.error.code).toBe('policy.longExpression');
  expect(parseExpression(`${'('.repeat(40)}1${')'.repeat(40)}`).ok).toBe(false);
  expect(parseExpression(`${'-'.repeat(200)}1`).ok).toBe(false);
});

test('any text is read or refused, and what is read has the value that its signs say', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const found = parseExpression(text);
      if (found.ok) evaluate(found.value, () => 1);
    }),
  );
  interface Made {
    readonly text: string;
    readonly value: number;
  }
  const join = (a: Made, sign: '+' | '-' | '*', b: Made): Made => ({
    text: `(${a.text} ${sign} ${b.text})`,
    value: sign === '+' ? a.value + b.value : sign === '-' ? a.value - b.value : a.value * b.value,
  });
  const leaf = fc.integer({ min: 0, max: 50 }).map((n): Made => ({ text: `${n}`, value: n }));
  const { tree } = fc.letrec<{ tree: Made }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree')).map((parts) => join(...parts)),
    ),
  }));
  fc.assert(
    fc.property(tree, ({ text, value: wanted }) => {
      const found = parseExpression(text);
      if (found.ok) expect(evaluate(found.value, () => 0)).toBe(wanted);
    }),
  );
  expect(metricsIn(must(parseExpression('cpu@a + sqrt(memory) * 2')))).toMatchObject([
    { metric: 'cpu', vm: 'a' },
    { metric: 'memory' },
  ]);
});
