import { expect, test } from 'vitest';
import { type Circumstances, holds, parseCondition } from './condition.ts';

const HERE: Circumstances = {
  x: (index) => BigInt(index) * 10n,
  csr: (name) => (name === 'vscause' ? 13n : 0n),
  pc: 0x8000_0000n,
  vcpu: 1,
  memory: (address, bytes) =>
    address === 0x1000n ? BigInt.asUintN(bytes * 8, 0x1122_3344_5566_7788n) : undefined,
};
const check = (text: string): boolean | string => {
  const parsed = parseCondition(text);
  return parsed.ok ? holds(parsed.value, HERE) : String(parsed.error.data['at']);
};

test.each([
  ['a0 == 100', true],
  ['x10 != 100', false],
  ['pc >= 0x8000_0000 && pc < 0x80001000', true],
  ['scause == 13 && vcpu == 1', true],
  // Comparisons are looser than bits, unlike in C.
  ['a0 & 0x64 == 100', true],
  ['1 + 2 * 3 == 7 && (1 + 2) * 3 == 9', true],
  ['1 << 65 == 2 && 0x10 >> 4 == 1', true],
  ['-1 == 0xffffffffffffffff && ~0 == -1 && !0', true],
  ['0 - 1 > 5', true],
  [
    '[0x1000] == 0x1122334455667788 && u8[4096] == 0x88 && u16[0x1000] == 0x7788 && u32[0x1000] == 0x55667788',
    true,
  ],
  // What is not there is not so, unless it does not matter.
  ['[0] == 0', false],
  ['[0] != 0', false],
  ['a0 == 100 || [0]', true],
  ['zero && [0]', false],
])('%s', (text, is) => {
  expect(check(text)).toBe(is);
});

test.each([
  ['', '1'],
  ['a0 ==', '6'],
  ['a0 = 3', '3'],
  ['a0 == nobody', '7'],
  ['(a0', '4'],
  ['u32 3', '5'],
  ['mepc == 0', '1'],
  ['a0; process.exit()', '3'],
  ['a0 == 0x_', '8'],
])('%s is none', (text, at) => {
  expect(check(text)).toBe(at);
});

test('what is too long or too deep is none', () => {
  for (const text of [`${'('.repeat(90)}1${')'.repeat(90)}`, '1'.repeat(5000), '!'.repeat(200)])
    expect(parseCondition(text).ok).toBe(false);
});
