/** What follows from what the host says of taking frames back. */
import type { HostMemoryStateId } from '#base/catalogue/host-memory-states';
import type { ViewReader } from '#base/views';
import type { AnswerOf } from '#bridge/protocol/answers';

type Moment = AnswerOf<'reclaim'>['moments'][number];
type Taking = AnswerOf<'reclaim'>['takings'][number];

/** Takings of the same kind within so much time are told as one. */
const TOGETHER_NS = 100_000_000;

/** What was taken, those of the same kind at about the same time together; each by a name of its own. */
export function takenTogether(
  takings: readonly Taking[],
): readonly (readonly [name: string, taken: Taking])[] {
  const together = new Map<string, Taking>();
  for (const taking of takings) {
    const { at, from, need, way, pages } = taking;
    const name = [Math.floor(at / TOGETHER_NS), from, way, need ?? ''].join(' ');
    together.set(name, { ...taking, pages: pages + (together.get(name)?.pages ?? 0) });
  }
  return [...together];
}

/** Time that the host's memory was in each state, from the first moment to a time. */
export function timeIn(moments: readonly Moment[], toNs: number): ReadonlyMap<HostMemoryStateId, number> {
  const times = new Map<HostMemoryStateId, number>();
  for (const [index, { at, state }] of moments.entries()) {
    const until = moments[index + 1]?.at ?? Math.max(at, toNs);
    times.set(state, (times.get(state) ?? 0) + until - at);
  }
  return times;
}

/** The line of free frames as the path of a drawing: a step for each moment, as parts of its width and height. */
export function coursePath(
  moments: readonly Moment[],
  { fromNs, toNs, most }: { readonly fromNs: number; readonly toNs: number; readonly most: number },
): string {
  const x = (ns: number): string => ((1000 * (ns - fromNs)) / Math.max(1, toNs - fromNs)).toFixed(1);
  const y = (free: number): string => (100 * (1 - Math.min(1, free / most))).toFixed(2);
  const steps = moments.map(
    ({ at, free }, index) => `${index === 0 ? 'M' : 'H'}${x(at)}${index === 0 ? ' ' : 'V'}${y(free)}`,
  );
  return steps.length === 0 ? '' : `${steps.join('')}H${x(toNs)}`;
}

/** Rates are means over so long. */
const RATE_NS = 2_000_000_000;

/** Bytes a second of a metric of a VM, lately; 0 where nothing is known. */
export function rateOf(view: ViewReader | undefined, slot: number, metric: string): number {
  if (view === undefined) return 0;
  const toNs = view.time('virtualNs');
  const { values } = view.series(slot, metric, toNs - RATE_NS, toNs, Number.POSITIVE_INFINITY);
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}

/** So much a second that comes back is more than what a guest just happens to touch again. */
const THRASH_BYTES = 0x2_0000;

/** True for a VM whose pages go only to be brought back: what it uses has no room. */
export function isThrashing(inRate: number, outRate: number): boolean {
  return inRate >= THRASH_BYTES && inRate >= outRate / 2 && outRate > 0;
}
