import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { someImage, touched } from '../../fixtures/hostile-images.ts';
import { bytesAsSource, MemoryFile } from '../byte-file.ts';
import { copyImage, openImage } from '../open-image.ts';
import { RawImage } from '../raw.ts';
import { checkQcow2 } from './check.ts';
import { createQcow2, type NewQcow2 } from './create.ts';
import { Qcow2Image } from './image.ts';
import { HEADER_FIELDS } from './layout.ts';
import { WritableQcow2Image } from './writable.ts';

const WHOLE = { errors: 0, leaks: 0 };

function newImage(wanted: NewQcow2) {
  const file = new MemoryFile();
  return { file, image: must(createQcow2(file, wanted)) };
}

function contentOf(image: { sizeBytes: number; read: Qcow2Image['read'] }): Uint8Array {
  const all = new Uint8Array(image.sizeBytes).fill(0xee);
  must(image.read(0, all));
  return all;
}

const KINDS: readonly (readonly [string, NewQcow2])[] = [
  ['version 2', { sizeBytes: 300_000, version: 2, clusterBits: 12 }],
  ['version 3', { sizeBytes: 300_000, clusterBits: 16 }],
  ['the smallest clusters', { sizeBytes: 300_000, clusterBits: 9 }],
  ['the largest clusters', { sizeBytes: 5_000_000, clusterBits: 21 }],
  ...[1, 2, 4, 8, 32, 64].map(
    (refcountBits) =>
      [`counts of ${refcountBits} bits`, { sizeBytes: 200_000, clusterBits: 10, refcountBits }] as const,
  ),
];

describe.each(KINDS)('%s', (_, wanted) => {
  test('property: an image is an array of bytes, before and after it was opened again', () => {
    const range = fc.tuple(fc.nat(wanted.sizeBytes - 1), fc.nat(20_000), fc.nat(255), fc.boolean());
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (steps) => {
        const { file, image } = newImage(wanted);
        const model = new Uint8Array(wanted.sizeBytes);
        for (const [offset, length, fill, isDiscard] of steps) {
          const count = Math.min(length, wanted.sizeBytes - offset);
          if (isDiscard) must(image.discard(offset, count));
          else must(image.write(offset, new Uint8Array(count).fill(fill)));
          model.fill(isDiscard ? 0 : fill, offset, offset + count);
        }
        expect(Buffer.compare(contentOf(image), model)).toBe(0);
        expect(Buffer.compare(contentOf(must(Qcow2Image.open(file))), model)).toBe(0);
        expect(must(checkQcow2(file))).toMatchObject(WHOLE);
      }),
      { numRuns: 8 },
    );
  });
});

test('the refcount table grows with the file', () => {
  const { file, image } = newImage({ sizeBytes: 8 << 20, clusterBits: 9, refcountBits: 64 });
  for (let at = 0; at < image.sizeBytes; at += 1 << 20)
    must(image.write(at, new Uint8Array(1 << 20).fill(7)));
  expect(must(checkQcow2(file))).toMatchObject(WHOLE);
  expect(must(Qcow2Image.open(file)).header.refcountTableOffset).not.toBe(512);
});

test('what is discarded is given back, and used again', () => {
  const { file, image } = newImage({ sizeBytes: 1 << 20, clusterBits: 12 });
  must(image.write(0, new Uint8Array(1 << 19).fill(1)));
  const before = file.sizeBytes;
  must(image.discard(0, 1 << 19));
  expect(must(checkQcow2(file)).allocatedClusters).toBe(0);
  must(image.write(1 << 19, new Uint8Array(1 << 19).fill(2)));
  expect(file.sizeBytes).toBeLessThanOrEqual(before + 8192);
  expect(must(checkQcow2(file))).toMatchObject(WHOLE);
});

test('a layer below is read where the file says nothing, and must be given', () => {
  const { file, image } = newImage({ sizeBytes: 1 << 20 });
  must(image.write(65_536, new Uint8Array(1000).fill(5)));
  const name = new TextEncoder().encode('base.raw');
  file.write(400, name);
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
  view.setUint32(HEADER_FIELDS.backing_file_offset.offset + 4, 400);
  view.setUint32(HEADER_FIELDS.backing_file_size.offset, name.length);
  expect(Qcow2Image.open(file)).toEqual({
    ok: false,
    error: { code: 'qcow2.backing', data: { name: 'base.raw' } },
  });
  const backing = new RawImage(bytesAsSource(new Uint8Array(300_000).fill(9)));
  const above = must(WritableQcow2Image.openWritable(file, { backing }));
  must(above.write(100, Uint8Array.of(1)));
  must(above.discard(131_072, 65_536));
  const all = contentOf(above);
  expect([all[99], all[100], all[101], all[65_536], all[131_072], all[299_999], all[300_000]]).toEqual([
    9, 1, 9, 5, 0, 9, 0,
  ]);
});

