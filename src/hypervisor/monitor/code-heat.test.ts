/** Heat of code on a host: samples do not keep step with loops, and taking them changes nothing. */
import { expect, test } from 'vitest';
import { expectSameState } from '../fixtures/same-state.ts';
import { bootHost, program, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
/** Instructions of the loop: a quantum has a multiple of them. */
const LOOP = 5;

function looping(): Host {
  const image = program(
    'loop of five',
    'loop: addi a0, a0, 1\naddi a1, a1, 1\naddi a2, a2, 1\nnop\nj loop\n',
  );
  return bootHost([vmSpec('a', image)]);
}

/** Samples by instruction of the loop. */
function samples(host: Host): number[] {
  const counts: number[] = [];
  host.heat.forEach((_, count) => {
    counts.push(count);
  });
  return counts;
}

test('while somebody looks, all instructions of a loop get their share; the host goes on as it would', () => {
  const [looked, unseen] = [looping(), looping()];
  for (let ms = 1; ms <= 100; ms++) {
    looked.heat.watch();
    // Boundary by boundary, so that there are samples.
    for (const host of [looked, unseen]) host.advance(ms * MS, { stop: () => false });
  }
  const counts = samples(looked);
  expect(counts).toHaveLength(LOOP);
  const total = counts.reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThan(80);
  for (const count of counts) expect(count).toBeGreaterThan(total / LOOP / 3);
  expect(samples(unseen).length).toBeLessThan(LOOP);
  expectSameState(looked, unseen);
});
