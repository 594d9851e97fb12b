/** What the table of costs says is what passes of virtual time, on top of a cycle for each instruction. */
import { expect, test } from 'vitest';
import { COSTS } from '../cycles.ts';
import { A, CODE, D, R, RAM, Rig, U, V, W, X } from './fixtures/rig.ts';

const NS = 10;
const DATA = RAM + 0x30_0000;
const SV39 = 8n << 60n;
const G_LEAF = V | R | W | X | U | A | D;

const cost = (name: string): number => {
  const row = COSTS.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no cost ${name}`);
  return row.cycles;
};

/** Cycles that a step takes beyond the one of its instruction. */
function beyond(rig: Rig, text: string): number {
  rig.code(text);
  rig.setPc(CODE);
  const before = rig.hart.now;
  rig.step();
  return (rig.hart.now - before) / NS - 1;
}

/** A hart in S-mode whose code and first page of data are cached; `level`: of a superpage at 4 GiB. */
function supervisor(level = 0): Rig {
  const rig = new Rig();
  const root = rig.table();
  rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
  for (let page = 0; page < 4; page++)
    rig.map(root, 0x4000_0000n + BigInt(page * 4096), DATA + page * 4096, V | R | W | A | D);
  if (level > 0) rig.map(root, 0x1_0000_0000n, RAM, V | R | W | A | D, level);
  rig.set({ satp: SV39 | BigInt(root >>> 12), medeleg: 0xf0b7ffn });
  rig.mode = 'S';
  rig.setX(10, 0x4000_0000n);
  rig.execute('ld a2, 0(a0)');
  return rig;
}

test('an instruction that only computes, loads or stores takes one cycle', () => {
  const rig = supervisor();
  expect(beyond(rig, 'mul a2, a3, a4')).toBe(0);
  expect(beyond(rig, 'ld a2, 8(a0)')).toBe(0);
});

test('a walk costs what it reads: three entries, or the last one where the table is known', () => {
  const rig = supervisor();
  rig.setX(10, 0x4000_1000n);
  expect(beyond(rig, 'ld a2, 0(a0)')).toBe(cost('WALK_REFERENCE'));
  expect(beyond(rig, 'ld a2, 0(a0)')).toBe(0);
  expect(beyond(rig, 'sd a2, 0(a0)')).toBe(cost('WALK_REFERENCE'));
  rig.execute('sfence.vma x0, x0');
  // Three for the fetch, three for the load.
  expect(beyond(rig, 'ld a2, 0(a0)')).toBe(6 * cost('WALK_REFERENCE'));
});

test('under two stages each entry has a walk of its own', () => {
  const rig = new Rig();
  const [g, vs] = [rig.table(4), rig.table()];
  for (let page = RAM; page < RAM + (4 << 20); page += 4096)
    rig.map(g, BigInt(page), page, G_LEAF, 0, true);
  rig.map(vs, BigInt(CODE), CODE, V | R | X | A | D);
  rig.map(vs, 0x4000_0000n, DATA, V | R | W | A | D);
  rig.set({ vsatp: SV39 | BigInt(vs >>> 12), hgatp: SV39 | BigInt(g >>> 12), medeleg: 0xf0b7ffn });
  rig.mode = 'VS';
  rig.setX(10, 0x4000_0000n);
  const before = rig.machine.counters().references;
  const took = beyond(rig, 'ld a2, 0(a0)');
  const after = rig.machine.counters().references;
  const read = after[0] + after[1] - before[0] - before[1];
  expect(read).toBeGreaterThan(12);
  expect(took).toBe(read * cost('WALK_REFERENCE'));
});

test('traps and returns, CSRs, contexts, fences, atomics and split accesses', () => {
  const rig = supervisor();
  expect(beyond(rig, 'csrr a2, sscratch')).toBe(cost('CSR_ACCESS'));
  expect(beyond(rig, 'csrsi sstatus, 2')).toBe(cost('CSR_ACCESS') + cost('CONTEXT_CHANGE'));
  expect(beyond(rig, 'csrw satp, x0')).toBe(cost('CSR_ACCESS') + cost('CONTEXT_CHANGE'));
  rig.mode = 'M';
  expect(beyond(rig, 'ecall')).toBe(cost('MODE_CHANGE'));
  rig.mode = 'M';
  rig.set({ mepc: BigInt(CODE) });
  expect(beyond(rig, 'mret')).toBe(cost('MODE_CHANGE'));
  rig.mode = 'M';
  expect(beyond(rig, 'sfence.vma x0, x0')).toBe(cost('FENCE'));
  rig.setX(10, BigInt(DATA));
  expect(beyond(rig, 'sfence.vma a0, x0')).toBe(cost('FENCE'));
  expect(beyond(rig, 'amoadd.d a2, a3, (a0)')).toBe(cost('ATOMIC'));
  expect(beyond(rig, 'lr.d a2, (a0)')).toBe(cost('ATOMIC'));
  expect(beyond(rig, 'sc.d a2, a3, (a0)')).toBe(cost('ATOMIC'));
  rig.setX(10, BigInt(DATA) + 4092n);
  expect(beyond(rig, 'ld a2, 0(a0)')).toBe(cost('SPLIT_ACCESS'));
  expect(beyond(rig, 'sd a2, 0(a0)')).toBe(cost('SPLIT_ACCESS'));
});

test('a fence by an address that may lie in a superpage searches', () => {
  const rig = supervisor(1);
  rig.setX(10, 0x1_0000_0000n);
  rig.execute('ld a2, 0(a0)');
  expect(beyond(rig, 'sfence.vma a0, x0')).toBe(cost('FENCE') + cost('FENCE_SEARCH'));
});

test('an interrupt takes its time before the first instruction of its handler', () => {
  const rig = new Rig();
  rig.set({ mtvec: BigInt(CODE) + 64n, mie: 2n, mip: 0n, mstatus: 8n, mideleg: 0n });
  rig.code('nop');
  rig.hart.setPending(2, true);
  rig.setPc(CODE);
  const before = rig.hart.now;
  rig.hart.run(before + NS);
  expect(rig.pc).toBe(BigInt(CODE) + 64n);
  expect(rig.hart.now - before).toBe(cost('MODE_CHANGE') * NS);
  expect(rig.hart.instructions).toBe(0);
});

test('time that passes in a walk is noticed: a timer that is due then comes before the next instruction', () => {
  const rig = supervisor();
  rig.set({ mcounteren: 7n, menvcfg: 1n << 63n, mie: 32n, mideleg: 32n, mstatus: 2n });
  rig.set({ stvec: BigInt(CODE) + 8n });
  rig.setX(10, 0x4000_3000n);
  // `time` counts 100 ns: due in the middle of the walk.
  rig.hart.now = Math.ceil(rig.hart.now / 100) * 100 + 80;
  rig.set({ stimecmp: BigInt(Math.ceil(rig.hart.now / 100)) });
  rig.code('ld a2, 0(a0)\naddi a3, a3, 1\nhandler: j handler');
  rig.setPc(CODE);
  rig.setX(13, 0n);
  rig.hart.run(rig.hart.now + 2000);
  expect(rig.get('scause')).toBe((1n << 63n) | 5n);
  expect(rig.get('sepc')).toBe(BigInt(CODE) + 4n);
  expect(rig.x(13)).toBe(0n);
});