/** What a file is refused for that has one header field as given. */
function withField(name: keyof typeof HEADER_FIELDS, value: number): string {
  const { file } = newImage({ sizeBytes: 1 << 20 });
  const { offset, width } = HEADER_FIELDS[name];
  const view = new DataView(file.bytes.buffer, file.bytes.byteOffset);
  if (width === 1) view.setUint8(offset, value);
  else view.setUint32(offset + width - 4, value);
  const opened = openImage(file);
  return opened.ok ? 'read' : opened.error.code;
}

test.each([
  ['crypt_method', 1, 'qcow2.encrypted'],
  ['crypt_method', 2, 'qcow2.encrypted'],
  ['incompatible_features', 4, 'qcow2.externalData'],
  ['incompatible_features', 16, 'qcow2.extendedL2'],
  ['incompatible_features', 32, 'qcow2.feature'],
  ['incompatible_features', 1, 'read'],
  ['incompatible_features', 2, 'read'],
  ['compatible_features', 1, 'read'],
  ['compression_type', 1, 'qcow2.zstd'],
  ['compression_type', 7, 'qcow2.field'],
  ['version', 1, 'qcow2.version'],
  ['version', 4, 'qcow2.version'],
  ['cluster_bits', 8, 'qcow2.field'],
  ['cluster_bits', 22, 'qcow2.field'],
  ['l1_size', 0, 'qcow2.field'],
  ['refcount_order', 7, 'qcow2.field'],
  ['nb_snapshots', 65_537, 'qcow2.field'],
] as const)('%s %i: %s', (name, value, code) => {
  expect(withField(name, value)).toBe(code);
});

test('a file that was not closed, or is marked as damaged, is read and not written', () => {
  for (const [bit, code] of [
    [1, 'qcow2.dirty'],
    [2, 'qcow2.corrupt'],
  ] as const) {
    const { file } = newImage({ sizeBytes: 1 << 20 });
    file.write(HEADER_FIELDS.incompatible_features.offset + 7, Uint8Array.of(bit));
    expect(WritableQcow2Image.openWritable(file)).toMatchObject({ ok: false, error: { code } });
  }
});

test('property: whatever a header field says, the file is refused or read, and nothing outside of it is touched', () => {
  const base = someImage();
  const reads = new Map<string, number>();
  for (const [name, { offset, width }] of Object.entries(HEADER_FIELDS)) {
    const word = fc.oneof(
      fc.nat(64),
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.constantFrom(4096, 0x7fff_ffff, 0xffff_f000),
    );
    fc.assert(
      fc.property(word, fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, word), (low, high) => {
        const bytes = base.slice();
        const view = new DataView(bytes.buffer);
        if (width === 1) view.setUint8(offset, low & 0xff);
        else view.setUint32(offset + width - 4, low);
        if (width === 8) view.setUint32(offset, high);
        const { outside, isRead } = touched(bytes);
        if (isRead) reads.set(name, (reads.get(name) ?? 0) + 1);
        expect([name, low, high, outside]).toEqual([name, low, high, 0]);
      }),
      { numRuns: 40 },
    );
  }
  // Names of nothing, and features that may be ignored, are no reason to refuse.
  expect(reads.get('compatible_features')).toBe(40);
});

test('property: whatever stands in the tables of a file, nothing outside of it is touched', () => {
  const base = someImage();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 20 }),
      fc.nat(base.length),
      (changes, length) => {
        const bytes = base.slice(0, Math.max(length, 200));
        for (const [at, value] of changes) if (at < bytes.length && at >= 4) bytes[at] = value;
        expect(touched(bytes).outside).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('a small file with a disk of petabytes is copied in no time, and a copy can be given up', async () => {
  const { file } = newImage({ sizeBytes: 2 ** 50, clusterBits: 21 });
  const { image: target } = newImage({ sizeBytes: 2 ** 50, clusterBits: 21 });
  const source = must(openImage(file));
  let turns = 0;
  const counted = async (): Promise<boolean> => {
    turns += 1;
    return true;
  };
  expect((await copyImage(source, target, counted)).ok).toBe(true);
  expect(turns).toBeLessThan(10_000);
  expect(await copyImage(source, target, async () => false)).toMatchObject({
    ok: false,
    error: { code: 'cancelled' },
  });
});
