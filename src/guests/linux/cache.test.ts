import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cachedBusybox, cachedKernel, kernelBanner } from './cache.ts';
import { packCpio } from './cpio.ts';
import { readManifest } from './manifest.ts';

const manifest = readManifest();
const upstream = manifest.kernel.version.split('-')[0] ?? '';
const text = (value: string) => new TextEncoder().encode(value);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtlab-cache-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), brotliCompressSync(bytes));

test('the banner of a kernel is found behind the words of other texts', () => {
  const image = text('\0Linux version %s (%s)\n\0xx\0Linux version 6.12.107-tiny (a@b) #1\n\0');
  expect(kernelBanner(image)).toBe('Linux version 6.12.107-tiny (a@b) #1');
  expect(kernelBanner(text('no kernel'))).toBeUndefined();
});

test('a kernel of the pinned version is taken, another one is not', () => {
  const image = text(`Linux version ${upstream}-tiny`);
  put('Image-tiny.br', image);
  put('Image-lab.br', text('Linux version 5.4.1-lab'));
  expect(cachedKernel(folder, 'tiny', manifest)).toEqual(Buffer.from(image));
  expect(() => cachedKernel(folder, 'lab', manifest)).toThrow(/is Linux 5\.4\.1; the manifest pins/);
});

test('a file that is missing or damaged is named', () => {
  writeFileSync(join(folder, 'Image-desk.br'), 'not brotli at all');
  expect(() => cachedKernel(folder, 'desk', manifest)).toThrow(/Image-desk\.br is damaged/);
  expect(() => cachedBusybox(folder)).toThrow(/has no initrd-lab\.cpio\.br/);
});

test('busybox is taken out of the cached initramfs', () => {
  put(
    'initrd-lab.cpio.br',
    packCpio([{ path: 'bin/busybox', kind: 'file', mode: 0o755, data: text('box') }]),
  );
  expect(cachedBusybox(folder)).toEqual(text('box'));
});
