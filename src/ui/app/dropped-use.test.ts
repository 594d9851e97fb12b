import { expect, test } from 'vitest';
import { formatOf } from '#base/catalogue/file-formats';
import { LIMITS } from '#base/catalogue/limits';
import { usesOf } from './dropped-use.ts';

test.each([
  ['\x7fELF\x02\x01', 'newVm'],
  ['\x13\x05\0\0', 'newVm', 'disk'],
  ['070701\0', 'newVm'],
  ['\x1f\x8b\x08\0', 'newVm'],
  ['VLABFILE\0', 'lab'],
  ['{"version":1}', 'lab'],
  ['VLAB-VM.\0', 'resume'],
  ['QFI\xfb\0', 'disk'],
  ['<!doctype html>'],
  ['hello'],
  [''],
] as const)('%j is good for %s', (text, ...uses) => {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  expect(usesOf(formatOf(bytes), bytes.length)).toEqual(uses);
});

test('what has no mark and is larger than any kernel is a disk', () => {
  expect(usesOf(undefined, LIMITS.fileBytes + 1)).toEqual(['disk']);
});
