import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fragmentOptions, KERNEL_VARIANTS, ownFile, refusedOptions } from './kernel-build.ts';
import { readManifest } from './manifest.ts';

test('the last fragment has the last word on an option', () => {
  const options = fragmentOptions([
    'CONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set',
    'CONFIG_B=n\n# a comment',
  ]);
  expect([...options]).toEqual([
    ['CONFIG_A', 'y'],
    ['CONFIG_B', 'n'],
    ['CONFIG_C', 'n'],
  ]);
});

test('options that Kconfig dropped or turned on are named, and absent ones are off', () => {
  const config = 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_D=y';
  expect(refusedOptions(['CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=n\nCONFIG_D=n'], config)).toEqual([
    'CONFIG_B',
    'CONFIG_D',
  ]);
});

test('every line of a fragment is an option, a comment or empty', () => {
  for (const name of new Set(KERNEL_VARIANTS.flatMap(({ fragments }) => fragments)))
    for (const line of readFileSync(ownFile(name), 'utf8').split('\n'))
      expect(line).toMatch(/^$|^# |^CONFIG_\w+=(?:[yn]|\d+|"[^"]*")$/);
});

test('the manifest pins packages by version and hash', () => {
  const { kernel, busybox } = readManifest();
  expect(kernel.source).toBe(`linux ${kernel.version}`);
  expect(busybox.source).toMatch(/^busybox /);
  expect(kernel.sha256).not.toBe(busybox.sha256);
});
