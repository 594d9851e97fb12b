/** One chart of a dashboard, with what moves, widens and removes it. */
import { ActionIcon } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readingOf } from '#base/catalogue/metrics';
import type { HostDescription } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import { Icon, type IconName } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { Chart } from '../../../parts/chart/chart.tsx';
import { useMarks } from '../../../parts/chart/marks.ts';
import type { AskedSamples, Wanted } from '../../../parts/samples/asked-samples.ts';
import { linesOf } from '../../../parts/samples/lines.ts';
import { type MeasuredRow, measuredOf } from '../../../parts/samples/rows.ts';
import { SeriesFeed } from '../../../parts/samples/series-feed.tsx';
import { useChoices } from '../../../state/choices.ts';
import css from './dashboard.module.css';
import { type DashboardChart, rangeOf } from './dashboard.ts';
import { Grip } from './grip.tsx';

const HEIGHT = 170;
/** Lines of one chart at most. */
const MOST_LINES = 24;

export interface CardProps {
  readonly chart: DashboardChart;
  readonly host: HostDescription;
  readonly row: MeasuredRow;
  /** Where it stands among the others. */
  readonly place: number;
  readonly isLast: boolean;
  /** Another one is held over it. */
  readonly isOver: boolean;
  readonly onMove: (by: number) => void;
  readonly onOver: (place: number | undefined) => void;
  readonly onWiden: () => void;
  readonly onRemove: () => void;
}

export function DashboardCard(props: CardProps) {
  const { chart, host, row, place, isLast, isOver, onMove, onOver, onWiden, onRemove } = props;
  const { t } = useTranslation();
  const card = useRef<HTMLDivElement>(null);
  const marks = useMarks(chart.host);
  const [samples, setSamples] = useState<AskedSamples>();
  const shared = useChoices((state) => state.range);
  const own = useMemo(() => rangeOf(chart.seconds), [chart.seconds]);
  const all = measuredOf(row).map((thing, at) => ({ ...thing, slot: slotOf(host, thing.vm, at, row.scope) }));
  const things = (chart.of === '' ? all : all.filter(({ key }) => key === chart.of)).slice(0, MOST_LINES);
  const lines = linesOf(row, host.name, things);
  const wanted: Wanted = {
    ...{ metric: row.id, range: own ?? shared, statistic: chart.statistic },
    of: things.map(({ key: _, ...each }) => each),
    ...(chart.resolution === 'auto' ? {} : { resolution: chart.resolution }),
  };
  const title = t('dashboard.chartTitle', {
    metric: row.title[languageNow()],
    of: chart.of === '' ? host.name : chart.of,
  });
  const button = (label: string, icon: IconName, isOff: boolean, act: () => void) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      disabled={isOff}
      aria-label={t(`dashboard.${label}`, { chart: title })}
      title={t(`dashboard.${label}`, { chart: title })}
      onClick={act}
    >
      <Icon name={icon} size={14} />
    </ActionIcon>
  );
  return (
    <div
      ref={card}
      className={css['card']}
      data-wide={chart.isWide}
      data-place={place}
      data-over={isOver}
      data-testid="dashboard-chart"
    >
      <div className={layout['row-wrap']}>
        <Grip
          label={t('dashboard.drag', { chart: title })}
          onOver={(over) => onOver(over === place ? undefined : over)}
          onDrop={(to) => onMove(to - place)}
          onMove={onMove}
        />
        <span className={texts['quiet']}>
          {t(`metrics.${chart.statistic}`)} · {t(`metrics.every.${chart.resolution}`)}
        </span>
        <span className={layout['grow']} />
        {button('earlier', 'left', place === 0, () => onMove(-1))}
        {button('later', 'right', isLast, () => onMove(1))}
        {button(chart.isWide ? 'narrower' : 'wider', chart.isWide ? 'layout' : 'enlarge', false, onWiden)}
        {button('remove', 'close', false, onRemove)}
      </div>
      {row.scope !== 'host' && things.length === 0 ? (
        <p className={texts['quiet']}>{t('metrics.ofNothing')}</p>
      ) : (
        <Chart
          title={title}
          source={row.name}
          view={samples?.wanted.metric === row.id ? samples : undefined}
          lines={lines}
          unit={readingOf(row)}
          stacked={chart.isStacked}
          height={HEIGHT}
          marks={marks}
          range={own}
        />
      )}
      <SeriesFeed host={chart.host} wanted={wanted} card={card} onSamples={setSamples} />
    </div>
  );
}

/** A VM has its own colour; parts are told apart by theirs. */
function slotOf(
  host: HostDescription,
  vm: string | undefined,
  at: number,
  scope: MeasuredRow['scope'],
): number {
  return scope === 'vm' ? (host.vms.find(({ spec }) => spec.name === vm)?.slot ?? at) : at;
}
