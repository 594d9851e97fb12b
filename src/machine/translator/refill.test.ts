/** Accesses that miss the TLB time and again: translated code has them served and goes on, and nothing that a guest sees is another. */
import { expect, test } from 'vitest';
import { TLB_ENTRIES } from '../layout.ts';
import { start } from './fixtures/text.ts';
import type { Draft } from './fixtures/worlds.ts';

/** Pages so far apart have the same place in a TLB. */
const APART = BigInt(TLB_ENTRIES * 4096);
const PAGES = 6;
const FIRST = 0x6_0000_0000n;
/** Another one with that place, which the loop comes back to. */
const HOME: bigint = FIRST + BigInt(PAGES + 1) * APART;

const LOOP = `
  loop:
    add a2, a0, a3
    ld a4, 0(a2)
    add a5, a5, a4
    sd a5, 8(a2)
    ld a6, 16(s2)
    lw a7, 24(s2)
    add a5, a5, a6
    xor a5, a5, a7
    sd a5, 32(s2)
    add a3, a3, s3
    bne a3, s4, loop
    addi a3, x0, 0
    j loop
`;

function extend({ map, spareFrames }: Draft): Readonly<Record<number, bigint>> {
  for (let i = 0; i < PAGES; i++) map(FIRST + BigInt(i) * APART, spareFrames[i % 3] as number);
  map(HOME, spareFrames[3] as number);
  return { 10: FIRST, 13: 0n, 15: 1n, 18: HOME, 19: APART, 20: BigInt(PAGES) * APART };
}

const MODES = ['S', 'U', 'VS', 'VU'] as const;

test.each(MODES)('served in %s-mode', (mode) => {
  const { pair, run } = start(LOOP, { mode, seed: 3, calm: true, extend });
  run(100_000);
  const { fills, entered } = pair.on.counters();
  const { translated, instructions } = pair.work;
  expect(translated).toBeGreaterThan(instructions / 2);
  // Two loads and two stores in eleven instructions; each would leave, and be entered behind.
  expect(fills[0] + fills[1]).toBeGreaterThan(instructions / 4);
  expect(entered).toBeLessThan((fills[0] + fills[1]) / 8);
});

test.each(MODES)('between interrupts in %s-mode', (mode) => {
  const { pair, run } = start(LOOP, { mode, seed: 3, extend });
  run(100_000);
  expect(pair.work.translated).toBeGreaterThan(pair.work.instructions / 2);
});
