import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { type GuestImage, parseImage } from './image.ts';

interface Part {
  readonly address: number;
  readonly virtualAddress?: number | bigint;
  readonly data: readonly number[];
  readonly memorySize?: number;
}

/** A small ELF64 executable with one symbol table; tests damage single fields of it. */
function elfFile(
  parts: readonly Part[],
  symbols: Readonly<Record<string, number | bigint>> = {},
  entry?: number | bigint,
): DataView {
  const names = Object.keys(symbols);
  const strings = new TextEncoder().encode(`\0${names.map((name) => `${name}\0`).join('')}`);
  const dataAt = 64 + 56 * parts.length;
  const dataSize = parts.reduce((sum, part) => sum + part.data.length, 0);
  const stringsAt = dataAt + dataSize;
  const symbolsAt = stringsAt + strings.length;
  const sectionsAt = symbolsAt + 24 * (names.length + 1);
  const view = new DataView(new ArrayBuffer(sectionsAt + 64 * 3));
  const bytes = new Uint8Array(view.buffer);
  const u64 = (at: number, value: number | bigint) => view.setBigUint64(at, BigInt(value), true);

  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  u64(24, entry ?? parts[0]?.address ?? 0);
  u64(32, 64);
  u64(40, sectionsAt);
  view.setUint16(54, 56, true);
  view.setUint16(56, parts.length, true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 3, true);

  let at = dataAt;
  for (const [index, part] of parts.entries()) {
    const header = 64 + 56 * index;
    view.setUint32(header, 1, true);
    view.setUint32(header + 4, 5, true);
    u64(header + 8, at);
    u64(header + 16, part.virtualAddress ?? part.address);
    u64(header + 24, part.address);
    u64(header + 32, part.data.length);
    u64(header + 40, part.memorySize ?? part.data.length);
    bytes.set(part.data, at);
    at += part.data.length;
  }

  bytes.set(strings, stringsAt);
  let nameAt = 1;
  for (const [index, name] of names.entries()) {
    const symbol = symbolsAt + 24 * (index + 1);
    view.setUint32(symbol, nameAt, true);
    view.setUint16(symbol + 6, 1, true);
    u64(symbol + 8, symbols[name] ?? 0);
    nameAt += name.length + 1;
  }
  const section = (index: number, type: number, offset: number, size: number, link: number) => {
    const header = sectionsAt + 64 * index;
    view.setUint32(header + 4, type, true);
    u64(header + 24, offset);
    u64(header + 32, size);
    view.setUint32(header + 40, link, true);
  };
  section(1, 2, symbolsAt, 24 * (names.length + 1), 2);
  section(2, 3, stringsAt, strings.length, 0);
  return view;
}

function linuxFile(textOffset: bigint, imageSize: bigint, size = 128): DataView {
  const view = new DataView(new ArrayBuffer(size));
  view.setBigUint64(8, textOffset, true);
  view.setBigUint64(16, imageSize, true);
  new Uint8Array(view.buffer).set(new TextEncoder().encode('RISCV\0\0\0RSC\x05'), 0x30);
  return view;
}

const bytesOf = (view: DataView) => new Uint8Array(view.buffer);

