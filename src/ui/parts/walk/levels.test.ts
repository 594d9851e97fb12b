import { expect, test } from 'vitest';
import { partsOf } from './levels.ts';

const text = (parts: ReturnType<typeof partsOf>): string =>
  parts.map(({ level, high, low, value }) => `${level}[${high}:${low}]=${value}`).join(' ');

test('each mode cuts an address into an index for each of its levels, and the offset', () => {
  const address = '0x50200c0401123';
  expect(text(partsOf(address, { vsMode: 'sv39', gMode: 'sv39x4' }))).toBe(
    '2[38:30]=3 1[29:21]=2 0[20:12]=1 -1[11:0]=291',
  );
  expect(text(partsOf(address, { vsMode: 'sv48', gMode: 'sv39x4' }))).toBe(
    '3[47:39]=4 2[38:30]=3 1[29:21]=2 0[20:12]=1 -1[11:0]=291',
  );
  expect(text(partsOf(address, { vsMode: 'sv57', gMode: 'sv39x4' }))).toBe(
    '4[56:48]=5 3[47:39]=4 2[38:30]=3 1[29:21]=2 0[20:12]=1 -1[11:0]=291',
  );
});

test('an address that the guest does not translate is cut by the G-stage, whose root has two bits more', () => {
  const address = '0x10080000456';
  expect(text(partsOf(address, { vsMode: 'bare', gMode: 'sv39x4' }))).toBe(
    '2[40:30]=1026 1[29:21]=0 0[20:12]=0 -1[11:0]=1110',
  );
  expect(text(partsOf(address, { vsMode: 'bare', gMode: 'sv57x4' }))).toBe(
    '4[58:48]=0 3[47:39]=2 2[38:30]=2 1[29:21]=0 0[20:12]=0 -1[11:0]=1110',
  );
});
