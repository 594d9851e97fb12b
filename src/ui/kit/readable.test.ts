import { expect, test } from 'vitest';
import { readable } from './readable.ts';

test('what was typed is read with its control characters', () => {
  expect(readable('ls\r')).toBe('ls⏎');
  expect(readable('\u0003\u001b[A\u007f')).toBe('␃␛[A⌫');
  expect(readable('\u00e4\u00bd\u00a0')).toBe('你');
  expect(readable('x'.repeat(100))).toBe(`${'x'.repeat(60)}…`);
});
