/** The same lab under two schedulers: which, from where and for how long; while they run, how far; then both. */
import { Button, NativeSelect, Progress } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NS_PER_MS } from '#base/virtual-time';
import layout from '../../../../kit/layout.module.css';
import texts from '../../../../kit/texts.module.css';
import { ErrorAlert } from '../../../../parts/error-text.tsx';
import { useFormat } from '../../../../parts/lab.tsx';
import { ComparedResults } from './compared-results.tsx';
import { BEGINNINGS, type Beginning } from './run-compared.ts';
import { useCompared } from './use-compared.ts';

const SPANS_MS = [200, 500, 1000, 2000, 5000, 10_000] as const;
const USUAL_SPAN_MS = 1000;

interface Props {
  readonly index: number;
  /** Of the host now. */
  readonly current: string;
  readonly schedulers: readonly string[];
}

export function ComparedPanel({ index, current, schedulers }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { fraction, compared, error, begin, end } = useCompared();
  const [first, setFirst] = useState<string>();
  const [second, setSecond] = useState<string>();
  const [from, setFrom] = useState<Beginning>('start');
  const [spanMs, setSpanMs] = useState<number>(USUAL_SPAN_MS);
  const one = first ?? current;
  const other = second ?? schedulers.find((id) => id !== one && id !== schedulers[0]) ?? one;
  const kinds = schedulers.map((id) => ({
    value: id,
    label: t(`scheduling.by.${id}`, { defaultValue: id }),
  }));
  const isRunning = fraction !== undefined;
  const progress = t('scheduling.compared.progress', { share: format.percent(fraction ?? 0) });
  return (
    <section className={layout['card']} data-testid="compared-schedulers">
      <h3>{t('scheduling.compared.title')}</h3>
      <p className={texts['quiet']}>{t('scheduling.compared.about')}</p>
      <form
        className={layout['row-form']}
        aria-label={t('scheduling.compared.title')}
        onSubmit={(event) => {
          event.preventDefault();
          begin({ host: index, schedulers: [one, other], from, spanNs: spanMs * NS_PER_MS });
        }}
      >
        <NativeSelect
          label={t('scheduling.compared.first')}
          value={one}
          onChange={(event) => setFirst(event.currentTarget.value)}
          data={kinds}
        />
        <NativeSelect
          label={t('scheduling.compared.second')}
          value={other}
          onChange={(event) => setSecond(event.currentTarget.value)}
          data={kinds}
        />
        <NativeSelect
          label={t('scheduling.compared.from')}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value as Beginning)}
          data={BEGINNINGS.map((id) => ({ value: id, label: t(`scheduling.compared.beginning.${id}`) }))}
        />
        <NativeSelect
          label={t('scheduling.compared.for')}
          value={String(spanMs)}
          onChange={(event) => setSpanMs(Number(event.currentTarget.value))}
          data={SPANS_MS.map((ms) => ({ value: String(ms), label: format.duration(ms * NS_PER_MS) }))}
        />
        <Button type="submit" variant="default" disabled={isRunning}>
          {t('scheduling.compared.run')}
        </Button>
      </form>
      {isRunning ? (
        <div className={layout['row']}>
          <span role="status">{progress}</span>
          <Progress className={layout['grow'] ?? ''} value={fraction * 100} aria-label={progress} />
          <Button size="compact-xs" variant="default" onClick={end}>
            {t('common.cancel')}
          </Button>
        </div>
      ) : null}
      <ErrorAlert error={error ?? null} />
      {compared === undefined ? null : <ComparedResults compared={compared} onClose={end} />}
    </section>
  );
}
