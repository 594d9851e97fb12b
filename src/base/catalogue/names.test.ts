import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isName, NAME_LENGTH } from './names.ts';

test.each(['a', 'A1', 'web-1', '0', 'a--b', 'x'.repeat(NAME_LENGTH)])('%s is a name', (text) => {
  expect(isName(text)).toBe(true);
});

test.each(['', '-', 'a-', '-a', 'a b', 'a.b', 'ü', 'a\n', 'x'.repeat(NAME_LENGTH + 1)])(
  '%j is none',
  (text) => {
    expect(isName(text)).toBe(false);
  },
);

test('a name is the same text wherever it is put: on a command line, into a path, into a host name', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (isName(text)) expect(encodeURIComponent(text)).toBe(text);
    }),
  );
});
