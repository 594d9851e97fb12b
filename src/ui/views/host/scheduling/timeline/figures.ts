/** Figures of a VM in a stretch: its share of the CPUs, how often it came onto one, how long it had waited, and how much its vCPUs ran apart. */
import type { AnswerOf } from '#bridge/protocol/answers';
import type { Format } from '../../../../kit/format.ts';

export type Queue = AnswerOf<'run-queue'>;

export const FIGURES = ['share', 'switches', 'p50', 'p95', 'most', 'apart'] as const;
type Figure = (typeof FIGURES)[number];

export function figuresText(
  format: Format,
  { fromNs, toNs, harts }: Pick<Queue, 'fromNs' | 'toNs' | 'harts'>,
  { ranNs, switches, delays, apartNs }: Queue['vms'][number],
): Readonly<Record<Figure, string>> {
  return {
    share: format.percent(ranNs / Math.max(1, toNs - fromNs) / harts),
    switches: format.integer(switches),
    p50: format.duration(delays.p50Ns),
    p95: format.duration(delays.p95Ns),
    most: format.duration(delays.mostNs),
    apart: format.percent(apartNs / Math.max(1, ranNs)),
  };
}
