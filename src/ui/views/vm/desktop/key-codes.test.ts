import { expect, test } from 'vitest';
import { keyCode, keysOf } from './key-codes.ts';

test('keys are known by where they are', () => {
  const codes = {
    Escape: 1,
    KeyA: 30,
    Enter: 28,
    Space: 57,
    ArrowUp: 103,
    Delete: 111,
    F12: 88,
    AltRight: 100,
  };
  for (const [name, code] of Object.entries(codes)) expect([name, keyCode(name)]).toEqual([name, code]);
  expect(keyCode('BrowserHome')).toBeUndefined();
});

test('a text is typed with shift where its signs need that', () => {
  const codes = (text: string) =>
    keysOf(text).map((gesture) => (gesture.kind === 'key' ? gesture.code * (gesture.down ? 1 : -1) : 0));
  expect(codes('a')).toEqual([30, -30]);
  expect(codes('A\n')).toEqual([42, 30, -30, -42, 28, -28]);
  expect(codes('|/ 中')).toEqual([42, 43, -43, -42, 53, -53, 57, -57]);
});
