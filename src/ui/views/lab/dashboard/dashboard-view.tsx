/** A dashboard that a person composes: charts of any metric of any host, in the order and size that they want. The address is what keeps it. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { ChartRangePicker } from '../../../parts/chart/chart-range.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useLab } from '../../../parts/lab.tsx';
import { ofAllHosts } from '../../../parts/of-all-hosts.ts';
import { useChoices } from '../../../state/choices.ts';
import { labRoute } from '../../../state/routes.ts';
import type { LabViewProps } from '../../view.ts';
import { ComposeForm } from './compose-form.tsx';
import css from './dashboard.module.css';
import {
  chartsAsText,
  chartsIn,
  type DashboardChart,
  MOST_CHARTS,
  moved,
  USUAL_CHARTS,
} from './dashboard.ts';
import { DashboardCard } from './dashboard-card.tsx';

const EVERY_MS = 10_000;

export default function DashboardView({ parameters }: LabViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const lab = useLab();
  const card = useRef<HTMLDivElement>(null);
  const grasped = useRef<number>(undefined);
  const [over, setOver] = useState<number>();
  const hosts = lab?.hosts ?? [];
  const { value, error } = useAnswer(
    () => ofAllHosts(client, hosts.length, 'measured', {}),
    EVERY_MS,
    [hosts.length],
    { card, changedBy: 'guests' },
  );
  const charts = chartsIn(parameters['charts']);
  const set = (next: readonly DashboardChart[]): void => {
    const text = chartsAsText(next);
    useChoices.getState().go(labRoute('dashboard', text === undefined ? {} : { charts: text }), 'replace');
  };
  const move = (at: number, by: number): void => {
    const next = moved(charts, at, by);
    if (by === 0 || next === charts) return;
    // Each place is drawn anew: the keyboard goes on where its chart is now.
    grasped.current = at + by;
    set(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: after charts have changed their places
  useEffect(() => {
    if (grasped.current === undefined) return;
    card.current?.querySelector<HTMLElement>(`[data-place="${grasped.current}"] button`)?.focus();
    grasped.current = undefined;
  }, [parameters['charts']]);
  const change = (at: number, chart: DashboardChart): void =>
    set(charts.map((each, n) => (n === at ? chart : each)));
  return (
    <div ref={card} className={layout['view']} data-testid="dashboard">
      <div className={layout['row-wrap']}>
        <ChartRangePicker />
        <span className={texts['quiet']}>{t('dashboard.about')}</span>
      </div>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <section className={layout['card']}>
          <ComposeForm
            hosts={hosts}
            rows={value}
            isFull={charts.length >= MOST_CHARTS}
            onAdd={(chart) => set([...charts, chart])}
          />
          {charts.length >= MOST_CHARTS ? (
            <p className={texts['quiet']}>{t('dashboard.full', { count: MOST_CHARTS })}</p>
          ) : null}
        </section>
      )}
      {charts.length === 0 ? (
        <section className={layout['card']}>
          <p>{t('dashboard.empty')}</p>
          <div>
            <SmallButton icon="plus" onClick={() => set(USUAL_CHARTS)}>
              {t('dashboard.begin')}
            </SmallButton>
          </div>
        </section>
      ) : null}
      <div className={css['grid']}>
        {charts.map((chart, at) => {
          const host = hosts[chart.host];
          const row = value?.[chart.host]?.find(({ id }) => id === chart.metric);
          const key = `${at} ${chartsAsText([chart])}`;
          const remove = (): void => set(charts.filter((_, n) => n !== at));
          if (value === null) return null;
          if (host === undefined || row === undefined)
            return (
              <div key={key} className={css['card']}>
                <p className={texts['quiet']}>{t('dashboard.gone', { metric: chart.metric })}</p>
                <SmallButton icon="close" onClick={remove}>
                  {t('dashboard.remove', { chart: chart.metric })}
                </SmallButton>
              </div>
            );
          return (
            <DashboardCard
              key={key}
              {...{ chart, host, row }}
              place={at}
              isLast={at === charts.length - 1}
              isOver={over === at}
              onOver={setOver}
              onMove={(by) => move(at, by)}
              onWiden={() => change(at, { ...chart, isWide: !chart.isWide })}
              onRemove={remove}
            />
          );
        })}
      </div>
    </div>
  );
}
