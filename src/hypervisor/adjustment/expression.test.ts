/** Expressions of policies: what they come to, and what is none; a text from a link is never code. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { evaluate, type Known, namesIn, parseExpression } from './expression.ts';

const READ: Readonly<Record<string, number>> = {
  ...{ cpu: 0.5, 'disk-p99': 8, 'cpu@web-1': 3 },
  ...{ 'disk-queue[0]': 5, 'disk-queue[1]@web': 6, 'port-queue[lan/web/0]': 7 },
};
const FIRING: Readonly<Record<string, number>> = { slow: 1, 'too full': 1, 'a (b)': 1, calm: 0 };
const KNOWN: Known = {
  metric: ({ metric, part, vm }) =>
    READ[[metric, ...(part ? [`[${part}]`] : []), ...(vm ? [`@${vm}`] : [])].join('')] ?? Number.NaN,
  alarm: (name) => FIRING[name] ?? Number.NaN,
};
const ALL = (number: number): Known => ({ metric: () => number, alarm: () => number });
const value = (text: string): number => evaluate(must(parseExpression(text)), KNOWN);

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
  ['disk-queue[0] / 2', 2.5],
  ['disk-queue[1]@web - disk-queue[0]', 1],
  ['port-queue[lan/web/0]', 7],
  ['3 * alarm(slow)', 3],
  ['alarm( too full ) + alarm ("a (b)") - alarm(calm)', 2],
])('%s is %d', (text, wanted) => {
  expect(value(text)).toBe(wanted);
});

test('what is not known or comes to nothing is not a number', () => {
  expect(value('memory + 1')).toBeNaN();
  expect(value('sqrt(-1)')).toBeNaN();
  expect(value('0 / 0')).toBeNaN();
  expect(value('alarm(none)')).toBeNaN();
  expect(value('disk-queue[7]')).toBeNaN();
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
  'disk-queue[]',
  'disk-queue[0',
  'alarm()',

  'alarm(a(b))',
  'alarm(a',
  'sqrt[0](4)',
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
      if (found.ok) evaluate(found.value, ALL(1));
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
      if (found.ok) expect(evaluate(found.value, ALL(0))).toBe(wanted);
    }),
  );
  expect(namesIn(must(parseExpression('cpu@a + sqrt(memory) * 2 - alarm(slow)')))).toMatchObject([
    { metric: 'cpu', vm: 'a' },
    { metric: 'memory' },
    { alarm: 'slow' },
  ]);
});
