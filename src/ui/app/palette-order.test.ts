import { expect, test } from 'vitest';
import { digitOf, type Findable, ordered, placeOfKey } from './palette-order.ts';

const ENTRIES: readonly Findable[] = [
  { text: 'Topology', view: ['Topology', 'topology'], isNear: true },
  { text: 'Run or pause the lab' },
  { text: 'VM a', view: ['Overview', 'overview'] },
  { text: 'a: 快照', view: ['快照', 'snapshots'] },
  { text: 'VM b', view: ['Overview', 'overview'], isNear: true },
  { text: 'b: 快照', view: ['快照', 'snapshots'], isNear: true },
  { text: 'Power off: a' },
];
const texts = (typed: string): string[] => ordered(ENTRIES, typed).map(({ text }) => text);

test('without words the views of where the person is come first', () => {
  expect(texts('')).toEqual([
    'Topology',
    'VM b',
    'b: 快照',
    'VM a',
    'a: 快照',
    'Run or pause the lab',
    'Power off: a',
  ]);
});

test('a view is found by the beginning of its name, in the language of the page or of addresses', () => {
  expect(texts('s')[0]).toBe('b: 快照');
  expect(texts('快')[0]).toBe('b: 快照');
  expect(texts('o')[0]).toBe('VM b');
});

test('every word must stand somewhere', () => {
  expect(texts('a: snap')).toEqual(['a: 快照']);
  expect(texts('off a')).toEqual(['Power off: a']);
  expect(texts('nothing')).toEqual([]);
});

test('the first ten have a digit, whatever Alt makes of it', () => {
  expect([0, 8, 9, 10].map(digitOf)).toEqual(['1', '9', '0', undefined]);
  expect(['Digit1', 'Numpad0', 'KeyA'].map(placeOfKey)).toEqual([0, 9, -1]);
});
