/** Code that changes under its translation: by itself, by other code, by devices; with and without fence.i. */
import { describe, expect, test } from 'vitest';
import { encodeI } from './fixtures/code-buffer.ts';
import { RAM, RELENTLESS } from './fixtures/pair.ts';
import { type Run, type StartOptions, start as startPair } from './fixtures/text.ts';
import { MODES } from './fixtures/worlds.ts';

const start = (text: string, options: StartOptions): Run =>
  startPair(text, { policy: RELENTLESS, ...options });
const ADDI_A5 = (immediate: number): number => encodeI('addi', 15, 15, immediate);

/** A loop that adds to the immediate of one of its instructions every `2^bits` turns. */
const itself = (bits: number, fence: string): string => `
    la a0, patch
    lw a1, 0(a0)
  loop:
    addi a2, a2, 1
    andi a3, a2, ${(1 << bits) - 1}
    bne a3, x0, patch
    lui a4, 0x100
    add a1, a1, a4
    sw a1, 0(a0)
    ${fence}
  patch:
    addi a5, a5, 1
    xor a6, a6, a5
    j loop
  `;

describe.each(['', 'fence.i'])('with "%s" after the store', (fence) => {
  test.each(MODES)('a loop rewrites its own immediate in %s-mode', (mode) => {
    for (const bits of [1, 7]) {
      const { run, pair } = start(itself(bits, fence), { mode, seed: 1 + bits });
      run(25_000);
      expect(pair.work.regions).toBeGreaterThan(0);
      expect(pair.work.killed).toBeGreaterThan(0);
      expect(Number(pair.on.harts[0]?.xLo(15))).not.toBe(0);
    }
  });

  test('a loop rewrites a function in another page, and half of an instruction of it', () => {
    const text = `
      la a0, patch
      la a7, patch
    loop:
      addi a2, a2, 1
      andi a3, a2, 63
      bne a3, x0, call
      srli a4, a2, 6
      andi a4, a4, 127
      slli a4, a4, 4
      sh a4, 2(a7)
      ${fence}
    call:
      jal ra, function
      j loop
      .zero 4000
    function:
      addi a6, a6, 1
    patch:
      addi a5, x0, 1
      add a1, a1, a5
      jalr x0, 0(ra)
    `;
    for (const mode of MODES) {
      const { run, pair } = start(text, { mode, seed: 3 });
      run(40_000);
      expect(pair.work.killed).toBeGreaterThan(0);
    }
  });

  test('code is generated, run some times, and overwritten: 100,000 tiny blocks', () => {
    // Blocks `addi a5, a5, k; xor a6, a6, a5; ret` one behind the other in 4 pages, each called 1 to 4 times.
    const text = `
      la a0, blocks
      addi a1, a0, 0
      lui a2, 4
      add a2, a2, a0
      la a3, template
      lw a4, 0(a3)
      lw a6, 4(a3)
      lw a7, 8(a3)
    loop:
      slli t1, t0, 20
      add t1, t1, a4
      sw t1, 0(a1)
      sw a6, 4(a1)
      sw a7, 8(a1)
      ${fence}
      andi t2, t0, 3
    again:
      jalr ra, 0(a1)
      addi t2, t2, -1
      bge t2, x0, again
      addi t0, t0, 1
      addi a1, a1, 12
      bltu a1, a2, loop
      addi a1, a0, 0
      j loop
    template:
      addi a5, a5, 0
      xor s1, s1, a5
      jalr x0, 0(ra)
      .zero 1024
    blocks:
      .zero 20000
    `;
    const { run, pair } = start(text, { mode: 'S', seed: 4, calm: true, extend: () => ({ 5: 0n }) });
    const before = process.memoryUsage().arrayBuffers;
    while ((pair.on.harts[0]?.xLo(5) ?? 0) < (fence === '' ? 100_000 : 20_000)) run(200_000);
    expect(pair.on.translator?.counters.bytes).toBeLessThan(8 << 20);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });
});

test('a device writes code while it runs', () => {
  const text = `
    loop:
      ${Array.from({ length: 12 }, (_, i) => `addi a5, a5, ${i}\nxor a6, a6, a5`).join('\n')}
      addi a2, a2, -1
      bne a2, x0, loop
      addi a2, x0, 100
      j loop
    `;
  for (const mode of MODES) {
    const { run, pair, world, random } = start(text, { mode, seed: 5 });
    run(60_000, () => {
      const at = (world.codeFrames[0] as number) + random.below(12) * 8;
      const word = ADDI_A5(random.below(2000));
      if (random.oneIn(3)) pair.both(({ ram }) => ram.setU32(at, word));
      else if (random.oneIn(9))
        pair.both(({ ram }) => ram.copy(world.codeFrames[0] as number, at & ~4095, 4096));
    });
    expect(pair.work.killed).toBeGreaterThan(0);
  }
});

test('a page that is code and data: counters between the instructions', () => {
  const text = `
      la a0, data
    loop:
      ld a1, 0(a0)
      addi a1, a1, 1
      sd a1, 0(a0)
      sw a1, 8(a0)
      sh a1, -2(a0)
      andi a3, a1, 15
      bne a3, x0, loop
      addi a0, a0, 8
      addi a4, a4, 1
      andi a5, a4, 63
      bne a5, x0, loop
      la a0, data
      j loop
      .word 0
      .align 3
    data:
      .zero 1024
    `;
  for (const mode of MODES) {
    const { run, pair } = start(text, { mode, seed: 6 });
    run(60_000);
    expect(pair.work.regions).toBeGreaterThan(0);
  }
});

test('a store hits the instruction behind it, the one before it, and the block that it is in', () => {
  for (const [label, distance] of [
    ['next', 0],
    ['next', 4],
    ['loop', 0],
  ] as const) {
    const text = `
        la a0, ${label}
        lw a1, ${distance}(a0)
        lui a4, 0x100
      loop:
        addi a5, a5, 1
        add a1, a1, a4
        sw a1, ${distance}(a0)
      next:
        addi a6, a6, 1
        addi a7, a7, 1
        addi a2, a2, 1
        andi a3, a2, 127
        bne a3, x0, wait
        sub a1, a1, a4
      wait:
        addi a3, x0, 40
      spin:
        addi a3, a3, -1
        bne a3, x0, spin
        j loop
      `;
    const { run } = start(text, { mode: 'VS', seed: 7 + distance });
    run(60_000);
  }
});

test('writes from outside that reach over pages drop what they touch', () => {
  const text = `
    loop:
      addi a5, a5, 1
      j middle
      .zero 4080
    middle:
      addi a6, a6, 1
      xor a7, a7, a6
      j end
      .zero 4084
    end:
      add a7, a7, a5
      j loop
    `;
  const { run, pair, program, random } = start(text, { mode: 'M', seed: 8 });
  const code = RAM + 64 * 4096;
  run(60_000, () => {
    const page = 4096 * random.between(1, 2);
    const bytes = pair.off.ram.view(code + page - 8, 24).slice();
    const at = program.at('middle') - page + 8;
    if (at >= 0 && at < 20)
      new DataView(bytes.buffer).setUint32(at, encodeI('addi', 16, 16, random.below(100)), true);
    if (random.oneIn(4)) pair.both(({ ram }) => ram.write(code + page - 8, bytes));
  });
  expect(pair.work.killed).toBeGreaterThan(0);
});