function parsed(view: DataView): GuestImage {
  const result = parseImage(bytesOf(view));
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

function errorOf(bytes: Uint8Array): string {
  const result = parseImage(bytes);
  return result.ok ? 'accepted' : result.error.code;
}

const CODE: Part = { address: RAM_BASE, data: [1, 2, 3, 4], memorySize: 4096 };

test('an ELF executable gives its segments, entry and symbols', () => {
  const image = parsed(
    elfFile([CODE, { address: RAM_BASE + 0x1000, data: [9] }], { tohost: 0x80001000, fromhost: 0x80001040 }),
  );
  expect(image.kind).toBe('elf');
  expect(image.entry).toBe(RAM_BASE);
  expect(image.segments.map(({ address, memorySize, data }) => [address, memorySize, [...data]])).toEqual([
    [RAM_BASE, 4096, [1, 2, 3, 4]],
    [RAM_BASE + 0x1000, 1, [9]],
  ]);
  expect(image.symbols('tohost')).toBe(0x80001000);
  expect(image.symbols('fromhost')).toBe(0x80001040);
  expect(image.symbols('host')).toBeUndefined();
  expect(image.symbols('')).toBeUndefined();
});

test('a segment is placed by its physical address, and the entry follows it', () => {
  const image = parsed(elfFile([{ ...CODE, virtualAddress: 0x4000_0000 }], {}, 0x4000_0002));
  expect(image.segments[0]?.address).toBe(RAM_BASE);
  expect(image.entry).toBe(RAM_BASE + 2);
});

test('kernels of the upper half are entered, and their symbols are found, where they are loaded', () => {
  const base = fc.oneof(fc.bigInt(0n, (1n << 64n) - 1n), fc.constantFrom(~0n << 31n, ~0n << 38n));
  const place = fc.record({
    linked: base.map((address) => BigInt.asUintN(64, address) & ~0xffffn),
    offset: fc.nat(0xffff),
    address: fc.nat(0xffff).map((page) => RAM_BASE + page * 4096),
  });
  fc.assert(
    fc.property(place, ({ linked, offset, address }) => {
      const at = linked + BigInt(offset);
      const part: Part = { address, virtualAddress: linked, data: [1, 2], memorySize: 0x1_0000 };
      const image = parsed(elfFile([part], { here: at, end: linked + 0xffffn }, at));
      expect(image.entry).toBe(address + offset);
      expect(image.symbols('here')).toBe(address + offset);
      expect(image.symbols('end')).toBe(address + 0xffff);
      expect(image.segments[0]?.address).toBe(address);
    }),
  );
});

test('each segment takes its own way; the end of one is a place too, and the physical entry stays', () => {
  const upper = 0xffff_ffff_8000_0000n;
  const parts: Part[] = [
    { address: RAM_BASE, virtualAddress: RAM_BASE, data: [1], memorySize: 0x1000 },
    { address: RAM_BASE + 0x20_0000, virtualAddress: upper, data: [2], memorySize: 0x1000 },
  ];
  const image = parsed(elfFile(parts, { low: RAM_BASE + 4, high: upper + 4n, end: upper + 0x1000n }));
  expect(image.entry).toBe(RAM_BASE);
  expect(image.symbols('low')).toBe(RAM_BASE + 4);
  expect(image.symbols('high')).toBe(RAM_BASE + 0x20_0004);
  expect(image.symbols('end')).toBe(RAM_BASE + 0x20_1000);
});

test('a segment that takes no memory may state any address', () => {
  const empty: Part = { address: 0, virtualAddress: ~0n << 20n, data: [] };
  const file = elfFile([CODE, empty]);
  file.setBigUint64(64 + 56 + 24, BigInt.asUintN(64, ~0n), true);
  expect(parsed(file).segments).toHaveLength(1);
});

test.each<[string, string, (view: DataView) => void]>([
  ['32-bit', 'elf.not64', (view) => view.setUint8(4, 1)],
  ['big-endian', 'elf.notLittleEndian', (view) => view.setUint8(5, 2)],
  ['x86-64', 'elf.notRiscv', (view) => view.setUint16(18, 62, true)],
  ['an interpreter that loads it', 'elf.userProgram', (view) => view.setUint32(64, 3, true)],
  [
    'a 32-bit program of another machine',
    'elf.notRiscv',
    (view) => {
      view.setUint8(4, 1);
      view.setUint16(18, 3, true);
    },
  ],
  [
    'a big-endian machine',
    'elf.notRiscv',
    (view) => {
      view.setUint8(5, 2);
      view.setUint16(18, 22, false);
    },
  ],
  ['an object file', 'elf.notExecutable', (view) => view.setUint16(16, 1, true)],
  ['program headers past the end', 'elf.truncated', (view) => view.setBigUint64(32, 1n << 40n, true)],
  [
    'program headers at an address of the upper half',
    'elf.truncated',
    (view) => view.setBigUint64(32, ~0n, true),
  ],
  ['program headers of another size', 'elf.badHeader', (view) => view.setUint16(54, 32, true)],
  ['65,535 program headers', 'elf.tooManySegments', (view) => view.setUint16(56, 0xffff, true)],
  ['no program headers', 'elf.noSegments', (view) => view.setUint16(56, 0, true)],
  [
    'a segment past the end of the file',
    'elf.truncated',
    (view) => view.setBigUint64(64 + 8, 1n << 20n, true),
  ],
  [
    'a file size past the end of the file',
    'elf.truncated',
    (view) => view.setBigUint64(64 + 32, 1n << 20n, true),
  ],
  ['less memory than data', 'elf.badSegment', (view) => view.setBigUint64(64 + 40, 1n, true)],
  [
    'a physical address of the upper half',
    'elf.badAddress',
    (view) => view.setBigUint64(64 + 24, ~0n << 31n, true),
  ],
  [
    'an entry of the upper half that lies in no segment',
    'elf.badAddress',
    (view) => view.setBigUint64(24, ~0n << 31n, true),
  ],
])('an ELF file with %s is refused with %s', (_, code, damage) => {
  const view = elfFile([CODE]);
  damage(view);
  expect(errorOf(bytesOf(view))).toBe(code);
});

test('every truncation of an ELF file is refused or lacks only symbols', () => {
  const whole = bytesOf(elfFile([CODE], { tohost: RAM_BASE }));
  for (let length = 4; length < whole.length; length++) {
    const result = parseImage(whole.slice(0, length));
    if (result.ok) expect(result.value.symbols('tohost')).toBeUndefined();
    else expect(result.error.code).toBe('elf.truncated');
  }
});

test('no damage to an ELF file throws, and segments stay inside the file', () => {
  const whole = bytesOf(elfFile([CODE, CODE], { tohost: RAM_BASE }));
  const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(damage, (writes) => {
      const bytes = whole.slice();
      for (const [at, value] of writes) bytes[at] = value;
      const result = parseImage(bytes);
      if (!result.ok) return;
      result.value.symbols('tohost');
      for (const segment of result.value.segments) {
        expect(Number.isSafeInteger(segment.address + segment.memorySize)).toBe(true);
        expect(segment.memorySize).toBeGreaterThanOrEqual(segment.data.length);
      }
    }),
    { numRuns: 500 },
  );
});

