/** All VMs in one picture: stacked curves, the largest by name and the rest together, and what happened meanwhile. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Metric, readingOf } from '#base/catalogue/metrics';
import type { HostDescription } from '#bridge/protocol/answers';
import { useTick } from '../../../kit/frame-clock.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { Chart } from '../../../parts/chart.tsx';
import { ChartRangePicker, rangeAt } from '../../../parts/chart-range.tsx';
import { EventList } from '../../../parts/event-list.tsx';
import { useClient, useEvents, useLab, useView } from '../../../parts/lab.tsx';
import type { ChartLine } from '../../../parts/metric-chart.tsx';
import { METRIC, metricSource, metricTitle } from '../../../parts/metric-text.ts';
import { HYPERVISOR_COLOR, vmColor } from '../../../parts/palette.ts';
import { useChoices } from '../../../state/choices.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import css from './charts-view.module.css';

/** VMs with a curve of their own; the others are drawn as one. */
const NAMED = 8;

function linesOf(host: HostDescription, row: Metric, other: string): ChartLine[] {
  const metric = row.id;
  const divisor = readingOf(row) === 'share' ? { divisor: host.harts } : {};
  const named = host.vms.slice(0, host.vms.length > NAMED ? NAMED - 1 : NAMED);
  const rest = host.vms.slice(named.length);
  return [
    ...named.map((vm) => ({
      key: `s${vm.slot}`,
      label: vm.spec.name,
      color: vmColor(vm.slot),
      slots: [vm.slot],
      metric,
      ...divisor,
    })),
    ...(rest.length === 0
      ? []
      : [
          {
            key: 'rest',
            label: other,
            color: HYPERVISOR_COLOR,
            slots: rest.map((vm) => vm.slot),
            metric,
            ...divisor,
          },
        ]),
  ];
}

/** Events of the shown stretch; those near a point that was clicked stand out. */
function EventsInRange({ picked }: { readonly picked: number | null }) {
  useTick(1);
  const { t } = useTranslation();
  const client = useClient();
  const range = useChoices((state) => state.range);
  const { fromNs, toNs } = rangeAt(range, client.status().virtualNs);
  const events = useEvents().filter((event) => event.at >= fromNs && event.at <= toNs);
  const near = (at: number): boolean => picked !== null && Math.abs(at - picked) < 5e8;
  return (
    <section className={layout['card']}>
      <h3>{t('events.title')}</h3>
      {events.length === 0 ? <p className={texts['quiet']}>{t('events.none')}</p> : null}
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
  readonly onPick: (at: number) => void;
}) {
  const { t } = useTranslation();
  const client = useClient();
  const view = useView(index);
  const metrics = view?.layout.metrics ?? [];
  const charted = metrics.filter((metric) => metric.charted);
  const save = async (): Promise<void> => {
    const lines = [['vm', 'virtualNs', ...metrics.map(({ id }) => id)].join(',')];
    for (const { spec } of host.vms) {
      const answer = await client.ask(index, 'metrics', {
        vm: spec.name,
        metrics: metrics.map(({ id }) => id),
      });
      if (!answer.ok) return tellError(answer.error);
      lines.push(...answer.value.value.rows.map((row) => [spec.name, ...row].join(',')));
    }
    const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${host.name}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <>
      <div className={layout['row-wrap']}>
        <h2>{host.name}</h2>
        <div className={legend['legend']}>
          {linesOf(host, METRIC.cpu, t('charts.other')).map((line) => (
            <span key={line.key} className={legend['item']}>
              <Swatch color={line.color} />
              {line.label}
            </span>
          ))}
        </div>
        <span className={layout['grow']} />
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="download" size={14} />}
          onClick={() => save().catch(tellFailure)}
        >
          {t('charts.csv')}
        </Button>
      </div>
      <div className={css['grid']}>
        {charted.map((metric) => (
          <Chart
            key={metric.id}
            title={metricTitle(t, metric)}
            source={metricSource(t, metric)}
            view={view}
            lines={linesOf(host, metric, t('charts.other'))}
            unit={readingOf(metric)}
            stacked
            onPick={onPick}
          />
        ))}
      </div>
    </>
  );
}

export default function ChartsView() {
  const { t } = useTranslation();
  const lab = useLab();
  const [picked, setPicked] = useState<number | null>(null);
  if (lab === null) return null;
  return (
    <div className={layout['view']}>
      <div className={layout['row-wrap']}>
        <ChartRangePicker />
        <span className={texts['quiet']}>{t('charts.hint')}</span>
      </div>
      {lab.hosts.map((host, index) => (
        <HostCharts key={host.name} index={index} host={host} onPick={setPicked} />
      ))}
      <EventsInRange picked={picked} />
    </div>
  );
}
