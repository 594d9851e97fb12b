import { expect, test } from 'vitest';
import { randomNumbers } from '../fixtures/random-numbers.ts';
import { patternOf } from './pattern.ts';

test.each<readonly [string, string, boolean]>([
  ['lab', 'www.LAB', true],
  ['^lab', 'www.lab', false],
  ['lab$', 'www.lab', true],
  ['^$', '', true],
  ['w{3}\\.', 'www.lab', true],
  ['w{4}', 'www.lab', false],
  ['a{2,3}b', 'aab', true],
  ['^a{2,3}$', 'aaaa', false],
  ['^a{2,}$', 'aaaa', true],
  ['(get|post) /', 'POST /a', true],
  ['[0-9a-f]+-[^x]', '12ab-y', true],
  ['^[^\\d]*$', 'no digits', true],
  ['^[\\w.-]+$', 'vm-1.lab_2', true],
  ['a.c', 'a\nc', false],
  ['\\x41', 'a', true],
  ['[]a]', ']', true],
  ['(?:ab)+?c', 'ababc', true],
  ['x*', '', true],
  ['a|', 'zzz', true],
])('%s in %s', (pattern, text, isIn) => {
  expect(patternOf(pattern)?.isIn(text)).toBe(isIn);
});

test.each([
  '(',
  ')',
  '[a',
  'a**b'.slice(2),
  '+a',
  'a{3,2}',
  '\\b',
  '\\1',
  '\\',
  '[z-a]',
  '\\xg0',
  `${'('.repeat(40)}`,
])('%s is no pattern', (pattern) => {
  expect(patternOf(pattern)).toBeUndefined();
});

test('a pattern that JavaScript would never end with ends', () => {
  const text = `${'a'.repeat(4000)}!`;
  expect(patternOf('^(a+)+$')?.isIn(text)).toBe(false);
  expect(patternOf('(a|aa|a?)*b')?.isIn(text)).toBe(false);
  expect(patternOf('((a{200}){200}){200}')).toBeUndefined();
  expect(patternOf(`${'('.repeat(15)}${'){255}'.repeat(15)}`)?.isIn('')).toBe(true);
});

test('any text is a pattern or none, and finds what JavaScript finds', () => {
  const random = randomNumbers(11);
  const signs = ['a', 'b', 'c', '.', '*', '+', '?', '|', '(', ')', '[ab]', '[^a]', '^', '$', '\\d', '{1,2}'];
  let compared = 0;
  for (let count = 0; count < 5000; count++) {
    const text = Array.from({ length: 1 + random(7) }, () => signs[random(signs.length)]).join('');
    const pattern = patternOf(text);
    let theirs: RegExp;
    try {
      theirs = new RegExp(text, 'i');
    } catch {
      continue;
    }
    if (pattern === undefined) continue;
    const searched = Array.from({ length: random(8) }, () => 'abcd1'[random(5)]).join('');
    expect([text, searched, pattern.isIn(searched)]).toEqual([text, searched, theirs.test(searched)]);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(1000);
});
