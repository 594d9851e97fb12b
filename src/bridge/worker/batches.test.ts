import { expect, test } from 'vitest';
import { CONSOLE_BATCH_LIMIT } from '#bridge/protocol/lab-api';
import type { Host } from '#hypervisor/host';
import type { Lab } from '#lab/lab';
import { ConsoleReader, EventReader } from './batches.ts';

/** Bytes that a VM's log keeps. */
const KEPT = 256 * 1024;

/** The log of a console, as far as the reader looks: the newest bytes, cut from a larger buffer. */
class Log {
  written = 0;

  since(position: number): { bytes: Uint8Array; dropped: number; position: number } {
    const fresh = this.written - position;
    const bytes = new Uint8Array(KEPT).subarray(Math.max(0, KEPT - fresh));
    return { bytes, dropped: fresh - bytes.length, position: this.written };
  }
}

test('a flooded console goes out in bounded pieces that hold nothing else, and no byte is uncounted (R6)', () => {
  const log = new Log();
  const hosts = [{ vms: () => [{ spec: { name: 'a' }, console: log }] } as unknown as Host];
  const reader = new ConsoleReader();
  let came = 0;
  // 10 MB/s and far more: what is written between two batches of 16 ms.
  for (const between of [1, 1000, 160_000, CONSOLE_BATCH_LIMIT, KEPT, 3_000_000, 7]) {
    log.written += between;
    const pieces = reader.take(hosts);
    expect(pieces.length).toBe(1);
    for (const { bytes, dropped } of pieces) {
      expect(bytes.length).toBeLessThanOrEqual(CONSOLE_BATCH_LIMIT);
      // A message copies the whole buffer behind an array.
      expect(bytes.buffer.byteLength).toBe(bytes.length);
      came += bytes.length + dropped;
    }
    expect(came).toBe(log.written);
  }
  expect(reader.take(hosts)).toEqual([]);
});

test('events of all hosts come under one count, once each; the last thousand can be had again', () => {
  const event = (serial: number) => ({ serial, at: serial, severity: 'info', code: 'x', data: {} });
  const logs: { serial: number }[][] = [[], []];
  const hosts = logs.map((log) => ({
    log: { since: (serial: number) => log.filter((each) => each.serial > serial) },
  }));
  const lab = { hosts } as unknown as Lab;
  const reader = new EventReader();
  logs[0]!.push(event(1));
  logs[1]!.push(event(1), event(2));
  expect(reader.take(lab).map(({ serial, host }) => [serial, host])).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
  ]);
  expect(reader.take(lab)).toEqual([]);
  logs[0]!.push(event(2));
  expect(reader.take(lab).map(({ serial, host }) => [serial, host])).toEqual([[4, 0]]);
  expect(reader.since(2).map(({ serial }) => serial)).toEqual([3, 4]);
  for (let n = 3; n < 2003; n++) logs[1]!.push(event(n));
  expect(reader.take(lab).length).toBe(2000);
  expect(reader.since(0).map(({ serial }) => serial)).toEqual(
    Array.from({ length: 1000 }, (_, n) => n + 1005),
  );
});
