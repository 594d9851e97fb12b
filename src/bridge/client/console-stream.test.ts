import { expect, test } from 'vitest';
import { fail, ok } from '#base/result';
import { BACKLOG_LIMIT, ConsoleStream } from './console-stream.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a console opened later gets what is kept, then everything new', () => {
  const stream = new ConsoleStream(async () => ok(null));
  stream.append(bytes('one '), 0);
  let seen = '';
  const end = stream.attach((chunk) => {
    seen += new TextDecoder().decode(chunk);
  });
  stream.append(bytes('two'), 0);
  end();
  stream.append(bytes(' three'), 0);
  expect(seen).toBe('one two');
  expect(stream.text()).toBe('one two three');
});

test('what begins anew takes the place of all that came before, for listeners and for who comes later', () => {
  const stream = new ConsoleStream(async () => ok(null));
  let seen = '';
  stream.attach((chunk, _, anew) => {
    seen = (anew ? '' : seen) + new TextDecoder().decode(chunk);
  });
  stream.append(bytes('one two'), 0);
  stream.append(bytes('one'), 0, true);
  expect([seen, stream.text(), stream.total]).toEqual(['one', 'one', 3]);
});

test('a guest that floods its console costs bounded memory', () => {
  const stream = new ConsoleStream(async () => ok(null));
  for (let round = 0; round < 100; round++) stream.append(new Uint8Array(65536), 0);
  for (let round = 0; round < 10_000; round++) stream.append(new Uint8Array(1), 0);
  expect(stream.text().length).toBeLessThanOrEqual(BACKLOG_LIMIT);
  expect(stream.total).toBe(100 * 65536 + 10_000);
});

test('typed text goes as bytes of UTF-8, one code point a byte', async () => {
  let sent = '';
  const stream = new ConsoleStream(async (text) => {
    sent = text;
    return fail('console.full', { accepted: 0, bytes: 2 });
  });
  const answer = await stream.type('é');
  // What the machine refuses comes back to whoever typed.
  expect(answer.ok ? '' : answer.error.code).toBe('console.full');
  expect([...sent].map((unit) => unit.charCodeAt(0))).toEqual([0xc3, 0xa9]);
});