test('a Linux Image is placed by its header, relative to RAM', () => {
  const image = parsed(linuxFile(0x20_0000n, 0x30_0000n));
  expect(image.kind).toBe('linux-image');
  expect(image.entry).toBe(RAM_BASE + 0x20_0000);
  expect(image.segments[0]).toMatchObject({ address: RAM_BASE + 0x20_0000, memorySize: 0x30_0000 });
  expect(image.symbols('tohost')).toBeUndefined();
});

test('a Linux Image that states no size takes the size of its file', () => {
  expect(parsed(linuxFile(0n, 0n)).segments[0]?.memorySize).toBe(128);
});

test('a Linux Image with impossible numbers is refused', () => {
  expect(errorOf(bytesOf(linuxFile(~0n, 1n)))).toBe('linux.badHeader');
  expect(errorOf(bytesOf(linuxFile(0n, ~0n)))).toBe('linux.badHeader');
});

test('anything else is a flat binary, at the start of RAM or where asked', () => {
  const bytes = Uint8Array.of(0x13, 0, 0, 0);
  expect(parseImage(bytes)).toMatchObject({ ok: true, value: { kind: 'flat', entry: RAM_BASE } });
  expect(parseImage(bytes, { flatAddress: 0x8020_0000 })).toMatchObject({ value: { entry: 0x8020_0000 } });
});

test('empty and compressed files are refused by name', () => {
  expect(errorOf(new Uint8Array(0))).toBe('image.empty');
  expect(parseImage(Uint8Array.of(0x1f, 0x8b, 8, 0))).toMatchObject({
    error: { code: 'image.compressed', data: { format: 'gzip' } },
  });
});

test('of another machine, its name is said', () => {
  const view = elfFile([CODE]);
  view.setUint16(18, 183, true);
  expect(parseImage(bytesOf(view))).toMatchObject({ error: { data: { machine: 183, name: 'arm64' } } });
});

test('what has a name and is no kernel is not run as flat code', () => {
  expect(errorOf(Uint8Array.of(0x27, 0x05, 0x19, 0x56))).toBe('image.foreign');
  expect(errorOf(new TextEncoder().encode('<!doctype html>'))).toBe('image.foreign');
});
