/** How many page faults each replacement policy would have had on what a VM did, by the number of frames; and the fewest that are possible. */
import { Button, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { later } from '../../../kit/later.tsx';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { ValuesTable } from '../../../parts/chart/values-table.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import { isOnPlot } from './live-dot.ts';
import { policyColor } from './policy-color.ts';

const Plot = later(() => import('./fault-curves-plot.tsx'));

type Curves = AnswerOf<'fault-curves'>;

/** Curves are computed when a person wants them: a long recording takes the worker a while. */
const SELDOM_MS = 3_600_000;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly isOn: boolean;
}

export function FaultCurvesCard({ host, vm, isOn }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const { value, error, ask } = useAnswer(() => client.ask(host, 'fault-curves', { vm }), SELDOM_MS, [
    ...[host, vm, isOn],
  ]);
  const isKnown = error?.code !== 'vm.noRecording';
  const curves = isKnown ? value : null;
  const set = (on: boolean): void => {
    void command(host, { op: 'vm.setRecording', args: { vm, on } }).then(ask);
  };
  return (
    <section className={layout['card']} data-testid="fault-curves">
      <header className={layout['row-wrap']}>
        <h3>{t('faultCurves.title')}</h3>
        <span className={layout['grow']} />
        <Button variant="default" size="compact-sm" onClick={ask}>
          {t('faultCurves.again')}
        </Button>
        <Switch
          label={t('faultCurves.record')}
          checked={curves?.isOn ?? false}
          disabled={!isOn}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      </header>
      <p className={texts['quiet']}>{t('faultCurves.about')}</p>
      {isKnown ? <ErrorAlert error={error} /> : <p>{t('faultCurves.none')}</p>}
      {curves === null ? null : <Shown curves={curves} />}
    </section>
  );
}

/** What a policy is called. */
function usePolicyName(): (policy: string) => string {
  const { t } = useTranslation();
  return (policy) => t(`reclaim.by.${policy}`, { defaultValue: policy });
}

function Shown({ curves: answer }: { readonly curves: Curves }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePolicyName();
  const { fromNs, toNs, rounds, references, pages, curves, live, isFull } = answer;
  return (
    <>
      <p data-testid="recording">
        {t('faultCurves.recorded', {
          references: format.integer(references),
          pages: format.integer(pages),
          rounds: format.integer(rounds),
          from: format.clock(fromNs),
          to: format.clock(toNs),
        })}{' '}
        {isFull ? t('faultCurves.full') : ''}
      </p>
      {references === 0 ? null : (
        <>
          <div className={legend['legend']}>
            {curves.map(({ policy }, index) => (
              <span key={policy} className={legend['item']}>
                <Swatch color={policyColor(policy, index)} />
                {nameOf(policy)}
              </span>
            ))}
          </div>
          <Plot curves={answer} />
          <p>
            {live.policy === undefined
              ? t('faultCurves.noLive')
              : t(isOnPlot(answer) ? 'faultCurves.live' : 'faultCurves.liveBeyond', {
                  policy: nameOf(live.policy),
                  frames: format.integer(Math.round(live.frames)),
                  faults: format.integer(live.faults),
                })}
          </p>
          <Values curves={answer} />
        </>
      )}
    </>
  );
}

/** The same as numbers. */
function Values({ curves: { frames, curves, pages } }: { readonly curves: Curves }) {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = usePolicyName();
  return (
    <ValuesTable
      label={t('faultCurves.title')}
      testId="fault-values"
      by={t('faultCurves.frames')}
      columns={curves.map(({ policy }) => ({ key: policy, label: nameOf(policy) }))}
      rows={frames.map((count, at) => ({
        key: count,
        by: format.integer(count),
        values: curves.map(({ faults }) => format.integer((faults[at] ?? 0) - pages)),
      }))}
    />
  );
}
