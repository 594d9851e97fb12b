/**
 * Two harts over one memory, one of which runs translated: the other rewrites its code, exchanges the frames behind it, and counts in
 * the same words. What a hart stores the next instruction of the other one sees, translated or not (RVWMO allows no less, A.5 of the
 * unprivileged specification asks for no more).
 */
import { describe, expect, test } from 'vitest';
import type { Hart } from '../hart.ts';
import { entryOf, RWX } from './fixtures/image.ts';
import { RAM, RAM_BYTES, RELENTLESS } from './fixtures/pair.ts';
import { type Run, type StartOptions, start } from './fixtures/text.ts';
import { MODES } from './fixtures/worlds.ts';

const PAGE = 4096;
const TABLE_VA = 0x5_0000_0000n;
const SUPERVISORS = ['S', 'VS'] as const;

/** A world of two harts: the first begins where the text does, the second at its label `other`. */
function startTwo(text: string, options: StartOptions): Run {
  const it = start(text, { calm: true, ...options, harts: 2 });
  const other = BigInt.asUintN(64, it.world.codeVa + BigInt(it.program.at('other')));
  it.pair.both((machine) => {
    const hart = machine.harts[1] as Hart;
    hart.setPc(Number(other & 0xffff_ffffn), Number(other >> 32n));
    hart.contextChanged();
  });
  return it;
}

/** Runs one hart after the other, for as many instructions each, in slices of random length; all is compared after each. */
function runTwo({ pair, random }: Run, instructions: number): void {
  const left = [instructions, instructions];
  while (Math.max(...left) > 0) {
    const hart = random.below(2);
    const length = random.between(1, random.pick([1, 7, 60, 500]));
    if ((left[hart] as number) > 0) pair.run(length, hart);
    left[hart] = (left[hart] as number) - length;
  }
  pair.checkSaved();
  expect(pair.off.counters().traps).toBe(0);
}

const register = ({ pair }: Run, hart: number, x: number): number => pair.on.harts[hart]?.xLo(x) ?? 0;

test.each(MODES)('the other hart rewrites a loop, and a function that it calls, in %s-mode', (mode) => {
  const text = `
    loop:
      addi a2, a2, 1
    patch:
      addi a5, a5, 1
      xor a6, a6, a5
      jal ra, function
      addi a7, x0, 9
    spin:
      addi a7, a7, -1
      bne a7, x0, spin
      j loop
    other:
      la a0, patch
      la a1, inner
      lw a2, 0(a0)
      lw a3, 0(a1)
      lui a4, 0x100
    again:
      addi a5, x0, 300
    wait:
      addi a5, a5, -1
      bne a5, x0, wait
      add a2, a2, a4
      sw a2, 0(a0)
      add a3, a3, a4
      sw a3, 0(a1)
      addi a6, a6, 1
      j again
      .zero 4000
    function:
      addi a4, a4, 1
    inner:
      addi s1, x0, 1
      add s2, s2, s1
      jalr x0, 0(ra)
  `;
  const run = startTwo(text, { mode, seed: 21, policy: RELENTLESS });
  runTwo(run, 60_000);
  // Both run translated, and what is rewritten is translated anew.
  expect(run.pair.work.killed).toBeGreaterThan(10);
  expect(run.pair.work.translated).toBeGreaterThan(10_000);
});

test.each([
  ['M', false],
  ['S', false],
  ['S', true],
  ['VS', true],
] as const)(
  'in %s-mode the other hart writes a page before anybody runs in it, and goes on (by two addresses: %s)',
  (mode, twice) => {
    const text = `
      lui t0, 1
    first:
      addi t0, t0, -1
      bne t0, x0, first
    loop:
      jal ra, function
      addi a7, x0, 9
    spin:
      addi a7, a7, -1
      bne a7, x0, spin
      j loop
    other:
      la a1, inner
      ${twice ? '' : 'addi a0, a1, 0'}
      lw a3, 0(a1)
      lui a4, 0x100
    again:
      addi a5, x0, 100
    wait:
      addi a5, a5, -1
      bne a5, x0, wait
      add a3, a3, a4
      sw a3, 0(a0)
      addi a5, a1, 0
      addi a1, a0, 0
      addi a0, a5, 0
      j again
      .zero 4080
    function:
      addi s2, s2, 1
    inner:
      addi s1, x0, 1
      jalr x0, 0(ra)
  `;
    let inner = 0;
    const run = startTwo(text, {
      ...{ mode, seed: 24, policy: RELENTLESS },
      extend: ({ map, ...draft }, { at }) => {
        const [frame, offset] = [draft.codeFrames[1] as number, at('inner') - PAGE];
        inner = frame + offset;
        // Other than the page of the code, this one is in another entry of the TLB.
        if (twice) map(TABLE_VA + BigInt(7 * PAGE), frame);
        return twice ? { 10: TABLE_VA + BigInt(7 * PAGE + offset) } : {};
      },
    });
    const immediate = (): number => run.pair.on.ram.u32(inner) >>> 20;
    const before = immediate();
    // The first hart counts down meanwhile.
    run.pair.run(2000, 1);
    expect(immediate()).toBeGreaterThan(before + 2);
    runTwo(run, 40_000);
    run.pair.run(200, 0);
    expect(register(run, 0, 9)).toBe(immediate());
    expect(immediate()).toBeGreaterThan(before + 100);
  },
);

