import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { COMPRESSED } from './compressed.ts';
import { decode } from './decode.ts';
import { disassemble } from './disassemble.ts';
import { INSTRUCTIONS } from './instructions.ts';

const words = (source: string, base = 0x8000_0000): number[] => {
  const result = assemble(source, base);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const view = new DataView(result.value.bytes.buffer);
  return Array.from({ length: result.value.bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true));
};

test('every row decodes to itself and to no other row', () => {
  for (const instruction of INSTRUCTIONS) {
    expect(decode(instruction.match)?.instruction.name, instruction.name).toBe(instruction.name);
    const others = INSTRUCTIONS.filter(
      (other) => other !== instruction && (instruction.match & other.mask) >>> 0 === other.match,
    );
    expect(
      others
        .filter((other) => (other.mask | instruction.mask) >>> 0 === instruction.mask)
        .map(({ name }) => name),
      instruction.name,
    ).toEqual([]);
  }
});

test('what the disassembler prints assembles to the same bits, for every row', () => {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  for (const instruction of INSTRUCTIONS) {
    for (let round = 0; round < 20; round++) {
      let raw = ((random() & ~instruction.mask) | instruction.match) >>> 0;
      if (instruction.format.startsWith('R') && (raw >>> 12) % 8 >= 5 && instruction.format !== 'R')
        raw &= ~0x7000;
      if (instruction.format === 'Amo' || instruction.format === 'LoadReserved') raw &= ~(3 << 25);
      if (instruction.format === 'Fence') raw = instruction.match;
      if (decode(raw)?.instruction !== instruction) continue;
      const text = disassemble(raw >>> 0, 0x8000_0000);
      expect(words(text)[0], text).toBe(raw >>> 0);
    }
  }
});

test('a compressed instruction decodes to its expansion', () => {
  expect(disassemble(0x4501, 0)).toBe('addi a0, zero, 0');
  expect(disassemble(0x8082, 0)).toBe('jalr zero, 0(ra)');
  expect(disassemble(0x6105, 0)).toBe('addi sp, sp, 32');
  expect(disassemble(0x0000, 0)).toBe('unimp');
  for (const row of COMPRESSED)
    expect(decode((row.match | ~row.mask) & 0xffff)?.compressed, row.name).toBe(row.name);
});

test('li builds any constant', () => {
  for (const value of [
    0n,
    -1n,
    0x7ffn,
    0x800n,
    0x7fff_ffffn,
    -0x8000_0000n,
    0x1234_5678_9abc_def0n,
    1n << 63n,
    0xffff_ffffn,
  ]) {
    let x = 0n;
    for (const raw of words(`li a0, ${value}`)) {
      const decoded = decode(raw);
      const immediate = BigInt(decoded?.immediate ?? 0);
      if (decoded?.instruction.name === 'lui') x = immediate;
      if (decoded?.instruction.name === 'addi') x = (decoded.rs1 === 0 ? 0n : x) + immediate;
      if (decoded?.instruction.name === 'addiw') x = BigInt.asIntN(32, x + immediate);
      if (decoded?.instruction.name === 'slli') x <<= immediate;
    }
    expect(BigInt.asIntN(64, x)).toBe(BigInt.asIntN(64, value));
  }
});

test('labels, branches and directives', () => {
  expect(
    words('start: beqz a0, start\n j end\n.word 0x12345678\nend: nop').map((raw) => raw.toString(16)),
  ).toEqual(['50063', '80006f', '12345678', '13']);
  const result = assemble('nop\n addi a0, a1, 5000', 0);
  expect(result).toEqual({
    ok: false,
    error: { code: 'assembly', data: { line: 2, message: expect.stringContaining('out of range') } },
  });
});
