/** What follows from what the host says of taking frames back. */
import type { HostMemoryStateId } from '#base/catalogue/host-memory-states';
import type { ViewReader } from '#base/views';
import type { AnswerOf } from '#bridge/protocol/answers';

type Moment = AnswerOf<'reclaim'>['moments'][number];
type Taking = AnswerOf<'reclaim'>['takings'][number];
type Giving = AnswerOf<'reclaim'>['givings'][number];

/** Moves of the same kind within so much time are told as one. */
const TOGETHER_NS = 100_000_000;

/** Memory that a VM lost, or was given back, in one way and for one reason. */
export interface Move {
  readonly at: number;
  readonly vm: string;
  readonly kind: 'taken' | 'given';
  readonly way: Taking['way'];
  readonly pages: number;
  /** `host`: so that enough are free; `other`: of a VM that needed a frame; `spare`: enough are free again; `needed`: by its guest. */
  readonly why: 'host' | 'other' | Giving['why'];
  /** The VM that needed a frame. */
  readonly need?: string;
}

/** What was taken and given back, the oldest first, those of the same kind at about the same time together; each by a name of its own. */
export function movesTogether({
  takings,
  givings,
}: Pick<AnswerOf<'reclaim'>, 'takings' | 'givings'>): readonly (readonly [name: string, move: Move])[] {
  const moves: readonly Move[] = [
    ...takings.map(({ from: vm, need, ...rest }) => ({
      ...{ ...rest, vm, kind: 'taken' as const },
      ...(need === undefined ? { why: 'host' as const } : { why: 'other' as const, need }),
    })),
    ...givings.map(({ to: vm, ...rest }) => ({ ...rest, vm, kind: 'given' as const })),
  ];
  const together = new Map<string, Move>();
  for (const move of moves.toSorted((one, other) => one.at - other.at)) {
    const { at, vm, kind, way, why, need = '' } = move;
    const name = [Math.floor(at / TOGETHER_NS), vm, kind, way, why, need].join(' ');
    together.set(name, { ...move, pages: move.pages + (together.get(name)?.pages ?? 0) });
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
