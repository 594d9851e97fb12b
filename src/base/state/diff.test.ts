import { expect, test } from 'vitest';
import { type Declaration, declare } from './declare.ts';
import { describe } from './describe.ts';
import { diff, rowsAsText } from './diff.ts';
import { type PartState, part, partState } from './part.ts';
import { bool, bytes, exactly, list, optional, text, u32, upTo, words } from './types.ts';

interface Page {
  readonly gfn: number;
  readonly content: Uint8Array;
}
interface Vm {
  readonly name: string;
  readonly running: boolean;
  readonly registers: Uint32Array;
  readonly pages: readonly Page[];
  readonly reason: string | undefined;
  readonly device: PartState;
}

const UART = declare<{ baud: number }>('uart', { baud: u32 });
const TIMER = declare<{ hz: number }>('timer', { hz: u32 });
const VM: Declaration<Vm> = declare('vm', {
  name: text(20),
  running: bool,
  registers: words(exactly(3), (at) => `x${at}`),
  pages: list(declare<Page>('page', { gfn: u32, content: bytes(exactly(16)) }), upTo(1000)),
  reason: optional(text(20)),
  device: part,
});

function vm(change: Partial<Vm> = {}): Vm {
  return {
    ...{ name: 'a', running: true, registers: Uint32Array.of(0, 1, 2), reason: undefined },
    pages: Array.from({ length: 40 }, (_, gfn) => ({ gfn, content: new Uint8Array(16) })),
    device: partState(UART, { baud: 9600 }),
    ...change,
  };
}

function differences(a: Vm, b: Vm): string[] {
  return rowsAsText(diff(VM, a, b)).split('\n');
}

test('equal states have no differences', () => {
  expect(diff(VM, vm(), vm())).toEqual([]);
});

test('each difference is named by its path and told in words', () => {
  const pages = vm().pages.map(({ gfn, content }) => ({ gfn, content: content.slice() }));
  pages[17]!.content.set([0x41, 0x42], 3);
  const other = { running: false, registers: Uint32Array.of(0, 7, 2), reason: 'panic', pages };
  expect(differences(vm(), vm(other))).toEqual([
    'running: yes against no',
    'registers.x1: 1 against 7',
    'pages[17].content: 2 of 16 bytes differ, the first at 0x3: 00 00 00 00 00 00 00 00 against 41 42 00 00 00 00 00 00',
    'reason: none against "panic"',
  ]);
});

test('parts of different kinds differ in the fields that one of them lacks', () => {
  expect(differences(vm(), vm({ device: partState(TIMER, { hz: 100 }) }))).toEqual([
    'device.baud: only in the first',
    'device.hz: only in the second',
  ]);
});

test('a long list names a few differences, and says how many more there are', () => {
  const pages = vm().pages.map(({ gfn, content }) => ({ gfn: gfn + 1, content }));
  const rows = differences(vm(), vm({ pages }));
  expect(rows).toHaveLength(9);
  expect(rows[0]).toBe('pages[0].gfn: 0 against 1');
  expect(rows[8]).toBe('and 32 more below pages');
});

test('lists of different lengths differ in that, and in what they have in common', () => {
  const pages = vm().pages.slice(0, 39);
  expect(differences(vm(), vm({ pages }))).toEqual(['pages: 40 against 39 elements']);
});

test('the whole is bounded too', () => {
  const twenty = list(words(exactly(100)), upTo(20));
  const many = declare<{ rows: readonly (readonly Uint32Array[])[] }>('many', {
    rows: list(twenty, upTo(20)),
  });
  const filled = (value: number): { rows: Uint32Array[][] } => ({
    rows: Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => new Uint32Array(100).fill(value))),
  });
  const rows = diff(many, filled(0), filled(1));
  expect(rows).toHaveLength(201);
  expect(rows.at(-1)?.words).toMatch(/^and \d+ more$/);
});

test('a description has a row for each value', () => {
  const rows = [...describe(VM, vm({ pages: [{ gfn: 5, content: new Uint8Array(16).fill(1) }] }))];
  expect(rows.map(({ path, words: value }) => `${path} = ${value}`)).toEqual([
    'name = "a"',
    'running = yes',
    'registers.x0 = 0',
    'registers.x1 = 1',
    'registers.x2 = 2',
    'pages[0].gfn = 5',
    'pages[0].content = 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01',
    'reason = none',
    'device.baud = 9600 (0x2580)',
  ]);
});
