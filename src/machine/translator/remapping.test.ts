/** Pages that change under translated code: remapped, mapped twice, in two address spaces, without permission; code across their ends. */
import { describe, expect, test } from 'vitest';
import { entryOf, PTE, RWX } from './fixtures/image.ts';
import { start } from './fixtures/text.ts';
import { type Draft, type Mode, WORLD_VMID } from './fixtures/worlds.ts';

const PAGE = 4096;
/** Where page tables are mapped for those who change them. */
const TABLE_VA = 0x5_0000_0000n;
const pageOf = (address: number): number => address - (address % PAGE);
const SUPERVISORS = ['S', 'VS'] as const;

/** Copies a page of code to a spare frame and changes a word of it. */
function variant(
  { image, codeFrames, spareFrames }: Draft,
  page: number,
  spare: number,
  at: number,
  add: number,
): void {
  const [from, to] = [codeFrames[page] as number, spareFrames[spare] as number];
  for (let i = 0; i < PAGE; i += 8) image.setU64(to + i, image.u64(from + i));
  const word = to + (at & -8);
  const half = BigInt((at & 4) * 8);
  image.setU64(word, image.u64(word) + ((BigInt(add) << 20n) << half));
}

/** Registers that name the entry of a page of code, its two values, and the address of the page. */
function swapping(draft: Draft, page: number, spare: number): Readonly<Record<number, bigint>> {
  const entry = draft.codeEntries[page] as number;
  draft.map(TABLE_VA, pageOf(entry));
  const value = (frame: number): bigint => entryOf(frame + draft.shift, RWX);
  return {
    10: TABLE_VA + BigInt(entry % PAGE),
    11: value(draft.codeFrames[page] as number),
    12: value(draft.spareFrames[spare] as number),
    13: draft.codeVa + BigInt(page * PAGE),
    14: 0n,
    15: 0n,
  };
}

/** Every 32nd turn: the entries change places, and the fence says so. */
const SWAP = (fence: string): string => `
    addi a4, a4, 1
    andi a6, a4, 31
    bne a6, x0, kept
    sd a2, 0(a0)
    addi a6, a1, 0
    addi a1, a2, 0
    addi a2, a6, 0
    ${fence}
  kept:
`;

const FENCES = ['sfence.vma x0, x0', 'sfence.vma a3, x0', 'sfence.vma x0, s1', 'sinval.vma a3, x0', ''];

