import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { Conversations } from '#base/packets/conversations/conversations';
import { parseFilter } from '#base/packets/filter';
import { readCapture, writePcapng } from '#base/packets/pcapng';
import { fileOfSeen } from '#base/packets/seen-file';
import { fileRows, rowOf, type Seen, shownRows } from './packet-rows.ts';

const seen = (serial: number, point: Seen['point'], portName: string): Seen => ({
  ...{ serial, frame: 0, at: serial * 1_000_000_000, portName, bytes: new Uint8Array(60), length: 60 },
  ...(point === undefined ? {} : { point }),
});

test('rows of a file say which way a frame went, and why one was lost', () => {
  const lost = { ...seen(3, 'dropped', 'b/0'), stage: 'police', reason: 'overRate' };
  const file = writePcapng(fileOfSeen([seen(1, 'accepted', 'a/0'), seen(2, 'delivered', 'b/0'), lost]));
  const rows = fileRows(must(readCapture(file)));
  expect(rows.map(({ seen: { serial, point, portName } }) => [serial, point, portName])).toEqual([
    [1, 'accepted', 'a/0'],
    [2, 'delivered', 'b/0'],
    [3, undefined, 'b/0'],
  ]);
  expect(rows[2]?.seen.comment).toBe('dropped: police overRate');
});

test('times count from the first that was seen, where the list has lost it too', () => {
  const rows = [5, 6, 7].map((serial) => rowOf(seen(serial, 'accepted', 'a/0'), new Conversations()));
  const filter = must(parseFilter('frame.time_relative < 5.5'));
  const serials = (since?: number): number[] =>
    shownRows(rows, 'ports', filter, since).map((row) => row.seen.serial);
  expect(serials(1_000_000_000)).toEqual([5, 6]);
  expect(serials()).toEqual([5, 6, 7]);
});
