import { expect, test } from 'vitest';
import { assemble } from '#isa/assemble';
import { decodeMmio, decodeTransformed, type MmioAccess } from './mmio-decode.ts';

function bitsOf(text: string): number {
  const assembled = assemble(text, 0);
  if (!assembled.ok) throw new Error(text);
  const view = new DataView(assembled.value.bytes.buffer, assembled.value.bytes.byteOffset);
  return view.byteLength < 4 ? view.getUint16(0, true) : view.getUint32(0, true);
}

/** What the hart puts into htinst (18.6.3): no offset, no base register. */
const LOAD_FIELDS = 0x0000_7fff;
const STORE_FIELDS = 0x01f0_707f;

const CASES: readonly (readonly [string, Partial<MmioAccess>])[] = [
  ['lb a0, -1(a1)', { store: false, size: 1, signed: true, register: 10 }],
  ['lbu a2, 0(a1)', { store: false, size: 1, signed: false, register: 12 }],
  ['lh a0, 2(a1)', { store: false, size: 2, signed: true }],
  ['lhu a0, 2(a1)', { store: false, size: 2, signed: false }],
  ['lw t6, 4(a1)', { store: false, size: 4, signed: true, register: 31 }],
  ['lwu a0, 4(a1)', { store: false, size: 4, signed: false }],
  ['ld a0, 8(a1)', { store: false, size: 8, signed: true }],
  ['sb a3, 1(a1)', { store: true, size: 1, register: 13 }],
  ['sh a3, 2(a1)', { store: true, size: 2 }],
  ['sw zero, 4(a1)', { store: true, size: 4, register: 0 }],
  ['sd a3, 8(a1)', { store: true, size: 8 }],
];

test.each(CASES)('%s is decoded from its bits and from htinst', (text, expected) => {
  const raw = bitsOf(text);
  const { store } = expected;
  const transformed = raw & (store === true ? STORE_FIELDS : LOAD_FIELDS);
  expect(decodeMmio(raw)).toMatchObject({ ...expected, length: 4 });
  expect(decodeTransformed(transformed)).toMatchObject({ ...expected, length: 4 });
  // Bit 1 clear: the instruction was compressed.
  expect(decodeTransformed(transformed & ~2)).toMatchObject({ ...expected, length: 2 });
});

test('compressed loads and stores are decoded', () => {
  expect(decodeMmio(0x4188)).toMatchObject({ store: false, size: 4, signed: true, register: 10, length: 2 });
  expect(decodeMmio(0xe188)).toMatchObject({ store: true, size: 8, register: 10, length: 2 });
});

test('what is no plain load or store of an x register is refused', () => {
  for (const text of ['amoadd.w a0, a1, (a2)', 'lr.d a0, (a1)', 'fld fa0, 0(a0)', 'add a0, a0, a0', 'ecall'])
    expect(decodeMmio(bitsOf(text))).toBeUndefined();
  for (const htinst of [0, 0x3000, 0x3020, 0xffff_ffff]) expect(decodeTransformed(htinst)).toBeUndefined();
});

test('a part of a misaligned access is refused', () => {
  expect(decodeTransformed((bitsOf('lw a0, 0(a1)') & LOAD_FIELDS) | (2 << 15))).toBeUndefined();
});
