import { expect, test } from 'vitest';
import { ConsoleLog } from './console-log.ts';
import { EventLog } from './event-log.ts';
import { CONSOLE_BATCH_LIMIT, ConsoleReader, EventReader } from './news.ts';

/** Bytes that a VM's log keeps. */
const KEPT = 256 * 1024;

/** The log of a console, as far as the reader looks: the newest bytes, cut from a larger buffer. */
class Log {
  written = 0;
  generation = 0;

  since(position: number): { bytes: Uint8Array; dropped: number; position: number } {
    const fresh = this.written - position;
    const bytes = new Uint8Array(KEPT).subarray(Math.max(0, KEPT - fresh));
    return { bytes, dropped: fresh - bytes.length, position: this.written };
  }
}

test('a flooded console goes out in bounded pieces that hold nothing else, and no byte is uncounted (R6)', () => {
  const log = new Log();
  const vms = [{ spec: { name: 'a' }, console: log }];
  const reader = new ConsoleReader();
  let came = 0;
  // 10 MB/s and far more: what is written between two batches of 16 ms.
  for (const between of [1, 1000, 160_000, CONSOLE_BATCH_LIMIT, KEPT, 3_000_000, 7]) {
    log.written += between;
    const pieces = reader.take(vms);
    expect(pieces.length).toBe(1);
    for (const { bytes, dropped } of pieces) {
      expect(bytes.length).toBeLessThanOrEqual(CONSOLE_BATCH_LIMIT);
      // A message copies the whole buffer behind an array.
      expect(bytes.buffer.byteLength).toBe(bytes.length);
      came += bytes.length + dropped;
    }
    expect(came).toBe(log.written);
  }
  expect(reader.take(vms)).toEqual([]);
});

test('the console of a VM that was reverted begins anew with what it has then', () => {
  const console = new ConsoleLog();
  const reader = new ConsoleReader();
  const take = (): unknown => reader.take([{ spec: { name: 'a' }, console }]);
  const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);
  console.append(text('one'));
  const then = console.capture();
  console.append(text(' two'));
  expect(take()).toEqual([{ vm: 'a', bytes: text('one two'), dropped: 0 }]);
  console.restore(then);
  // More has been written again than was gone back.
  console.append(text(' three and more'));
  expect(take()).toEqual([{ vm: 'a', bytes: text('one three and more'), dropped: 0, anew: true }]);
  expect(take()).toEqual([]);
});

test('events come once each; the last thousand can be had', () => {
  const log = new EventLog();
  const add = (): void => log.add({ at: 1, severity: 'info', code: 'x', data: {} });
  const reader = new EventReader();
  const serials = (): number[] => reader.take(log).map(({ serial }) => serial);
  add();
  add();
  expect(serials()).toEqual([1, 2]);
  expect(serials()).toEqual([]);
  add();
  expect(serials()).toEqual([3]);
  for (let n = 0; n < 2000; n++) add();
  expect(serials()).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1004));
});
