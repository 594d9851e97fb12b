/** All VMs in one picture: stacked curves, the largest by name and the rest together, and what happened meanwhile. */

import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addsUp, readingOf } from '#base/catalogue/metrics';
import type { HostDescription } from '#bridge/protocol/answers';
import { useShown, useTurn } from '../../../kit/frame-clock.ts';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { Chart } from '../../../parts/chart/chart.tsx';
import { ChartLegend } from '../../../parts/chart/chart-legend.tsx';
import { ChartRangePicker, StretchForm } from '../../../parts/chart/chart-range.tsx';
import { useMarks } from '../../../parts/chart/marks.ts';
import { saveCurves } from '../../../parts/chart/save-curves.ts';
import { rangeAt, sampledStretch } from '../../../parts/chart/stretch.ts';
import { EventList } from '../../../parts/event-list.tsx';
import { useClient, useEvents, useLab, useView } from '../../../parts/lab.tsx';
import { metricSource, metricTitle } from '../../../parts/metric-text.ts';
import { useChoices } from '../../../state/choices.ts';
import css from './charts-view.module.css';
import { legendOf, useLines } from './lines.ts';
import { type Picked, WhoWasIt } from './who-was-it.tsx';

/** Events of the shown stretch; those near a point that was clicked stand out. */
function EventsInRange({ picked }: { readonly picked: number | null }) {
  const { t } = useTranslation();
  const client = useClient();
  // The list comes after the curves.
  const range = useDeferredValue(useChoices((state) => state.range));
  const isTurn = useTurn();
  const all = useEvents();
  const events = useShown(1, () => {
    if (!isTurn) return [];
    const { fromNs, toNs } = rangeAt(range, client.status().virtualNs);
    return all.filter((event) => event.at >= fromNs && event.at <= toNs);
  });
  const near = (at: number): boolean => picked !== null && Math.abs(at - picked) < 5e8;
  return (
    <section className={layout['card']}>
      <h3>{t('events.title')}</h3>
      {isTurn && events.length === 0 ? <p className={texts['quiet']}>{t('events.none')}</p> : null}
      <EventList events={events} most={100} isNear={near} />
    </section>
  );
}

function HostCharts({
  index,
  host,
  onPick,
}: {
  readonly index: number;
  readonly host: HostDescription;
  readonly onPick: (picked: Picked) => void;
}) {
  const { t } = useTranslation();
  const view = useView(index);
  const metrics = view?.layout.metrics ?? [];
  const charted = metrics.filter((metric) => metric.charted);
  const lines = useLines(host, view, charted, t('charts.other'));
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const marks = useMarks(index);
  const save = (): void => {
    if (view === undefined) return;
    const columns = host.vms.flatMap(({ slot, spec }) =>
      metrics.map(({ id }) => {
        const name = `${spec.name} ${id}`;
        // It is only written down.
        return { key: name, label: name, color: '', slots: [slot], metric: id };
      }),
    );
    const { range } = useChoices.getState();
    saveCurves(view, columns, sampledStretch(range, view), host.name);
  };
  return (
    <>
      <div className={layout['row-wrap']}>
        <h2>{host.name}</h2>
        <ChartLegend lines={legendOf(host, lines)} hidden={hidden} onChange={setHidden} />
        <span className={layout['grow']} />
        <SmallButton icon="download" onClick={save}>
          {t('charts.csv')}
        </SmallButton>
      </div>
      <div className={css['grid']}>
        {charted.map((metric, chart) => (
          <Chart
            key={metric.id}
            title={metricTitle(t, metric)}
            source={metricSource(t, metric)}
            view={view}
            lines={lines[chart]?.filter(({ key }) => !hidden.has(key)) ?? []}
            marks={marks}
            unit={readingOf(metric)}
            stacked={addsUp(readingOf(metric))}
            onPick={(atNs) => onPick({ host: index, metric: metric.id, title: metricTitle(t, metric), atNs })}
          />
        ))}
      </div>
    </>
  );
}

export default function ChartsView() {
  const { t } = useTranslation();
  const lab = useLab();
  const [picked, setPicked] = useState<Picked | null>(null);
  if (lab === null) return null;
  return (
    <div className={layout['view']}>
      <div className={layout['row-wrap']}>
        <ChartRangePicker />
        <StretchForm />
        <span className={texts['quiet']}>{t('charts.hint')}</span>
      </div>
      {lab.hosts.map((host, index) => (
        <HostCharts key={host.name} index={index} host={host} onPick={setPicked} />
      ))}
      {picked === null ? null : <WhoWasIt picked={picked} onClose={() => setPicked(null)} />}
      <EventsInRange picked={picked?.atNs ?? null} />
    </div>
  );
}
