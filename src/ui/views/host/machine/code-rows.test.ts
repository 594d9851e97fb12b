import { expect, test } from 'vitest';
import type { CodeLine, CodeView } from '#bridge/protocol/answers';
import { visibleRows } from '../../../kit/use-row-window.ts';
import {
  addressesWithStop,
  halvesOf,
  lineFrom,
  pageBeside,
  rowAt,
  rowsOf,
  targetText,
  wordsOf,
} from './code-rows.ts';

function line(address: string, text: string, more: Partial<CodeLine> = {}): CodeLine {
  return { address, bytes: '00000013', text, executed: false, translated: false, samples: 0, ...more };
}
const VIEW: CodeView = {
  ...{ mode: 'VS', pc: '0x1004', space: '0x0', instructions: 1, exits: 0, page: '0x1000', samples: 200 },
  lines: [
    line('0x1000', 'addi a0, a0, 1', { samples: 10 }),
    line('0x1004', 'bne a0, zero, 0x1000', { target: '0x1000', label: 'inner', samples: 40 }),
    line('0x1008', 'ecall'),
  ],
};

test('names have rows of their own, and heat is that of the hottest and of all', () => {
  const rows = rowsOf(VIEW);
  expect(rows.map(({ kind, address }) => [kind, address])).toEqual([
    ['line', '0x1000'],
    ['label', '0x1004'],
    ['line', '0x1004'],
    ['line', '0x1008'],
  ]);
  expect(rows[0]).toMatchObject({ heat: 0.25, share: 0.05 });
  expect(rows[2]).toMatchObject({ heat: 1, share: 0.2 });
  expect(rowsOf({ ...VIEW, samples: 0, lines: [line('0x1000', 'ecall')] })[0]).toMatchObject({
    heat: 0,
    share: 0,
  });
});

test('an address is found in the instruction that it lies in, never in a name', () => {
  const rows = rowsOf(VIEW);
  expect(rowAt(rows, '0x1004')).toBe(2);
  expect(rowAt(rows, '0x1006')).toBe(2);
  expect(rowAt(rows, '0x100c')).toBe(-1);
});

test('the cursor goes from instruction to instruction and stops at the ends', () => {
  const rows = rowsOf(VIEW);
  expect(lineFrom(rows, 0, 1)).toBe(2);
  expect(lineFrom(rows, 2, -1)).toBe(0);
  expect(lineFrom(rows, 0, 100)).toBe(3);
  expect(lineFrom(rows, 3, -100)).toBe(0);
  expect(lineFrom(rows, 0, -1)).toBe(0);
  expect(lineFrom([], -1, 1)).toBe(-1);
});

test('a target stands beside the operands, not in them', () => {
  expect(wordsOf(VIEW.lines[1]!)).toEqual({ mnemonic: 'bne', operands: 'a0, zero,' });
  expect(wordsOf(line('0x0', 'jalr ra, 4(ra)', { target: '0x1000' })).operands).toBe('ra, 4(ra)');
  expect(wordsOf(VIEW.lines[2]!)).toEqual({ mnemonic: 'ecall', operands: '' });
});

test('a target is written by its name, or without what both addresses begin with', () => {
  const at = (address: string, target: string, targetSymbol?: string): string =>
    targetText(line(address, 'j', { target, ...(targetSymbol === undefined ? {} : { targetSymbol }) }));
  expect(at('0xffffffc080001000', '0xffffffc080002000', 'main')).toBe('<main>');
  expect(at('0xffffffc080001000', '0xffffffc080002000')).toBe('8000 2000');
  expect(at('0xffffffc080001000', '0x10000')).toBe('0x1 0000');
  expect(at('0x1000', '0x2000')).toBe('0x2000');
});

test('of a long address the lower digits are told from the upper ones', () => {
  expect(halvesOf('0xffffffc0800013ce')).toEqual({ upper: '0xffff ffc0 ', lower: '8000 13ce' });
  expect(halvesOf('0x10392')).toEqual({ upper: '', lower: '0x1 0392' });
  expect(halvesOf('0x80200000')).toEqual({ upper: '', lower: '0x8020 0000' });
});

test('what is on the screen and a little around it is drawn', () => {
  expect(visibleRows(0, 220, 22, 1000)).toEqual({ from: 0, to: 22 });
  expect(visibleRows(2200, 220, 22, 1000)).toEqual({ from: 88, to: 122 });
  expect(visibleRows(21_900, 220, 22, 1000)).toEqual({ from: 983, to: 1000 });
});

test('pages end where the address space does', () => {
  expect(pageBeside('0x1000', -1)).toBe('0x0');
  expect(pageBeside('0x0', -1)).toBeNull();
  expect(pageBeside('0xffffffffffffe000', 1)).toBe('0xfffffffffffff000');
  expect(pageBeside('0xfffffffffffff000', 1)).toBeNull();
});

test('a breakpoint shows in its VM, and in its address space or any', () => {
  const list = [
    { kind: 'address', vm: 'a', address: '0x1000' },
    { kind: 'address', vm: 'a', address: '0x1004', space: '0x8' },
    { kind: 'address', vm: 'a', address: '0x1008', space: '0x9' },
    { kind: 'address', vm: 'b', address: '0x100c' },
    { kind: 'exit', vm: 'a', reason: 'sbi' },
  ] as const;
  expect([...addressesWithStop(list, 'a', '0x8')]).toEqual(['0x1000', '0x1004']);
});
