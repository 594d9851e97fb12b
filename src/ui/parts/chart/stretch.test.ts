import { expect, test } from 'vitest';
import { rangeAt, stretchOf } from './stretch.ts';

test('the last seconds end now, and begin no earlier than the run', () => {
  expect(rangeAt({ kind: 'last', seconds: 10 }, 25e9)).toEqual({ fromNs: 15e9, toNs: 25e9 });
  expect(rangeAt({ kind: 'last', seconds: 10 }, 4e9)).toEqual({ fromNs: 0, toNs: 4e9 });
  expect(rangeAt({ kind: 'last', seconds: 0 }, 4e9)).toEqual({ fromNs: 0, toNs: 4e9 });
});

test('a part stays where it is', () => {
  expect(rangeAt({ kind: 'part', fromNs: 1e9, toNs: 2e9 }, 99e9)).toEqual({ fromNs: 1e9, toNs: 2e9 });
});

test('a stretch is typed in seconds, or in minutes and seconds as the clock of the lab has them', () => {
  expect(stretchOf('1.5', '3')).toEqual({ kind: 'part', fromNs: 1.5e9, toNs: 3e9 });
  expect(stretchOf(' 0,5', '1:02.25 ')).toEqual({ kind: 'part', fromNs: 0.5e9, toNs: 62.25e9 });
});

test('what is no stretch is none', () => {
  for (const [from, to] of [
    ['', '3'],
    ['2', '2'],
    ['3', '1'],
    ['-1', '4'],
    ['a', 'b'],
    ['1e9', '2e9'],
  ] as const)
    expect([from, to, stretchOf(from, to)]).toEqual([from, to, undefined]);
});
