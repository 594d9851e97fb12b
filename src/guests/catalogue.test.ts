import { expect, test } from 'vitest';
import {
  availableGuests,
  BUILTIN_GUESTS,
  builtinGuest,
  commandLine,
  filesOf,
  type GuestFile,
  NO_GUEST_FILES,
  parseGuestList,
} from './catalogue.ts';

const FILE: GuestFile = {
  name: 'linux-tiny',
  file: 'linux-tiny.Image.gzip',
  compression: 'gzip',
  compressedBytes: 10,
  sizeBytes: 20,
  sha256: '0'.repeat(64),
  version: 'Linux 6.12.107-1',
};
const INITRD: GuestFile = { ...FILE, name: 'initrd', file: 'initrd.cpio.gzip' };

test('every builtin guest has its own name as key, and memory that it can start in', () => {
  for (const [key, guest] of Object.entries(BUILTIN_GUESTS)) {
    expect(guest.name).toBe(key);
    expect(guest.defaultMemoryBytes).toBeGreaterThanOrEqual(guest.minimumMemoryBytes);
  }
});

test('names that only objects know are no guests', () => {
  expect(builtinGuest('teaching')?.name).toBe('teaching');
  expect(builtinGuest('constructor')).toBeUndefined();
});

test('the command line carries name, addresses and what a person adds', () => {
  const guest = BUILTIN_GUESTS['linux-tiny'];
  const settings = { hostName: 'vm1', addresses: ['10.0.0.2/24', '', '10.0.1.2/24'], gateway: '10.0.0.1' };
  expect(commandLine(guest, settings, 'quiet')).toBe(
    'earlycon=sbi console=hvc1 virtlab.host=vm1 virtlab.ip=10.0.0.2/24,,10.0.1.2/24 virtlab.gateway=10.0.0.1 quiet',
  );
  expect(commandLine(BUILTIN_GUESTS.teaching, { hostName: 'a', addresses: [''] })).toBe('virtlab.host=a');
});

test('without packaged files there is the teaching kernel alone', () => {
  expect(availableGuests(NO_GUEST_FILES).map(({ name }) => name)).toEqual(['teaching']);
  expect(filesOf(BUILTIN_GUESTS['linux-tiny'], NO_GUEST_FILES)).toMatchObject({
    error: { code: 'guests.missing', data: { file: 'linux-tiny' } },
  });
});

test('a guest whose root is on a disk needs its kernel alone', () => {
  const kernel: GuestFile = { ...FILE, name: 'linux-desk' };
  const guest = BUILTIN_GUESTS['linux-disk'];
  expect(filesOf(guest, { version: 1, files: [kernel] })).toEqual({ ok: true, value: { image: kernel } });
  expect(filesOf(guest, { version: 1, files: [INITRD] }).ok).toBe(false);
  expect(commandLine(guest, { hostName: 'a', addresses: [] })).toContain('root=/dev/vda');
});

test('a Linux guest needs its kernel and its initramfs', () => {
  const list = { version: 1, files: [FILE, INITRD] } as const;
  expect(availableGuests(list).map(({ name }) => name)).toEqual(['teaching', 'linux-tiny']);
  expect(filesOf(BUILTIN_GUESTS['linux-tiny'], list)).toEqual({
    ok: true,
    value: { image: FILE, initrd: INITRD },
  });
  expect(filesOf(BUILTIN_GUESTS['linux-tiny'], { version: 1, files: [FILE] })).toMatchObject({
    error: { data: { file: 'initrd' } },
  });
});

test('the stock kernel brings an initramfs of its own', () => {
  const list = { version: 1, files: [{ ...FILE, name: 'linux-stock' }, INITRD] } as const;
  const stock = BUILTIN_GUESTS['linux-stock'];
  expect(filesOf(stock, list)).toMatchObject({ error: { data: { file: 'initrd-stock' } } });
  const files = [...list.files, { ...INITRD, name: 'initrd-stock' } as const];
  expect(availableGuests({ version: 1, files }).map(({ name }) => name)).toEqual(['teaching', 'linux-stock']);
});

test('a sound list is read', () => {
  const list = { version: 1, files: [FILE] };
  expect(parseGuestList(JSON.stringify(list))).toEqual({ ok: true, value: list });
});

test.each([
  ['no JSON', 'x', 'guests.notJson', undefined],
  ['no object', '[]', 'guests.badList', undefined],
  ['a later version', '{"version":2,"files":[]}', 'guests.badList', 'version'],
  ['a file elsewhere', { file: '../x' }, 'guests.badList', 'files.0.file'],
  ['a hidden file', { file: '.x' }, 'guests.badList', 'files.0.file'],
  ['an unknown guest', { name: 'dos' }, 'guests.badList', 'files.0.name'],
  ['a huge file', { sizeBytes: 2 ** 40 }, 'guests.badList', 'files.0.sizeBytes'],
  ['a half byte', { compressedBytes: 0.5 }, 'guests.badList', 'files.0.compressedBytes'],
  ['a short hash', { sha256: '00' }, 'guests.badList', 'files.0.sha256'],
])('a list with %s is refused', (_, change, code, where) => {
  const text =
    typeof change === 'string' ? change : JSON.stringify({ version: 1, files: [{ ...FILE, ...change }] });
  const parsed = parseGuestList(text);
  expect(parsed).toMatchObject({ ok: false, error: { code } });
  if (where !== undefined) expect(parsed).toMatchObject({ error: { where } });
});
