import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonBeginning } from './json-beginning.ts';

/** By which documents keep things: places of nodes, ports of switches, sites. */
const NAMES = fc.constantFrom('host-1/vm', '1a/switch:lan', 'trunk/0', 'www.example', '10');

const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true }), fc.integer(), fc.boolean()),
    fc.constant(null),
    fc.array(tie('document'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/), NAMES), tie('document'), {
      maxKeys: 5,
    }),
  ),
}));

test('property: a document up to any of its characters is a beginning', () => {
  fc.assert(
    fc.property(document, (value) => {
      const text = JSON.stringify(value);
      for (let length = 0; length <= text.length; length++)
        expect([text.slice(0, length), isJsonBeginning(text.slice(0, length))]).toEqual([
          text.slice(0, length),
          true,
        ]);
    }),
    { numRuns: 200 },
  );
});

describe('no beginning is', () => {
  test.each([
    ['white space outside of a string', '{"a": 1'],
    ['a bracket of the other kind', '{"a":[1}'],
    ['a field without a value', '{"a"}'],
    ['a field whose name is a value', '{"10.0.0.1":'],
    ['a value without a field', '{"a":1,2'],
    ['a comma before the end', '[1,]'],
    ['two values without a comma', '["a""b"'],
    ['a second document', '{}{'],
    ['a word that is none', 'trze'],
    ['a number with a leading zero', '[012'],
    ['a number that goes on as none', '[1.x'],
    ['an escape that is none', '"\\x'],
    ['a line break in a string', '"a\nb'],
    ['a bracket that nothing opened', ']'],
  ])('%s', (_, text) => {
    expect(isJsonBeginning(text)).toBe(false);
  });
});
