/** Curves of a metric: the host's own, or one for each VM or part that has it. */
import type { ChartLine } from '../chart/curves.ts';
import { vmColor } from '../palette.ts';
import { OF_HOST } from './asked-samples.ts';
import type { MeasuredRow, MeasuredThing } from './rows.ts';

/** What a line is of, and its number among all, which tells its colour. */
export type Numbered = MeasuredThing & { readonly slot: number };

export function linesOf(
  { id: metric, scope }: Pick<MeasuredRow, 'id' | 'scope'>,
  host: string,
  things: readonly Numbered[],
): readonly ChartLine[] {
  return scope === 'host'
    ? [{ key: host, label: host, color: 'var(--accent)', slots: [OF_HOST], metric }]
    : things.map(({ slot, key }) => ({ key, label: key, color: vmColor(slot), slots: [slot], metric }));
}