describe.each(SUPERVISORS)('in %s-mode', (mode) => {
  test.each(FENCES)('a function is remapped, with "%s"', (fence) => {
    const text = `
      j loop
      .zero 12
    loop:
      ${SWAP(fence)}
      jal ra, function
      addi a7, x0, 12
    spin:
      addi a7, a7, -1
      bne a7, x0, spin
      j loop
      .zero 4080
    function:
      addi a5, a5, 1
      xor s2, s2, a5
      jalr x0, 0(ra)
    `;
    const { run, pair, program } = start(text, {
      ...{ mode, seed: 11, calm: fence === '' },
      extend: (draft, { at }) => {
        variant(draft, 1, 0, at('function') % PAGE, 16);
        return { ...swapping(draft, 1, 0), 9: 0n };
      },
    });
    expect(program.at('function')).toBeGreaterThanOrEqual(PAGE);
    run(60_000);
    expect(pair.work.translated).toBeGreaterThan(20_000);
    expect(pair.off.counters().traps).toBe(0);
  });

  test.each(FENCES)('a loop remaps its own page, with "%s"', (fence) => {
    const text = `
    loop:
      ${SWAP(fence)}
    changed:
      addi a5, a5, 1
      xor s2, s2, a5
      addi a7, x0, 12
    spin:
      addi a7, a7, -1
      bne a7, x0, spin
      j loop
    `;
    const { run, pair } = start(text, {
      ...{ mode, seed: 12 },
      extend: (draft, { at }) => {
        variant(draft, 0, 0, at('changed'), 7);
        return { ...swapping(draft, 0, 0), 9: 0n };
      },
    });
    run(60_000);
    expect(pair.work.translated).toBeGreaterThan(20_000);
    expect(pair.off.counters().traps).toBe(0);
  });

  test.each(FENCES)('functions are called through pointers, one is remapped, with "%s"', (fence) => {
    const text = `
      j loop
      .zero 12
    loop:
      ${SWAP(fence)}
      andi t0, a4, 3
      slli t1, t0, 12
      add t1, t1, s3
      jalr ra, 0(t1)
      addi a7, a7, 1
      add t2, s3, x0
      jalr t3, 8(t2)
      j loop
      .zero ${PAGE - 4 * 19 - (fence === '' ? 0 : 4)}
    first:
      addi a5, a5, 1
      jalr x0, 0(ra)
      addi a5, a5, 2
      jalr x0, 0(t3)
      .zero 4080
    second:
      addi a5, a5, 3
      xor s2, s2, a5
      jalr x0, 0(ra)
      .zero 4084
    third:
      xor s2, s2, a4
      jalr x0, 0(ra)
      .zero 4088
    fourth:
      add s2, s2, a5
      jalr x0, 0(ra)
    `;
    const { run, pair, program } = start(text, {
      ...{ mode, seed: 15, calm: fence === '' },
      extend: (draft, { at }) => {
        variant(draft, 2, 0, at('second') % PAGE, 16);
        return { ...swapping(draft, 2, 0), 9: 0n, 19: draft.codeVa + BigInt(PAGE) };
      },
    });
    expect(program.at('first')).toBe(PAGE);
    expect(program.at('fourth')).toBe(4 * PAGE);
    run(120_000);
    // What was learnt of the jumps has led to other translations.
    expect(pair.work.killed).toBeGreaterThan(0);
    expect(pair.work.translated).toBeGreaterThan(60_000);
    expect(pair.off.counters().traps).toBe(0);
  });

  test('the same address means other frames in two address spaces, with no fence between', () => {
    const text = `
    loop:
      addi a4, a4, 1
      andi a6, a4, 15
      bne a6, x0, kept
      csrrw a0, satp, a0
    kept:
      jal ra, function
      addi a7, x0, 9
    spin:
      addi a7, a7, -1
      bne a7, x0, spin
      j loop
      .zero 4060
    function:
      addi a5, a5, 1
      xor s2, s2, a5
      jalr x0, 0(ra)
    `;
    const { run, pair, program } = start(text, {
      ...{ mode, seed: 13 },
      extend: (draft, { at }) => {
        variant(draft, 1, 0, at('function') % PAGE, 5);
        const other = draft.image.fork(draft.root, draft.shift);
        draft.map(draft.codeVa + BigInt(PAGE), draft.spareFrames[0] as number, other);
        const satp = (8n << 60n) | (77n << 44n) | BigInt((other + draft.shift) / PAGE);
        return { 10: satp, 14: 0n, 15: 0n };
      },
    });
    expect(program.at('function')).toBeGreaterThanOrEqual(PAGE);
    run(80_000);
    expect(pair.work.regions).toBeGreaterThan(1);
  });

  test.each([0, 1])('two pages are mapped twice, with another page behind one of them (%d)', (which) => {
    const text = `
    loop:
      jalr ra, 0(a0)
      jalr ra, 0(a1)
      addi a4, a4, 1
      andi a6, a4, 63
      bne a6, x0, loop
      jalr ra, 0(a0)
      j loop
      .zero ${4096 - 7 * 4}
    function:
      auipc a2, 0
      add s2, s2, a2
      addi a3, x0, 7
    spin:
      addi a3, a3, -1
      bne a3, x0, spin
      j second
      .zero ${4096 - 6 * 4}
    second:
      addi a5, a5, 1
      xor s3, s3, a5
    again:
      addi a3, a3, 1
      slti a6, a3, 9
      bne a6, x0, again
      jalr x0, 0(ra)
    `;
    const alias = 0x7_0000_0000n;
    const { run, pair, program } = start(text, {
      ...{ mode, seed: 14 },
      extend: (draft) => {
        variant(draft, 2, 0, 0, 3);
        draft.map(alias, draft.codeFrames[1] as number);
        draft.map(alias + BigInt(PAGE), (which === 0 ? draft.codeFrames[2] : draft.spareFrames[0]) as number);
        return { 10: draft.codeVa + BigInt(PAGE), 11: alias, 14: 0n, 15: 0n };
      },
    });
    expect(program.at('second')).toBe(2 * PAGE);
    run(80_000);
    expect(pair.work.regions).toBeGreaterThan(0);
  });
});

