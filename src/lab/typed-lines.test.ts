import { expect, test } from 'vitest';
import type { LoggedCommand } from './scenario.ts';
import { LONGEST_LINE, MOST_LINES, typedLines } from './typed-lines.ts';

function typed(at: number, vm: string, text: string, host = 0): LoggedCommand {
  return { command: { at, host, op: 'console.input', args: { vm, text } } };
}
const texts = (log: readonly LoggedCommand[]): string[] => typedLines(log).map(({ text }) => text);

test('Enter ends a line, at the time of which it is; keys of other consoles do not mix with it', () => {
  const log = [
    ...[typed(10, 'a', 'p'), typed(20, 'b', 'ls\r'), typed(30, 'a', 's'), typed(40, 'a', '\r')],
    typed(50, 'a', 'un', 1),
  ];
  expect(typedLines(log)).toEqual([
    { host: 0, vm: 'b', at: 20, text: 'ls' },
    { host: 0, vm: 'a', at: 40, text: 'ps' },
  ]);
});

test('several lines that are pasted at once are several', () => {
  expect(texts([typed(1, 'a', 'one\ntwo\n\n  \nthree')])).toEqual(['one', 'two']);
});

test('what was taken back is not in the line, nor are arrows', () => {
  expect(texts([typed(1, 'a', 'pingg\u007f x\b\b\r')])).toEqual(['ping']);
  expect(texts([typed(1, 'a', 'wrong\u0003right\u001b[D\u001b[1;5C\u001bOH\r')])).toEqual(['right']);
  expect(texts([typed(1, 'a', 'wrong\u0015right\r')])).toEqual(['right']);
  expect(texts([typed(1, 'a', 'a\u00e4\u00bd\u00a0\u007fb\r')])).toEqual(['ab']);
});

test('what a console did not take is no line', () => {
  expect(texts([{ ...typed(1, 'a', 'ls\r'), error: { code: 'no-such-vm', data: { vm: 'a' } } }])).toEqual([]);
});

test('a long line is told of by its beginning, and of many lines the newest are', () => {
  expect(texts([typed(1, 'a', `${'x'.repeat(1000)}\r`)])).toEqual(['x'.repeat(LONGEST_LINE)]);
  const many = Array.from({ length: MOST_LINES + 5 }, (_, n) => typed(n, 'a', `${n}\r`));
  expect([texts(many).length, texts(many)[0]]).toEqual([MOST_LINES, '5']);
});
