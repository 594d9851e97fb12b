import { expect, test } from 'vitest';
import { formatOf } from '#base/catalogue/file-formats';
import { fitFor } from './dropped-use.ts';

test.each([
  ['\x7fELF\x02\x01', 'newVm'],
  ['\x13\x05\0\0', 'newVm'],
  ['070701\0', 'newVm'],
  ['\x1f\x8b\x08\0', 'newVm'],
  ['VLABFILE\0', 'lab'],
  ['{"version":1}', 'lab'],
  ['VLAB-VM.\0', 'resume'],
  ['QFI\xfb\0', 'disk'],
  ['<!doctype html>', null],
  ['hello', null],
  ['', null],
] as const)('%j is good for %s', (text, use) => {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  expect(fitFor(formatOf(bytes))).toBe(use);
});