describe.each(SUPERVISORS)('in %s-mode', (mode) => {
  test.each(['sfence.vma x0, x0', 'sfence.vma a3, x0', ''])(
    'the other hart exchanges the frames behind a function; "%s" now and then',
    (fence) => {
      const text = `
      loop:
        addi a4, a4, 1
        andi a6, a4, 15
        bne a6, x0, kept
        ${fence}
      kept:
        jal ra, function
        addi a7, x0, 12
      spin:
        addi a7, a7, -1
        bne a7, x0, spin
        j loop
      other:
        addi a5, x0, 500
      wait:
        addi a5, a5, -1
        bne a5, x0, wait
        sd a2, 0(a0)
        addi a6, a1, 0
        addi a1, a2, 0
        addi a2, a6, 0
        addi a4, a4, 1
        j other
        .zero 4080
      function:
        addi a5, a5, 1
        xor s2, s2, a5
        addi s3, s3, 1
        jalr x0, 0(ra)
    `;
      const run = startTwo(text, {
        ...{ mode, seed: 22 },
        extend: ({ map, image, shift, ...draft }, { at }) => {
          const [frame, spare] = [draft.codeFrames[1] as number, draft.spareFrames[0] as number];
          for (let i = 0; i < PAGE; i += 8) image.setU64(spare + i, image.u64(frame + i));
          // In the spare frame `a5` grows by 16 more each time.
          const inner = spare + (at('function') % PAGE);
          const half = BigInt((inner & 4) * 8);
          const word = inner - (inner % 8);
          image.setU64(word, image.u64(word) + ((16n << 20n) << half));
          const entry = draft.codeEntries[1] as number;
          map(TABLE_VA, entry - (entry % PAGE));
          return {
            10: TABLE_VA + BigInt(entry % PAGE),
            11: entryOf(frame + shift, RWX),
            12: entryOf(spare + shift, RWX),
            13: draft.codeVa + BigInt(PAGE),
            14: 0n,
            15: 0n,
            19: 0n,
          };
        },
      });
      expect(run.program.at('function')).toBeGreaterThanOrEqual(PAGE);
      runTwo(run, 60_000);
      expect(run.pair.work.translated).toBeGreaterThan(60_000);
      const [calls, sum] = [register(run, 0, 19), register(run, 0, 15)];
      // Without a fence the first hart may go on with what it knows; with one it must have run the other frame, too.
      if (fence !== '') expect(sum).toBeGreaterThan(calls + 16 * 100);
      expect((sum - calls) % 16).toBe(0);
    },
  );
});

test.each(MODES)('two harts count in the same words with LR/SC and AMO, in %s-mode', (mode) => {
  const text = `
      j loop
    other:
      j loop
    loop:
      lr.d a0, (gp)
      addi a0, a0, 1
      addi a1, a1, 1
      sc.d a2, a0, (gp)
      bne a2, x0, lost
      addi a3, a3, 1
    lost:
      addi a4, x0, 1
      addi a5, gp, 8
      amoadd.w a6, a4, (a5)
      addi a7, a7, 1
      j loop
  `;
  const run = startTwo(text, {
    ...{ mode, seed: 23 },
    extend: () => ({ 11: 0n, 13: 0n, 17: 0n }),
  });
  // The second page of data is the second frame of them, in each mode.
  const words = RAM + RAM_BYTES - 4 * PAGE;
  const counts = (): readonly number[] => [words, words + 8].map((at) => run.pair.on.ram.u32(at));
  const before = counts();
  runTwo(run, 80_000);
  expect(run.pair.work.translated).toBeGreaterThan(60_000);
  const both = (x: number): number => register(run, 0, x) + register(run, 1, x);
  // What has been counted in memory and not yet in a register: at most one of each hart.
  const [stored, added] = counts().map((now, i) => (now - (before[i] as number)) >>> 0);
  expect((stored as number) - both(13)).toBeOneOf([0, 1, 2]);
  expect((added as number) - both(17)).toBeOneOf([0, 1, 2]);
  // Reservations were lost.
  expect(both(11)).toBeGreaterThan(both(13) + 10);
});
