import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putU16, putU32, u16 } from '#base/big-endian';
import { checksumOf, onesSum } from '#base/ones-sum';
import { GSO_NONE, GSO_TCPV4, GSO_TCPV6, NEEDS_CSUM, type NetHeader, PLAIN } from './header.ts';
import { Merger } from './merger.ts';
import { Cutter, completeChecksum, MOST_PIECES } from './sending.ts';
import { checksumAt, isChecked, pseudoSum, type Transport, transportOf } from './transport.ts';

const ACK = 0x10;
const PSH = 0x08;

interface Segment {
  readonly v6?: boolean;
  readonly tagged?: boolean;
  readonly sequence?: number;
  readonly flags?: number;
  readonly payload: Uint8Array;
}

/** A TCP segment in an ether frame, with time stamps; its check sums are right. */
function frameOf({ v6 = false, tagged = false, sequence = 1000, flags = ACK, payload }: Segment): Uint8Array {
  const network = tagged ? 18 : 14;
  const transport = network + (v6 ? 40 : 20);
  const frame = new Uint8Array(transport + 32 + payload.length);
  frame.set([0x52, 0x54, 0, 0, 0, 2, 0x52, 0x54, 0, 0, 0, 1]);
  if (tagged) frame.set([0x81, 0, 0, 5], 12);
  putU16(frame, network - 2, v6 ? 0x86dd : 0x0800);
  if (v6) {
    frame[network] = 0x60;
    putU16(frame, network + 4, frame.length - transport);
    frame.set([6, 64], network + 6);
    frame.set([0xfd, 1], network + 8);
    frame.set([0xfd, 2], network + 24);
  } else {
    frame[network] = 0x45;
    putU16(frame, network + 2, frame.length - network);
    frame.set([0, 7, 0x40, 0, 64, 6], network + 4);
    frame.set([10, 0, 0, 2, 10, 0, 0, 3], network + 12);
    putU16(frame, network + 10, checksumOf(onesSum(frame, network, transport)));
  }
  putU16(frame, transport, 40000);
  putU16(frame, transport + 2, 80);
  putU32(frame, transport + 4, sequence);
  putU32(frame, transport + 8, 77);
  frame.set([0x80, flags, 0x10, 0], transport + 12);
  frame.set([1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2], transport + 20);
  frame.set(payload, transport + 32);
  const parts = transportOf(frame)!;
  const sum = onesSum(frame, transport, frame.length, pseudoSum(frame, parts, frame.length - transport));
  putU16(frame, checksumAt(parts), checksumOf(sum));
  return frame;
}

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at * 7 + (at >> 8));

/** The same packet as a driver hands it over that leaves check sum and pieces to the card. */
function open(packet: Uint8Array, parts: Transport): Uint8Array {
  const opened = packet.slice();
  putU16(opened, checksumAt(parts), pseudoSum(opened, parts, opened.length - parts.transport));
  return opened;
}
function headerFor(parts: Transport, gsoSize: number): NetHeader {
  return {
    ...{ flags: NEEDS_CSUM, gsoType: parts.isV6 ? GSO_TCPV6 : GSO_TCPV4, headerLength: parts.payload },
    ...{ gsoSize, checksumStart: parts.transport, checksumOffset: 16 },
  };
}
function cut(packet: Uint8Array, header: NetHeader): Uint8Array[] | undefined {
  const frames: Uint8Array[] = [];
  return new Cutter().cut(packet, header, (frame) => frames.push(frame.slice())) ? frames : undefined;
}

/** As a card does it, which has looked where the parts of the frame lie. */
function begins(merger: Merger, frame: Uint8Array): boolean {
  const parts = transportOf(frame);
  return parts !== undefined && merger.begin(frame, parts);
}
function adds(merger: Merger, frame: Uint8Array): boolean {
  const parts = transportOf(frame);
  return parts !== undefined && merger.add(frame, parts);
}

test('a sum of words is the same wherever it begins, and a last byte alone counts', () => {
  const plain = (bytes: Uint8Array): number => {
    let sum = 0;
    for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum;
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), (bytes, shift) => {
      const shifted = new Uint8Array(bytes.length + shift);
      shifted.set(bytes, shift);
      expect(onesSum(shifted, shift, shifted.length)).toBe(plain(bytes));
    }),
  );
});

test('a check sum that the driver left open is completed; of UDP it is never 0', () => {
  const frame = frameOf({ payload: bytesOf(101) });
  const parts = transportOf(frame)!;
  const opened = open(frame, parts);
  expect(completeChecksum(opened, { ...headerFor(parts, 0), gsoType: GSO_NONE })).toBe(true);
  expect(opened).toEqual(frame);
  const zero = new Uint8Array(40).fill(0xff, 20, 22);
  expect(completeChecksum(zero, { ...PLAIN, checksumStart: 20, checksumOffset: 6 })).toBe(true);
  expect(u16(zero, 26)).toBe(0xffff);
});