/** Code that runs over page ends, with compressed instructions so that a 32-bit one lies at 0xffe. */
const SPANNING = `
  start:
    addi a7, x0, 40
    sfence.vma x0, x0
    j loop
    .zero ${4096 - 12 - 16 + 2 - 4}
  loop:
    addi a5, a5, 1
    xor s2, s2, a5
    add s3, s3, s2
    addi a7, a7, -1
    addi a6, a6, 3
    xor s4, s4, a6
    bne a7, x0, loop
    j third
    .zero ${4096 - 26}
  third:
    addi a5, a5, 5
    addi a6, a6, 9
    add s5, s5, a6
    add s6, s6, a5
    addi a7, a7, 1
    slti t1, a7, 30
    bne t1, x0, third
    j start
`;
const MODES_OF_PAGES: readonly Mode[] = ['M', 'S', 'U', 'VS', 'VU'];

describe.each(MODES_OF_PAGES)('code across page ends in %s-mode', (mode) => {
  test('runs, also with interrupts, and when one half changes', () => {
    const { run, pair, program, world, random } = start(SPANNING, { mode, seed: 21 });
    // `addi a6` of the first loop: its upper half begins the second page.
    const crossing = [program.at('loop'), program.at('third')];
    expect(crossing[0]).toBeLessThan(PAGE);
    run(60_000, () => {
      if (!random.oneIn(6)) return;
      const frame = world.codeFrames[random.between(1, 2)] as number;
      const value = (random.below(64) << 4) | 8;
      if (random.oneIn(3)) pair.both(({ ram }) => ram.setU8(frame + 1, (value >> 4) & 0x1f));
    });
    expect(pair.work.regions).toBeGreaterThan(0);
  });

  test('loses and regains pages and permissions', () => {
    const { run, pair, world, random } = start(SPANNING, { mode, seed: 22 });
    if (world.codeEntries.length === 0) return;
    run(80_000, () => {
      if (!random.oneIn(4)) return;
      const entry = random.pick(world.codeEntries);
      const bit = random.pick([PTE.V, PTE.X, PTE.R, PTE.W, PTE.U, PTE.A]);
      const isBack = !random.oneIn(4);
      const isTold = random.oneIn(2);
      pair.both((machine) => {
        const { ram } = machine;
        for (const each of isBack ? world.codeEntries : [])
          ram.setU8(each, ram.u8(each) | PTE.V | PTE.X | PTE.R | PTE.W);
        if (!isBack) ram.setU8(entry, ram.u8(entry) ^ bit);
        if (isTold) for (const hart of machine.harts) hart.flushVmid(WORLD_VMID);
      });
    });
    expect(pair.work.regions).toBeGreaterThan(0);
  });
});

test.each(['VS', 'VU'] as const)('the hypervisor remaps code of a guest in %s-mode', (mode) => {
  const text = `
    loop:
      addi a5, a5, 1
      xor s2, s2, a5
      andi a3, a5, 15
      bne a3, x0, loop
      jal ra, function
      j loop
      .zero 4080
    function:
      addi a4, a4, 1
      add s3, s3, a4
      jalr x0, 0(ra)
    `;
  const { run, pair, world, random } = start(text, {
    ...{ mode, seed: 31 },
    extend: (draft) => {
      variant(draft, 0, 0, 0, 3);
      variant(draft, 1, 1, 8, 5);
      return {};
    },
  });
  // Of both stages: first the entries of the guest's tables, then those of the hypervisor, in the order of frames.
  const guestEntries = world.codeEntries.slice(2);
  const frames = [...world.codeFrames].sort((a, b) => a - b);
  run(100_000, () => {
    const which = random.below(2);
    const entry = guestEntries[which] as number;
    const page = world.codeFrames.indexOf(frames[which] as number);
    const frame = (random.oneIn(2) ? frames[which] : world.spareFrames[page]) as number;
    pair.both((machine) => {
      const value = entryOf(frame, RWX | PTE.U);
      machine.ram.setU64(entry, Number(value & 0xffff_ffffn), Number(value >> 32n));
      for (const hart of machine.harts) hart.flushVmid(WORLD_VMID);
    });
  });
  expect(pair.work.regions).toBeGreaterThan(0);
});
