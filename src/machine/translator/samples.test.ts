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
