import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodeSymbols } from './code-symbols.ts';
import { type KernelSymbol, kallsyms } from './kallsyms.ts';

const HI = 0xffff_ffff;
const LO = 0x8000_0000;

/** Six hundred functions and variables of a kernel, by address. */
const SYMBOLS: readonly KernelSymbol[] = Array.from({ length: 600 }, (_, n) => ({
  hi: HI,
  lo: LO + n * 32,
  type: n % 3 === 2 ? 'D' : 'T',
  name: n === 7 ? `long_${'name_'.repeat(40)}` : `${n % 3 === 2 ? 'table' : 'do_thing'}_${n}`,
}));

/** Tokens: every character is itself, and a few pairs have tokens of characters that names do not use. */
const PAIRS = ['do', 'th', 'ing', 'tab', 'le_'];
const TOKENS = Array.from({ length: 256 }, (_, n) => PAIRS[n - 128] ?? String.fromCharCode(n === 0 ? 1 : n));

interface Form {
  /** Where offsets stand: before the number of symbols, as up to 6.1, or behind the index. */
  readonly addresses: 'before' | 'behind';
  /** Filled in when the kernel starts, so that 0 is in the image. */
  readonly hasBase?: boolean;
}

/** An image with tables as scripts/kallsyms.c writes them, among other bytes. */
function imageOf(symbols: readonly KernelSymbol[], { addresses, hasBase = true }: Form): Uint8Array {
  const bytes: number[] = Array.from({ length: 4096 }, (_, n) => (n * 37) & 0xff);
  const align = (to: number): void => {
    while (bytes.length % to !== 0) bytes.push(0);
  };
  const word = (value: number, size = 4): void => {
    for (let n = 0; n < size; n++) bytes.push(Math.floor(value / 256 ** n) & 0xff);
  };
  const offsets = (): void => {
    align(8);
    for (const { lo } of symbols) word(lo - LO);
    align(8);
    word(hasBase ? LO : 0);
    word(hasBase ? HI : 0);
  };
  if (addresses === 'before') offsets();
  align(8);
  word(symbols.length);
  align(8);
  const start = bytes.length;
  const markers: number[] = [];
  symbols.forEach(({ type, name }, n) => {
    if (n % 256 === 0) markers.push(bytes.length - start);
    let text = type + name;
    for (const [pair, token] of PAIRS.map((each, index) => [each, 128 + index] as const))
      text = text.replaceAll(pair, String.fromCharCode(token));
    if (text.length > 127) bytes.push((text.length & 0x7f) | 0x80, text.length >> 7);
    else bytes.push(text.length);
    for (const character of text) bytes.push(character.charCodeAt(0));
  });
  align(8);
  for (const marker of markers) word(marker);
  align(8);
  const tokensAt = bytes.length;
  const index: number[] = [];
  for (const token of TOKENS) {
    index.push(bytes.length - tokensAt);
    for (const character of token) bytes.push(character.charCodeAt(0));
    bytes.push(0);
  }
  align(8);
  for (const offset of index) word(offset, 2);
  if (addresses === 'behind') offsets();
  for (let n = 0; n < 512; n++) bytes.push((n * 11) & 0xff);
  return Uint8Array.from(bytes);
}

describe('the symbols of a Linux image', () => {
  test.each(['before', 'behind'] as const)('are found with their addresses %s the names', (addresses) => {
    expect(kallsyms(imageOf(SYMBOLS, { addresses }))).toEqual(SYMBOLS);
  });

  test('of an image that gets its base when it starts are where kernels are linked', () => {
    expect(kallsyms(imageOf(SYMBOLS, { addresses: 'behind', hasBase: false }))).toEqual(SYMBOLS);
  });

  test('are none of an image without tables', () => {
    expect(kallsyms(new Uint8Array(0))).toEqual([]);
    expect(kallsyms(Uint8Array.from({ length: 10_000 }, (_, n) => (n * 13) & 0xff))).toEqual([]);
  });

  test('property: whatever is changed in an image, there are the right symbols of each name, or the tables do not fit', () => {
    const image = imageOf(SYMBOLS, { addresses: 'behind' });
    const place = fc.nat(image.length - 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 8 }), place, (changes, length) => {
        const changed = image.slice();
        for (const [at, byte] of changes) changed[at] = byte;
        expect([0, SYMBOLS.length]).toContain(kallsyms(changed).length);
        expect([0, SYMBOLS.length]).toContain(kallsyms(changed.subarray(0, length)).length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('names by them', () => {
  const names = new CodeSymbols(imageOf(SYMBOLS, { addresses: 'behind' }));

  test('tell code from variables, each as far as the next', () => {
    expect(names.at(LO + 32 + 4, HI)).toEqual({ name: 'do_thing_1', offset: 4 });
    expect(names.variableAt(LO + 64 + 8, HI)).toEqual({ name: 'table_2', offset: 8 });
    expect(names.at(LO + 64, HI)).toBeUndefined();
    expect(names.find('do_thing_9')).toMatchObject({ lo: LO + 9 * 32, hi: HI });
    expect(names.value('table_2')).toMatchObject({ lo: LO + 64, size: 32 });
  });

  test('complete what is typed, those that begin so first', () => {
    const found = names.matching('thing_59').map(({ name }) => name);
    expect(found).toContain('do_thing_597');
    expect(names.matching('DO_THING_3')[0]?.name).toBe('do_thing_3');
    expect(names.matching('')).toHaveLength(SYMBOLS.length);
  });
});
