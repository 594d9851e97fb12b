import { expect, test } from 'vitest';
import { CORPUS } from '#base/packets/fixtures/corpus';
import type { SeenFrame } from '#bridge/protocol/answers';
import { MOST_PASSING, passingRowsOf } from './passing-rows.ts';

const bytes = CORPUS['echoRequest6']!;
let serial = 0;
function seen(
  frame: number,
  point: SeenFrame['point'],
  portName: string,
  more: Partial<SeenFrame> = {},
): SeenFrame {
  serial += 1;
  return {
    ...{ serial, frame, at: serial, point, switch: 'lan', port: portName.length, portName, bytes },
    ...{ length: bytes.length, domain: 0, ...more },
  };
}

test('each packet is a row with where it is now: in the switch, on the wire, there, or lost', () => {
  const points = [
    ...[seen(1, 'accepted', 'a/0'), seen(1, 'decided', 'a/0'), seen(1, 'queued', 'b/0', { due: 5 })],
    ...[seen(1, 'delivered', 'b/0')],
    ...[seen(2, 'accepted', 'a/0'), seen(2, 'queued', 'b/0', { due: 900 })],
    ...[seen(3, 'accepted', 'a/0'), seen(3, 'decided', 'a/0')],
    ...[seen(4, 'accepted', 'a/0'), seen(4, 'dropped', 'b/0', { direction: 'out' })],
  ];
  const rows = passingRowsOf(0, points, 100);
  expect(rows.map(({ from, to, where }) => [from, to.join(), where])).toEqual([
    ['a/0', 'b/0', 'there'],
    ['a/0', 'b/0', 'wire'],
    ['a/0', '', 'switch'],
    ['a/0', '', 'lost'],
  ]);
  expect(rows[0]?.protocol).toBe('ICMPv6');
});

test('the last ones are shown', () => {
  const many = Array.from({ length: 100 }, (_, index) => seen(10 + index, 'accepted', 'a/0'));
  const rows = passingRowsOf(0, many, 1000);
  expect([rows.length, rows.at(-1)?.serial]).toEqual([MOST_PASSING, serial]);
});
