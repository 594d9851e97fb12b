import { expect, test } from 'vitest';
import { type CpioEntry, fileInCpio, packCpio } from './cpio.ts';

const text = (value: string) => new TextEncoder().encode(value);
const ENTRIES: readonly CpioEntry[] = [
  { path: 'bin/tool', kind: 'file', mode: 0o755, data: text('hello') },
  { path: 'bin', kind: 'directory', mode: 0o755 },
  { path: 'bin/link', kind: 'link', mode: 0o777, target: 'tool' },
  { path: 'console', kind: 'character', mode: 0o600, major: 5, minor: 1 },
];

test('an archive is the same bytes whatever the order of its entries', () => {
  expect(packCpio([...ENTRIES].reverse())).toEqual(packCpio(ENTRIES));
});

test('entries are padded to four bytes, parents first, and end with the trailer', () => {
  const archive = packCpio(ENTRIES);
  expect(archive.length % 4).toBe(0);
  const names = new TextDecoder().decode(archive).match(/bin\/\w+|bin\0|console|TRAILER!!!/g);
  expect(names).toEqual(['bin\0', 'bin/link', 'bin/tool', 'console', 'TRAILER!!!']);
});

test('a header says what the entry is', () => {
  const archive = packCpio([{ path: 'c', kind: 'character', mode: 0o600, major: 5, minor: 1 }]);
  expect(new TextDecoder().decode(archive.subarray(0, 110))).toBe(
    ['070701', '00000000', '00002180', '00000000', '00000000', '00000001', '00000000', '00000000']
      .concat(['00000000', '00000000', '00000005', '00000001', '00000002', '00000000'])
      .join(''),
  );
});

test('a file is found in an archive, and only a file', () => {
  const archive = packCpio(ENTRIES);
  expect(fileInCpio(archive, 'bin/tool')).toEqual(text('hello'));
  expect(fileInCpio(archive, 'bin/link')).toBeUndefined();
  expect(fileInCpio(archive, 'bin')).toBeUndefined();
  expect(fileInCpio(archive, 'absent')).toBeUndefined();
});

test('a damaged archive holds no files', () => {
  const archive = packCpio(ENTRIES);
  expect(fileInCpio(archive.subarray(0, 200), 'bin/tool')).toBeUndefined();
  expect(fileInCpio(text('not an archive'.padEnd(200)), 'bin/tool')).toBeUndefined();
});
