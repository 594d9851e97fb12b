/** What a further chart of a dashboard shows, chosen. */
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addsUp, readingOf } from '#base/catalogue/metrics';
import type { HostDescription } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import { SPANS, spanLabel } from '../../../parts/chart/spans.ts';
import { isKept, type MeasuredRow, measuredOf } from '../../../parts/samples/rows.ts';
import css from './dashboard.module.css';
import { type DashboardChart, RESOLUTIONS, STATISTICS } from './dashboard.ts';

interface Props {
  readonly hosts: readonly HostDescription[];
  /** Of each host, what it measures. */
  readonly rows: readonly (readonly MeasuredRow[])[];
  readonly isFull: boolean;
  readonly onAdd: (chart: DashboardChart) => void;
}

const ALL_RESOLUTIONS = Object.values(RESOLUTIONS);
const ALL_STATISTICS = Object.values(STATISTICS);

export function ComposeForm({ hosts, rows, isFull, onAdd }: Props) {
  const { t } = useTranslation();
  const language = languageNow();
  const [host, setHost] = useState(0);
  const [metric, setMetric] = useState('cpu');
  const [of, setOf] = useState('');
  const [span, setSpan] = useState('s');
  const [resolution, setResolution] = useState<DashboardChart['resolution']>('auto');
  const [statistic, setStatistic] = useState<DashboardChart['statistic']>('average');
  const [isStacked, setStacked] = useState(false);
  const kept = (rows[host] ?? []).filter(isKept);
  const row = kept.find(({ id }) => id === metric) ?? kept[0];
  if (row === undefined) return null;
  const things = measuredOf(row);
  const chosen = things.some(({ key }) => key === of) ? of : '';
  const isSum = row.scope !== 'host' && chosen === '' && addsUp(readingOf(row));
  const add = (): void => {
    const seconds = SPANS.find((each) => String(each) === span);
    onAdd({
      ...{ host, metric: row.id, of: chosen, resolution, statistic, isWide: false },
      ...{ isStacked: isSum && isStacked },
      ...(seconds === undefined ? {} : { seconds }),
    });
  };
  return (
    <form
      className={css['compose']}
      aria-label={t('dashboard.add')}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      {hosts.length > 1 ? (
        <NativeSelect
          size="xs"
          label={t('dashboard.host')}
          value={String(host)}
          onChange={(event) => setHost(Number(event.currentTarget.value))}
          data={hosts.map(({ name }, at) => ({ value: String(at), label: name }))}
        />
      ) : null}
      <NativeSelect
        size="xs"
        label={t('metrics.column.metric')}
        value={row.id}
        onChange={(event) => setMetric(event.currentTarget.value)}
        data={kept.map(({ id, scope, title }) => ({
          value: id,
          label: `${t(`metrics.scope.${scope}`)}: ${title[language]}`,
        }))}
      />
      {things.length === 0 ? null : (
        <NativeSelect
          size="xs"
          label={t('metrics.column.of')}
          value={chosen}
          onChange={(event) => setOf(event.currentTarget.value)}
          data={[
            { value: '', label: t('dashboard.all') },
            ...things.map(({ key }) => ({ value: key, label: key })),
          ]}
        />
      )}
      <NativeSelect
        size="xs"
        label={t('charts.range')}
        value={span}
        onChange={(event) => setSpan(event.currentTarget.value)}
        data={[
          { value: 's', label: t('dashboard.shared') },
          ...SPANS.map((seconds) => ({ value: String(seconds), label: spanLabel(t, seconds) })),
        ]}
      />
      <NativeSelect
        size="xs"
        label={t('metrics.resolution')}
        value={resolution}
        onChange={(event) =>
          setResolution(ALL_RESOLUTIONS.find((each) => each === event.currentTarget.value) ?? 'auto')
        }
        data={ALL_RESOLUTIONS.map((value) => ({ value, label: t(`metrics.every.${value}`) }))}
      />
      <NativeSelect
        size="xs"
        label={t('dashboard.statistic')}
        value={statistic}
        onChange={(event) =>
          setStatistic(ALL_STATISTICS.find((each) => each === event.currentTarget.value) ?? 'average')
        }
        data={ALL_STATISTICS.map((value) => ({ value, label: t(`metrics.${value}`) }))}
      />
      {isSum ? (
        <Checkbox
          size="xs"
          label={t('dashboard.stacked')}
          checked={isStacked}
          onChange={(event) => setStacked(event.currentTarget.checked)}
        />
      ) : null}
      <Button type="submit" size="compact-sm" disabled={isFull}>
        {t('dashboard.add')}
      </Button>
    </form>
  );
}
