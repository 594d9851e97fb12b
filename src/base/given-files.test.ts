import { describe, expect, test } from 'vitest';
import { checkFlatImage, checkInitrd, checkLabFile, checkVmFile } from './given-files.ts';
import type { Result } from './result.ts';
import { TEXTS } from './texts/tables.ts';
import { sentenceOf } from './texts/texts.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function said(result: Result<null>, language: 'en' | 'zh' = 'en'): string {
  return result.ok ? '' : sentenceOf(TEXTS[language], result.error);
}

const ZBOOT = bytes('MZ\0\0zimg\0\0\0\0');
const GZIP = bytes('\x1f\x8b\x08\0');
const CPIO = bytes('070701\0\0');
const ELF = bytes('\x7fELF\x02\x01\x01\0');
const LINUX = bytes(`${'\0'.repeat(0x30)}RISCV\0\0\0RSC\x05\0\0\0\0`);
const VM = bytes('VLAB-VM.\0\0');
const LAB = bytes('VLABFILE\0\0');
const HTML = bytes('<!DOCTYPE html>\n');
const JSON_TEXT = bytes('{"version":1}');
const CODE = bytes('\x13\x05\x40\x06\x73\0\0\0');

describe('a kernel', () => {
  test.each([
    [ZBOOT, 'This is an EFI zboot kernel: give the plain Image (or ELF file) that is in it.'],
    [GZIP, 'This is a file compressed with gzip: give it unpacked.'],
    [CPIO, /cpio archive .*initial RAM disk/],
    [VM, /a suspended VM: resume it/],
    [LAB, /a lab file: open it as a lab/],
    [HTML, /an HTML page: the server/],
    [JSON_TEXT, /a JSON text: a kernel is/],
    [bytes(''), 'The image is empty.'],
  ])('that has another name is refused by it: %#', (file, sentence) => {
    expect(said(checkFlatImage(file))).toMatch(sentence);
  });

  test('is called so in Chinese too', () => {
    expect(said(checkFlatImage(ZBOOT), 'zh')).toBe(
      '这是 EFI zboot 内核：请提供其中的原始内核，即 Image 或 ELF 文件。',
    );
  });

  test('of flat code is taken', () => {
    expect(checkFlatImage(CODE).ok).toBe(true);
  });
});

test.each([GZIP, CPIO, ELF, CODE, bytes('hsqs'), bytes('\x28\xb5\x2f\xfd'), JSON_TEXT])(
  'an initial RAM disk may be packed or not, or whatever a kernel takes for one: %#',
  (file) => {
    expect(checkInitrd(file).ok).toBe(true);
  },
);

test.each([
  [LINUX, /This is a Linux kernel for RISC-V: an initial RAM disk/],
  [ZBOOT, /EFI zboot/],
  [bytes('QFI\xfb'), /qcow2/],
  [HTML, /HTML/],
  [VM, /suspended VM/],
  [bytes(''), /an empty file/],
])('an initial RAM disk that is surely something else is refused: %#', (file, sentence) => {
  expect(said(checkInitrd(file))).toMatch(sentence);
});

test.each([
  [ELF, /ELF program, not a lab: it is for a VM to start \(virtlab vm/],
  [LINUX, /virtlab vm/],
  [VM, /suspended VM, not a lab: resume it/],
  [CPIO, /initial RAM disk/],
  [HTML, /HTML page, not a lab: it is nothing that this place takes/],
])('what is no lab says where it belongs: %#', (file, sentence) => {
  expect(said(checkLabFile(file))).toMatch(sentence);
  expect(checkLabFile(LAB).ok && checkLabFile(JSON_TEXT).ok).toBe(true);
});

test.each([
  [ELF, /not the file of a suspended VM: it is for a VM to start/],
  [LAB, /open it as a lab/],
  [JSON_TEXT, /open it as a lab/],
  [GZIP, /it is nothing that this place takes/],
])('what is no suspended VM says where it belongs: %#', (file, sentence) => {
  expect(said(checkVmFile(file))).toMatch(sentence);
  expect(checkVmFile(VM).ok).toBe(true);
});
