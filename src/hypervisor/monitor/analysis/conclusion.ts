/** What is concluded of samples: in words, with the figures, and from which samples it was drawn. */
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { type MetricRef, type SeriesWindow, seriesOf } from '../series.ts';
import type { Said } from './words.ts';

export const CONCLUSION_KINDS = ['trend', 'unusual', 'queue', 'working-set'] as const;
export type ConclusionKind = (typeof CONCLUSION_KINDS)[number];

/** Samples that a conclusion was drawn from. */
export interface Evidence extends MetricRef {
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /** From one sample to the next. */
  readonly periodNs: VirtualNs;
  readonly samples: number;
}

export interface Conclusion {
  readonly kind: ConclusionKind;
  /** A person should know of it. */
  readonly matters: boolean;
  /** Of which VM; of the host where none is named. */
  readonly vm?: string;
  readonly said: Said;
  /** What it was drawn from, in words. */
  readonly because: Said;
  readonly figures: Readonly<Record<string, number>>;
  readonly from: readonly Evidence[];
}

/** Samples of a metric with what they are. */
export interface Drawn {
  readonly ref: MetricRef;
  readonly found: SeriesWindow;
  readonly evidence: Evidence;
}

/** Rings of 100 ms reach back so far; longer ago there are samples of a second. */
const FINE_NS: VirtualNs = 90 * NS_PER_S;

/** The samples of a span that ends now; nothing where there are none. */
export function drawn(host: Host, ref: MetricRef, windowNs: VirtualNs): Drawn | undefined {
  return drawnBetween(host, ref, Math.max(0, host.now - windowNs), host.now);
}

/** The same between two instants. */
export function drawnBetween(
  host: Host,
  ref: MetricRef,
  fromNs: VirtualNs,
  toNs: VirtualNs,
): Drawn | undefined {
  const isLong = host.now - fromNs > FINE_NS;
  const resolution = ref.part === undefined ? (isLong ? 'coarse' : 'fine') : undefined;
  const found = seriesOf(host, ref, fromNs, toNs, resolution);
  const [first, last] = [found?.atNs[0], found?.atNs.at(-1)];
  if (found === undefined || first === undefined || last === undefined) return undefined;
  const { periodNs, values } = found;
  const evidence = { ...ref, fromNs: first - periodNs, toNs: last, periodNs, samples: values.length };
  return { ref, found, evidence };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
