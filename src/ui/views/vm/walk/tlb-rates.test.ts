import { expect, test } from 'vitest';
import type { AnswerOf } from '#bridge/protocol/answers';
import { tlbRates } from './tlb-rates.ts';

type Tlb = AnswerOf<'tlb'>;

function tlb(instructions: number, misses: number, accesses: Tlb['accesses']): Tlb {
  return {
    ...{ capacity: 1, harts: 1, held: { load: 0, store: 0, execute: 0 }, pages: 0, entries: [] },
    ...{ instructions, accesses, misses: { load: misses, store: misses, execute: misses } },
    references: { vs: 0, g: 0 },
  };
}

test('hits are the accesses that did not miss, and not known without samples', () => {
  const mix = { execute: 1, load: 0.5 } as const;
  const [load, store, execute] = tlbRates({
    ...{ before: tlb(1000, 10, mix), now: tlb(3000, 30, mix), ns: 500_000_000 },
  });
  expect(load).toEqual({ access: 'load', misses: 40, hits: 1960, share: 0.98 });
  expect(store).toEqual({ access: 'store', misses: 40, hits: null, share: null });
  expect(execute).toEqual({ access: 'execute', misses: 40, hits: 3960, share: 0.99 });
});
