/** Who it was: how much more (or less) each VM of a host had of a metric at an instant than it usually has. */
import * as v from 'valibot';
import { addsUp, type Reading, readingOf } from '#base/catalogue/metrics';
import { fail, ok } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { COUNT, SHORT_TEXT, whole } from '../../shapes/values.ts';
import { drawnBetween, type Evidence, meanOf } from '../analysis/conclusion.ts';
import { distanceOf, UNUSUAL, usualOf } from '../analysis/unusual.ts';
import { LEAST } from '../analysis/words.ts';

interface Args {
  readonly metric: string;
  /** The end of the span that is looked at. */
  readonly atNs: VirtualNs;
  /** How long that is: a second unless said. */
  readonly spanNs?: VirtualNs;
  /** What is usual is looked for so far before and behind it: a minute unless said. */
  readonly windowNs?: VirtualNs;
}

export interface Contributor {
  readonly vm: string;
  readonly slot: number;
  readonly value: number;
  /** The median of the spans around, and how far they lie from it. */
  readonly usual: number;
  readonly deviation: number;
  /** In such deviations, how far it was from the usual. */
  readonly distance: number;
  /** It is called unusual. */
  readonly isUnusual: boolean;
  /** From which samples that was told. */
  readonly from: Evidence;
}
export interface ContributorsAnswer {
  readonly metric: string;
  readonly reading: Reading;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  /** Whoever had most beyond the usual first. */
  readonly vms: readonly Contributor[];
}

export const contributors: Question<'contributors', Args, ContributorsAnswer> = defineQuestion<
  'contributors',
  Args,
  ContributorsAnswer
>({
  id: 'contributors',
  text: {
    en: 'who it was: how much of a metric each VM had at an instant, beyond what it usually has (median and median distance)',
    zh: '是谁造成的：各虚拟机在某一时刻的指标值，以及比通常（中位数与绝对中位差）高出多少',
  },
  arguments: {
    metric: SHORT_TEXT,
    atNs: COUNT,
    spanNs: v.exactOptional(whole({ least: 100_000_000, most: 60 * NS_PER_S })),
    windowNs: v.exactOptional(whole({ least: 5 * NS_PER_S, most: 400 * NS_PER_S })),
  },
  ask({ metric, atNs, spanNs = NS_PER_S, windowNs = 60 * NS_PER_S }, host) {
    const row = host.metrics.find(({ id }) => id === metric);
    if (row === undefined) return fail('metric.none', { metric });
    const reading = readingOf(row);
    const fromNs = Math.max(0, atNs - spanNs);
    const found = host.vms().flatMap((vm): Contributor[] => {
      const ref = { metric, vm: vm.spec.name };
      const around = drawnBetween(host, ref, Math.max(0, fromNs - windowNs), atNs + windowNs);
      if (around === undefined) return [];
      const { atNs: times, values, periodNs } = around.found;
      const size = Math.max(1, Math.round(spanNs / periodNs));
      const at = times.findLastIndex((time) => time <= atNs);
      const then = values.slice(Math.max(0, at + 1 - size), at + 1);
      if (then.length === 0) return [];
      const value = told(then, reading);
      const others = [
        ...spansOf(values.slice(0, Math.max(0, at + 1 - size)), size),
        ...spansOf(values.slice(at + 1), size),
      ];
      const usual = usualOf(others.length === 0 ? [value] : others.map((span) => told(span, reading)));
      const distance = distanceOf(value, usual, LEAST[reading]);
      return [
        {
          ...{ vm: vm.spec.name, slot: vm.slot, value, usual: usual.median, deviation: usual.deviation },
          ...{ distance, isUnusual: Math.abs(distance) >= UNUSUAL, from: around.evidence },
        },
      ];
    });
    const vms = found.sort((one, other) => other.value - other.usual - (one.value - one.usual));
    return ok({ metric, reading, fromNs, toNs: atNs, vms });
  },
});

/** Of several samples: their mean, or the largest where they are nothing to add. */
function told(values: readonly number[], reading: Reading): number {
  return addsUp(reading) ? meanOf(values) : Math.max(...values);
}

function spansOf(values: readonly number[], size: number): readonly (readonly number[])[] {
  const count = Math.floor(values.length / size);
  return Array.from({ length: count }, (_, n) => values.slice(n * size, (n + 1) * size));
}
