import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FILE_FORMATS, formatOf } from './file-formats.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A file of zeros with these bytes at their offsets. */
function file(marks: readonly (readonly [number, string])[], size = 4096): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, ...marks.map(([at, mark]) => at + mark.length)));
  for (const [at, mark] of marks) bytes.set(latin1(mark), at);
  return bytes;
}

/** Formats that need more than their marks. */
const MORE: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  pe: [
    [0x3c, '\x80'],
    [0x80, 'PE\0\0'],
  ],
  ext: [[0x404, '\x10']],
  mbr: [[0x1c2, '\x83']],
};

test.each(FILE_FORMATS.filter(({ marks }) => marks.length > 0))(
  '$id is called by its name',
  ({ id, kind, marks }) => {
    expect(formatOf(file([...marks, ...(MORE[id] ?? [])]))).toMatchObject({ id, kind });
  },
);

test.each([
  ['html', '\ufeff\n<!DOCTYPE HTML><title>404</title>'],
  ['html', '<!-- saved -->\n<html lang="en">'],
  ['xml', '<?xml version="1.0"?><svg/>'],
  ['json', '{\n  "version": 1 }'],
  ['json', '[1, 2]'],
  ['script', '#!/bin/sh\nexit 0\n'],
  ['text', 'int main(void) { return 0; }\n'],
  ['text', '内核应为 Linux Image\n'],
  ['text', '内核'.repeat(3000)],
  ['empty', ''],
])('%s is told by what it says: %j', (id, text) => {
  expect(formatOf(new TextEncoder().encode(text))?.id).toBe(id);
});

test('a virtual disk of fixed size is told by its end', () => {
  expect(formatOf(file([[4096 - 512, 'conectix']]))?.id).toBe('vhd');
});

describe('what has no mark has no name', () => {
  test.each([
    ['zeros', file([])],
    ['the first bytes of a DOS program alone', file([[0, 'MZ']])],
    ['the signature of a boot sector without partitions', file([[0x1fe, '\x55\xaa']])],
    ['code with a letter or two', latin1('\x13\x05\x40\x06\x73\0\0\0')],
    ['what would be text, were it not for one zero', latin1('hello\0world')],
    ['letters that are no UTF-8', latin1('\xa0\xc1')],
  ])('%s', (_, bytes) => {
    expect(formatOf(bytes)).toBeUndefined();
  });
});

test('any bytes are looked at without trouble, and a cut mark is none', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void formatOf(bytes)));
  const marked = FILE_FORMATS.flatMap(({ id, marks }) =>
    marks.slice(0, 1).map(([at, mark]) => ({ id, at, mark })),
  );
  for (const { id, at, mark } of marked)
    expect([id, formatOf(file([[at, mark]]).subarray(0, at + mark.length - 1))?.id]).not.toEqual([id, id]);
});
