import { expect, test } from 'vitest';
import { RoundTrips } from './round-trips.ts';

const US = 1000;

/** An ether frame with an IPv4 packet of a protocol, from one address to another. */
function frame(from: number, to: number, protocol = 17): Uint8Array {
  const bytes = new Uint8Array(60);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  bytes[14] = 0x45;
  view.setUint16(16, 46);
  bytes[23] = protocol;
  view.setUint32(26, from);
  view.setUint32(30, to);
  return bytes;
}
const ME = 0x0a00_0002;
const OTHER = 0x0a00_0064;
const total = (trips: RoundTrips) => trips.capture().latencies.reduce((sum, count) => sum + count, 0);

test('a packet ends with the first answer from where it went, of the same protocol', () => {
  const trips = new RoundTrips();
  trips.note(frame(ME, OTHER), true, 0);
  trips.note(frame(ME, OTHER), true, 10 * US);
  trips.note(frame(OTHER + 1, ME), false, 20 * US);
  trips.note(frame(OTHER, ME, 1), false, 20 * US);
  expect([total(trips), trips.capture().most]).toEqual([0, 2]);
  trips.note(frame(OTHER, ME), false, 30 * US);
  expect([total(trips), trips.capture().sent.map(({ at }) => at)]).toEqual([1, [10 * US]]);
});

test('what is lost is forgotten, what is no IPv4 packet is not counted, and what is awaited is bounded', () => {
  const trips = new RoundTrips();
  trips.note(frame(ME, OTHER), true, 0);
  trips.note(new Uint8Array(60), true, US);
  trips.note(frame(OTHER, ME), false, 2e9);
  expect([total(trips), trips.capture().sent]).toEqual([0, []]);
  for (let n = 0; n < 1000; n++) trips.note(frame(ME, OTHER), true, 2e9 + n);
  expect([trips.capture().sent.length, trips.capture().most]).toEqual([256, 256]);
  const other = new RoundTrips();
  other.restore(trips.capture());
  expect(other.capture()).toEqual(trips.capture());
});
