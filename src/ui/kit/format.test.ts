import { expect, test } from 'vitest';
import { formatFor, groupedHex, parseAddress } from './format.ts';

const en = formatFor('en');

test('bytes are base 2, three digits', () => {
  expect(en.bytes(0)).toBe('0 B');
  expect(en.bytes(1023)).toBe('1,023 B');
  expect(en.bytes(1536)).toBe('1.5 KiB');
  expect(en.bytes(256 * 2 ** 20)).toBe('256 MiB');
});

test('used of total takes the unit of the total', () => {
  expect(en.usedOf(3 * 2 ** 20, 32 * 2 ** 20)).toBe('3 / 32 MiB');
  expect(en.usedOf(0, 0)).toBe('0 / 0 B');
  expect(en.usedOf(null, 32 * 2 ** 20)).toBe('– / 32 MiB');
});

test('shares, rates, counts', () => {
  expect(en.percent(0.2749)).toBe('27 %');
  expect(en.percent(0.0312)).toBe('3.1 %');
  expect(en.share(0.0312)).toBe('3.1 %');
  expect(en.share(0.0001)).toBe('< 0.1 %');
  expect(en.share(0)).toBe('0 %');
  expect(en.byteRate(2048)).toBe('2 KiB/s');
  expect(en.count(9999)).toBe('9,999');
  expect(en.count(1_234_567)).toBe('1.23 M');
});

test('durations and the clock', () => {
  expect(en.duration(2_500_000)).toBe('2.5 ms');
  expect(en.duration(10)).toBe('10 ns');
  expect(en.clock(1_234_600_000)).toBe('1.235 s');
  expect(en.clock(187_250_000_000)).toBe('3:07.250');
});

test('addresses are grouped for the eye and read back leniently', () => {
  expect(groupedHex('0x80201000')).toBe('0x8020 1000');
  expect(groupedHex('0xffffffff80201000')).toBe('0xffff ffff 8020 1000');
  expect(parseAddress(' 0x8020_1000 ')).toBe('0x80201000');
  expect(parseAddress('FFFF FFFF 8020 1000')).toBe('0xffffffff80201000');
  expect(parseAddress('0x0')).toBe('0x0');
  expect(parseAddress('12345678901234567')).toBeUndefined();
  expect(parseAddress('sp')).toBeUndefined();
});
