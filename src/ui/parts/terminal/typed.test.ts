import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOTHING_HELD, typedBy, withHeld } from './typed.ts';

/** A line editor with its cursor at the end, as any guest has one. */
function edited(line: string, typed: string): string {
  const text = [...line];
  for (const key of typed)
    if (key === '\u007f') text.pop();
    else text.push(key);
  return text.join('');
}

test('each kind of change comes out as what was meant', () => {
  const kinds: readonly [what: string, before: string, after: string, typed: string][] = [
    ['insertion at the end', 'hel', 'help', 'p'],
    ['insertion in the middle', 'help me', 'help xme', '\u007f\u007fxme'],
    ['a word that a correction replaces', 'teh cat', 'the cat', `${'\u007f'.repeat(6)}he cat`],
    ['a correction of the same length', 'hellp', 'hello', '\u007fo'],
    ['a longer word from a suggestion', 'he', 'hello ', 'llo '],
    ['several characters deleted at once', 'help me', 'help', '\u007f\u007f\u007f'],
    ['Chinese', 'echo ', 'echo 你好', '你好'],
    ['a character of two units, replaced', '😀', '😁', '\u007f😁'],
    ['a line end', 'ls', 'ls\n', '\r'],
    ['what was pasted with a sequence in it', '', 'a\u001b[31mb', 'a[31mb'],
    ['nothing', 'same', 'same', ''],
  ];
  for (const [what, before, after, typed] of kinds) expect(typedBy(before, after), what).toBe(typed);
});

test('whatever the field becomes, the guest has it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '你', '😀', 'é'), maxLength: 12 });
  fc.assert(fc.property(text, text, (before, after) => edited(before, typedBy(before, after)) === after));
});

test('held keys count for the next character alone', () => {
  expect(withHeld('c', { ctrl: true, alt: false })).toBe('\u0003');
  expect(withHeld('C', { ctrl: true, alt: false })).toBe('\u0003');
  expect(withHeld('[', { ctrl: true, alt: false })).toBe('\u001b');
  expect(withHeld(' ', { ctrl: true, alt: false })).toBe('\u0000');
  expect(withHeld('?', { ctrl: true, alt: false })).toBe('\u007f');
  expect(withHeld('1', { ctrl: true, alt: false })).toBe('1');
  expect(withHeld('b', { ctrl: false, alt: true })).toBe('\u001bb');
  expect(withHeld('xy', { ctrl: true, alt: true })).toBe('\u001b\u0018y');
  expect(withHeld('x', NOTHING_HELD)).toBe('x');
});
