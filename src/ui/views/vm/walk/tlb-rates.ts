/** Hits and misses of a VM in the TLBs, from two answers. Numbers only. */
import type { AnswerOf } from '#bridge/protocol/answers';
import type { LastTwo } from '../../../parts/last-two.ts';

type Tlb = AnswerOf<'tlb'>;

const ACCESSES = ['load', 'store', 'execute'] as const;
const NS_PER_S = 1e9;

/** Per second of virtual time. */
export interface TlbRate {
  readonly access: (typeof ACCESSES)[number];
  readonly misses: number;
  /** Null while it is not known how many accesses there were: too few samples. */
  readonly hits: number | null;
  /** Hits among all accesses. */
  readonly share: number | null;
}

export function tlbRates({ now, before, ns }: LastTwo<Tlb>): readonly TlbRate[] {
  const grown = (of: (tlb: Tlb) => number): number => Math.max(0, of(now) - of(before));
  const instructions = grown((tlb) => tlb.instructions);
  return ACCESSES.map((access) => {
    const misses = grown((tlb) => tlb.misses[access]);
    const each = now.accesses[access];
    const accesses = each === undefined ? 0 : instructions * each;
    const isKnown = accesses > 0 && misses <= accesses;
    return {
      ...{ access, misses: (misses * NS_PER_S) / ns },
      hits: isKnown ? ((accesses - misses) * NS_PER_S) / ns : null,
      share: isKnown ? (accesses - misses) / accesses : null,
    };
  });
}
