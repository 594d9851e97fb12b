/** All that a host measures: what each metric means and how it is now, the course of one of them, and files for other tools. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { languageNow } from '../../../i18n/language.ts';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { useSame } from '../../../kit/use-same.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import {
  keyOfThing,
  type MeasuredRow,
  type MeasuredThing,
  type Moment,
  measuredOf,
} from '../../../parts/samples/rows.ts';
import { useChoices } from '../../../state/choices.ts';
import { tellError, tellFailure } from '../../../state/notices.ts';
import { hostRoute } from '../../../state/routes.ts';
import type { HostViewProps } from '../../view.ts';
import { Catalogue } from './catalogue.tsx';
import { Conclusions } from './conclusions.tsx';
import { MetricChart, type Watching } from './metric-chart.tsx';
import { ValuesNow } from './values-now.tsx';

const EVERY_MS = 2000;
const ALARMS_MS = 4000;
/** What is charted until a person chooses. */
const FIRST = 'host-guests';
const NO_PARTS: readonly MeasuredThing[] = [];

/** The answer before the present one: counters are read by how much they grew since. */
function useBefore(now: Moment | undefined): Moment | undefined {
  const seen = useRef<{ now: Moment | undefined; before: Moment | undefined }>({
    now: undefined,
    before: undefined,
  });
  if (now !== undefined && seen.current.now?.at !== now.at) {
    const before = seen.current.now;
    // A lab that went back in time has no such moment.
    seen.current = { now, before: before !== undefined && before.at < now.at ? before : undefined };
  }
  return seen.current.before;
}

/** What a metric is, which stays as it is. */
function withoutValues(row: MeasuredRow | undefined): Omit<MeasuredRow, 'values'> | undefined {
  if (row === undefined) return undefined;
  const { values: _, ...metric } = row;
  return metric;
}

export default function MetricsView({ index, host, parameters }: HostViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const chart = useRef<HTMLElement>(null);
  const { value, error, at } = useAnswer(() => client.ask(index, 'measured', {}), EVERY_MS, [index], {
    card,
  });
  const before = useBefore(value === null ? undefined : { at, rows: value });
  const language = languageNow();
  const chosen =
    value?.find(({ id }) => id === parameters['metric']) ?? value?.find(({ id }) => id === FIRST);
  const metric = useSame(withoutValues(chosen));
  const alarms = useAnswer(() => client.ask(index, 'alarms', {}), ALARMS_MS, [index], { card });
  const watching = useSame(
    (alarms.value ?? [])
      .filter((alarm) => alarm.metric === chosen?.id)
      .map(
        ({ name, when, threshold, phase, ...alarm }): Watching => ({
          ...{ name, of: keyOfThing(alarm), when, threshold, phase },
        }),
      ),
  );
  const parts = useSame(chosen === undefined || chosen.scope === 'vm' ? NO_PARTS : measuredOf(chosen));
  const only = parameters['of'];
  const choose = (metric: string): void => {
    useChoices.getState().go(hostRoute(index, 'metrics', { metric }), 'replace');
    chart.current?.scrollIntoView({ block: 'nearest' });
  };
  const saveAll = (): void => {
    client
      .ask(index, 'prometheus', {})
      .then((answer) => {
        if (!answer.ok) tellError(answer.error);
        else saveFile(new TextEncoder().encode(answer.value.value), `${host.name}.prom`);
      })
      .catch(tellFailure);
  };
  return (
    <div ref={card} className={layout['sections']} data-testid="metrics">
      <div className={layout['row-wrap']}>
        <p className={texts['quiet']}>{t('metrics.about')}</p>
        <span className={layout['grow']} />
        <SmallButton icon="download" title={t('metrics.prometheusHint')} onClick={saveAll}>
          {t('metrics.prometheus')}
        </SmallButton>
      </div>
      <ErrorAlert error={error} />
      {value === null || chosen === undefined || metric === undefined ? null : (
        <>
          <section ref={chart} className={layout['card']}>
            <h3>{chosen.title[language]}</h3>
            <p className={texts['quiet']}>
              {chosen.meaning[language]} <span className={texts['mono']}>virtlab_{chosen.name}</span>
            </p>
            <MetricChart
              key={`${metric.id} ${only ?? ''}`}
              {...{ index, host, parts, only }}
              row={metric}
              alarms={watching}
            />
            <ValuesNow row={chosen} host={host.name} at={at} before={before} />
          </section>
          <Conclusions
            index={index}
            host={host}
            onShow={() => chart.current?.scrollIntoView({ block: 'nearest' })}
          />
          <Catalogue rows={value} at={at} before={before} chosen={chosen.id} onChoose={choose} />
        </>
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </div>
  );
}
