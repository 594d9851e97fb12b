/** Which curves the charts of a host have: a VM each, and where there are many, the largest by name and the rest as one. */
import { useEffect, useRef, useState } from 'react';
import { addsUp, type Metric, readingOf } from '#base/catalogue/metrics';
import type { ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';
import { useFrames } from '../../../kit/frame-clock.ts';
import { isSameData } from '../../../kit/same-data.ts';
import { type ChartLine, largest } from '../../../parts/chart/curves.ts';
import { sampledStretch } from '../../../parts/chart/stretch.ts';
import { HYPERVISOR_COLOR, vmColor } from '../../../parts/palette.ts';
import { useChoices } from '../../../state/choices.ts';

/** Curves of a chart at most. */
const MOST_LINES = 8;
/** How often it is looked which VMs are the largest. */
const HERTZ = 0.5;

/** Slots of the VMs that have curves of their own, by the metric's id. */
type Named = Readonly<Record<string, readonly number[]>>;

/** What all curves of a metric together are shares of: time on harts of the harts, other times of the vCPUs that pass them. */
function wholeOf({ id }: Metric, { harts, vms }: HostDescription): number {
  return id === 'cpu'
    ? harts
    : Math.max(
        1,
        vms.reduce((sum, { spec }) => sum + spec.vcpus, 0),
      );
}

/** The curves of a metric's chart. */
function linesOf(
  host: HostDescription,
  metric: Metric,
  named: readonly number[],
  other: string,
): readonly ChartLine[] {
  const reading = readingOf(metric);
  const divisor = reading === 'share' ? { divisor: wholeOf(metric, host) } : {};
  const isNamed = new Set(named);
  const rest = host.vms.filter(({ slot }) => !isNamed.has(slot));
  const of = { metric: metric.id, isLargest: !addsUp(reading), ...divisor };
  return [
    ...host.vms
      .filter(({ slot }) => isNamed.has(slot))
      .map(({ slot, spec }) => ({
        ...{ key: `s${slot}`, label: spec.name, color: vmColor(slot), slots: [slot], ...of },
      })),
    ...(rest.length === 0
      ? []
      : [{ key: 'rest', label: other, color: HYPERVISOR_COLOR, slots: rest.map(({ slot }) => slot), ...of }]),
  ];
}

/** The curves of each chart, looked at anew while the charts move. */
export function useLines(
  host: HostDescription,
  view: ViewReader | undefined,
  metrics: readonly Metric[],
  other: string,
): readonly (readonly ChartLine[])[] {
  const slots = host.vms.map(({ slot }) => slot);
  const look = (): Named => {
    if (view === undefined) return {};
    const { range } = useChoices.getState();
    const stretch = sampledStretch(range, view);
    const count = slots.length > MOST_LINES ? MOST_LINES - 1 : MOST_LINES;
    return Object.fromEntries(metrics.map(({ id }) => [id, largest(view, slots, id, stretch, count)]));
  };
  const [last, setLast] = useState(look);
  const isFew = slots.length <= MOST_LINES;
  const update = (): void => {
    if (isFew) return;
    const now = look();
    setLast((before) => (isSameData(before, now) ? before : now));
  };
  useFrames(HERTZ, update);
  const latestUpdate = useRef(update);
  latestUpdate.current = update;
  // Over another stretch others may be the largest.
  useEffect(
    () =>
      useChoices.subscribe(({ range }, before) => {
        if (range !== before.range) latestUpdate.current();
      }),
    [],
  );
  const named = isFew ? {} : last;
  return metrics.map((metric) =>
    linesOf(host, metric, named[metric.id] ?? slots.slice(0, MOST_LINES), other),
  );
}

/** One entry a curve for the legend of all charts: VMs in the order of the host, the rest last. */
export function legendOf(
  host: HostDescription,
  charts: readonly (readonly ChartLine[])[],
): readonly ChartLine[] {
  const byKey = new Map(charts.flat().map((line) => [line.key, line]));
  return [...host.vms.map(({ slot }) => `s${slot}`), 'rest'].flatMap((key) => byKey.get(key) ?? []);
}
