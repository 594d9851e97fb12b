/**
 * Guests whose code is trouble for whoever decodes and translates it: it is rewritten before it runs, entered at every halfword, spread
 * over more pages than are remembered. It costs time in their own slices: the neighbour keeps its share of virtual time and its own
 * translations, and what is translated in vain has a bound.
 */
import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import type { TranslationPolicy } from '#machine/translation-policy';
import { USUAL_POLICY } from '#machine/usual-policy';
import { ENGINE, ENVIRONMENT, program, SETTINGS, vmOf, vmSpec } from './fixtures/test-host.ts';
import { Host } from './host.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
const RUN_MS = 400;
/** Processor time with the translator, at most, for what takes one without; usually it is a half. */
const WORST_RATIO = 2.5;
const DATA = RAM_BASE + 0x10_0000;

/** Loads, stores and a loop: what a neighbour does. */
const WORK = `
    li s0, ${DATA}
  again:
    li t0, 4096
    mv t1, s0
  loop: ld a0, 0(t1)
    add a1, a1, a0
    xor a0, a0, t0
    sd a0, 0(t1)
    addi t1, t1, 8
    addi t0, t0, -8
    bnez t0, loop
    j again`;
const VARIANTS: string = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `addi a0, a0, ${n}`).join('\n');
/** Stores one of eight instructions at `s0`, another each time. */
const REWRITE = `
    andi t0, s2, 7
    slli t0, t0, 2
    add t0, t0, s1
    lw t1, 0(t0)
    sw t1, 0(s0)
    fence.i
    addi s2, s2, 1`;

interface Hostile {
  readonly what: string;
  readonly source: string;
  /** Instructions that are translated in vain, at most. */
  readonly translated: number;
}

const HOSTILE: readonly Hostile[] = [
  {
    what: 'an instruction is rewritten each time before it runs',
    translated: 400,
    source: `
      la s0, place
      la s1, variants
    again: ${REWRITE}
    place: addi a0, a0, 1
      j again
      .align 3
    variants: ${VARIANTS}`,
  },
  {
    what: 'a function is rewritten that a hot loop of another page calls',
    translated: 300,
    source: `
      la s0, callee
      la s1, variants
    again: ${REWRITE}
      li s4, 2000
    turn: jal ra, callee
      addi s4, s4, -1
      bnez s4, turn
      j again
      .align 3
    variants: ${VARIANTS}
      .align 12
    callee: addi a0, a0, 1
      ret`,
  },
  {
    what: 'a thousand instructions are written, run once, and written again',
    translated: 1500,
    source: `
      la s0, page
      li s3, ${0x0015_0513}
      li s4, ${0x8067}
    again:
      mv t1, s0
      li t0, 1000
    fill: sw s3, 0(t1)
      addi t1, t1, 4
      addi t0, t0, -1
      bnez t0, fill
      sw s4, 0(t1)
      jalr ra, 0(s0)
      xori s3, s3, 0x200
      j again
      .align 12
    page: .word 0`,
  },
  {
    what: 'jumps to every halfword of a page, whose instructions overlap',
    translated: 4000,
    source: `
      la s0, page
      li s3, 12345
      li s5, 1103515245
      li s6, 4000
    again:
      mul s3, s3, s5
      addi s3, s3, 77
      srli t0, s3, 20
      li t1, 0xffe
      and t0, t0, t1
      bgtu t0, s6, again
      add t0, t0, s0
      jalr ra, 0(t0)
      j again
      .align 12
    page: ${'.word 0x07850793\n'.repeat(1004)}
      .word 0x80828082, 0x80828082`,
  },
  {
    what: 'more pages than are remembered, two instructions in each',
    translated: 400,
    source: `
      la s0, pages
      la t1, hop
      ld t2, 0(t1)
      la t1, back
      ld t3, 0(t1)
      li s1, 1500
      li t4, 4096
      mv t0, s0
    fill: sd t2, 0(t0)
      add t0, t0, t4
      addi s1, s1, -1
      bnez s1, fill
      sd t3, 0(t0)
    again:
      la ra, again
      jalr x0, 0(s0)
      .align 3
    hop: add s5, s5, t4
      .word 0x7fd0006f
    back: jalr x0, 0(ra)
      nop
      .align 12
    pages: .word 0`,
  },
];

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Seen {
  /** Instructions of the neighbour, and those that translated code has executed, whoever's. */
  readonly beside: number;
  readonly translatedBeside: number;
  /** Instructions that were translated in all. */
  readonly translations: number;
  /** Processor time of all threads. */
  readonly cpuMs: number;
}

/** Lets a program run beside another one, both on one hart. */
function beside(name: string, source: string, translate: TranslationPolicy | undefined): Seen {
  const vms = [
    vmSpec('a', program(name, source), { memoryBytes: 8 * MIB }),
    vmSpec('b', program('work', WORK)),
  ];
  const spec = { name: 'host', ramBytes: 32 * MIB, harts: 1, switches: [], vms, timeSliceNs: 10 * MS };
  const host = Host.create(
    ENGINE,
    spec,
    SETTINGS,
    translate === undefined ? ENVIRONMENT : { ...ENVIRONMENT, translate },
  );
  const look = (): Seen => ({
    beside: vmOf(host, 'b').measure().instructions,
    translatedBeside: host.machine.translatedInstructions,
    translations: host.machine.translator?.counters.instructions ?? 0,
    cpuMs: cpuMs(),
  });
  host.advance(RUN_MS * MS);
  const before = look();
  host.advance(host.now + RUN_MS * MS);
  const after = look();
  expect(vmOf(host, 'a').state).toBe('running');
  expect(vmOf(host, 'a').measure().instructions).toBeGreaterThan((RUN_MS * MS) / 50);
  return {
    beside: after.beside - before.beside,
    translatedBeside: after.translatedBeside - before.translatedBeside,
    translations: after.translations,
    cpuMs: after.cpuMs - before.cpuMs,
  };
}

describe('the neighbour keeps its share, and its translations', () => {
  test.each(HOSTILE)('$what', ({ what, source, translated }) => {
    const benign = beside('quiet', 'loop: addi a0, a0, 1\n j loop', USUAL_POLICY);
    const seen = beside(what, source, USUAL_POLICY);
    const interpreted = beside(what, source, undefined);
    const ratio = seen.cpuMs / interpreted.cpuMs;
    console.log(
      `  ${what}: ${(seen.cpuMs / RUN_MS).toFixed(2)} s of processor time a second, ${ratio.toFixed(2)} of interpreting; ` +
        `${seen.translations} instructions translated`,
    );
    expect(seen.beside / benign.beside, 'share of virtual time').toBeGreaterThanOrEqual(0.9);
    expect(seen.translatedBeside / seen.beside, 'share that is translated').toBeGreaterThanOrEqual(0.9);
    expect(seen.translations, 'instructions that were translated').toBeLessThan(translated);
    expect(ratio, 'processor time, of that without a translator').toBeLessThan(WORST_RATIO);
  });
});
