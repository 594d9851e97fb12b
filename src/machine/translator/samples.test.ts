/** What is found to be hot, by samples of the interpreter. */
import { expect, test } from 'vitest';
import { USUAL_POLICY } from '../usual-policy.ts';
import { start } from './fixtures/text.ts';

test('code that runs in short stretches, each ended by a trap or a look at interrupts, is found like any other', () => {
  const text = `
    loop:
      csrrw x0, sie, x0
      addi a7, x0, 20
    spin:
      addi a5, a5, 3
      xor a6, a6, a5
      addi a7, a7, -1
      bne a7, x0, spin
      j loop
  `;
  const { run, pair } = start(text, { mode: 'S', seed: 41, policy: USUAL_POLICY, calm: true });
  run(1_000_000);
  expect(pair.work.translated).toBeGreaterThan(300_000);
});

/** How large a share of a million instructions was translated code's, after some millions. */
function translatedLate(text: string, millions = 5, leg = 10_000): number {
  const { pair } = start(text, { mode: 'S', seed: 43, policy: USUAL_POLICY, calm: true });
  for (let i = 0; i < (millions * 1e6) / leg; i++) pair.run(leg);
  const before = pair.work;
  for (let i = 0; i < 1e6 / leg; i++) pair.run(leg);
  const { translated, instructions } = pair.work;
  return (translated - before.translated) / (instructions - before.instructions);
}

test('where a computed jump leads into the middle of a run, entries are made when much of it was interpreted', () => {
  const text = `
      la a0, run
    loop:
      addi a2, a2, 20
      andi a3, a2, 60
      add a4, a0, a3
      jalr x0, 0(a4)
    run:
      ${Array.from({ length: 40 }, (_, i) => `xori a5, a5, ${i}`).join('\n')}
      j loop
  `;
  expect(translatedLate(text)).toBeGreaterThan(0.9);
});

test('behind a change of what the kernel may access there is an entry', () => {
  const text = `
      lui a0, 64
    loop:
      csrrs x0, sstatus, a0
      ${Array.from({ length: 20 }, (_, i) => `xori a5, a5, ${i}`).join('\n')}
      csrrc x0, sstatus, a0
      ${Array.from({ length: 20 }, (_, i) => `addi a5, a5, ${i}`).join('\n')}
      j loop
  `;
  expect(translatedLate(text)).toBeGreaterThan(0.9);
});

test('a jump that leads to another page is followed into it, though the region around it was large when that was learnt', () => {
  const text = `
      la a0, there
    loop:
      jalr ra, 0(a0)
      ${Array.from({ length: 60 }, (_, i) => `xori a5, a5, ${i}`).join('\n')}
      j loop
      .zero 8192
    there:
      addi a6, a6, 1
      jalr x0, 0(ra)
  `;
  const { pair } = start(text, { mode: 'S', seed: 44, policy: USUAL_POLICY, calm: true });
  for (let i = 0; i < 500; i++) pair.run(10_000);
  const before = pair.on.counters().entered;
  for (let i = 0; i < 100; i++) pair.run(10_000);
  // One visit in a leg, and a few where it ends.
  expect(pair.on.counters().entered - before).toBeLessThan(1_000);
});

test('a run of instructions that is longer than a region is translated piece by piece, to its end', () => {
  // Pairs of `c.addi a5, 1`: nearly two thousand of them in a page.
  const text = `
    loop:
      ${Array.from({ length: 950 }, () => '.word 0x07850785').join('\n')}
      j loop
  `;
  expect(translatedLate(text, 15, 100_000)).toBeGreaterThan(0.9);
});