test.each([
  ['behind the frame', 40, 0],
  ['that ends behind the frame', 30, 9],
  ['far away', 0xffff, 0xffff],
])('a check sum %s makes no frame', (_, checksumStart, checksumOffset) => {
  expect(completeChecksum(new Uint8Array(40), { ...PLAIN, checksumStart, checksumOffset })).toBe(false);
});

test.each([
  { v6: false, tagged: false },
  { v6: true, tagged: false },
  { v6: false, tagged: true },
])(
  'a large packet becomes frames as a wire carries them (%o), and the receiving card puts them together again',
  (how) => {
    const payload = bytesOf(20_000);
    const whole = frameOf({ ...how, flags: ACK | PSH, payload });
    const parts = transportOf(whole)!;
    const frames = cut(open(whole, parts), headerFor(parts, 1400))!;
    expect(frames.length).toBe(Math.ceil(20_000 / 1400));
    for (const [at, frame] of frames.entries()) {
      const found = transportOf(frame)!;
      expect([isChecked(frame, found), found.end]).toEqual([true, frame.length]);
      expect(frame[found.transport + 13]).toBe(at === frames.length - 1 ? ACK | PSH : ACK);
    }
    const merger = new Merger();
    expect(begins(merger, frames[0]!)).toBe(true);
    for (const frame of frames.slice(1)) expect(adds(merger, frame)).toBe(true);
    expect([merger.isComplete, merger.pieces]).toEqual([true, frames.length]);
    const header = merger.finish();
    expect(header).toEqual(headerFor(parts, 1400));
    expect(merger.packet).toEqual(open(whole, parts));
  },
);

test.each<readonly [string, (header: NetHeader) => NetHeader]>([
  ['of the other protocol', (header) => ({ ...header, gsoType: GSO_TCPV6 })],
  ['of no protocol', (header) => ({ ...header, gsoType: 3 })],
  ['without a check sum to complete', (header) => ({ ...header, flags: 0 })],
  ['that begins elsewhere', (header) => ({ ...header, checksumStart: 14 })],
  ['of pieces of nothing', (header) => ({ ...header, gsoSize: 0 })],
  ['of pieces that no wire carries', (header) => ({ ...header, gsoSize: 1500 })],
  ['of more pieces than a card makes', (header) => ({ ...header, gsoSize: Math.floor(9000 / MOST_PIECES) })],
])('a header %s makes no frames', (_, change) => {
  const whole = frameOf({ payload: bytesOf(9000) });
  const parts = transportOf(whole)!;
  expect(cut(whole, change(headerFor(parts, 1448)))).toBeUndefined();
});

test('what does not continue a packet is not put to it', () => {
  const first = frameOf({ payload: bytesOf(1000) });
  const next = { sequence: 2000, payload: bytesOf(1000) };
  const wrong = frameOf(next);
  wrong[70]! ^= 1;
  const other = frameOf(next);
  other[30] = 11;
  for (const frame of [
    frameOf({ ...next, sequence: 2001 }),
    frameOf({ ...next, payload: bytesOf(1001) }),
    frameOf({ ...next, payload: new Uint8Array(0) }),
    frameOf({ ...next, flags: ACK | 1 }),
    frameOf({ ...next, v6: true }),
    frameOf({ ...next, tagged: true }),
    ...[wrong, other],
  ]) {
    const merger = new Merger();
    expect(begins(merger, first)).toBe(true);
    expect(adds(merger, frame)).toBe(false);
    expect(adds(merger, frameOf(next))).toBe(true);
  }
});

test('whatever a guest hands over, frames are as a wire carries them, and their number is bounded', () => {
  const base = frameOf({ payload: bytesOf(3000) });
  const number = fc.oneof(fc.nat(200), fc.nat(0xffff));
  const header = fc.record({
    ...{ flags: fc.nat(3), gsoType: fc.constantFrom(0, 1, 3, 4, 0x81, 0x84, 5), headerLength: number },
    ...{ gsoSize: number, checksumStart: fc.oneof(fc.constant(34), number), checksumOffset: number },
  });
  const changes = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 4 });
  const cutter = new Cutter();
  const merger = new Merger();
  fc.assert(
    fc.property(header, changes, fc.nat(base.length), (given, changed, length) => {
      const packet = base.slice(0, length);
      for (const [at, value] of changed) if (at < packet.length) packet[at] = value;
      let frames = 0;
      cutter.cut(packet, given, (frame) => {
        frames += 1;
        expect(frame.length).toBeLessThanOrEqual(1518);
        if (!adds(merger, frame)) begins(merger, frame);
      });
      completeChecksum(packet, given);
      if (!adds(merger, packet)) begins(merger, packet);
      merger.finish();
      expect(frames).toBeLessThanOrEqual(MOST_PIECES);
    }),
    { numRuns: 2000 },
  );
});
