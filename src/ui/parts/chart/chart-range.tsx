/** Which stretch of virtual time the charts show; one choice for all of them. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../kit/layout.module.css';
import { useChoices } from '../../state/choices.ts';
import { useFormat } from '../lab.tsx';
import css from './chart.module.css';
import { SPANS, spanLabel } from './spans.ts';
import { stretchOf } from './stretch.ts';

export function ChartRangePicker() {
  const { t } = useTranslation();
  const format = useFormat();
  const range = useChoices((state) => state.range);
  const setRange = useChoices((state) => state.setRange);
  return (
    <div className={layout['row-wrap']}>
      <SegmentedControl
        size="xs"
        aria-label={t('charts.range')}
        value={range.kind === 'last' ? String(range.seconds) : ''}
        onChange={(value) => setRange({ kind: 'last', seconds: Number(value) })}
        data={SPANS.map((seconds) => ({
          value: String(seconds),
          label: spanLabel(t, seconds),
        }))}
      />
      {range.kind === 'part' ? (
        <Button size="compact-xs" variant="light" onClick={() => setRange({ kind: 'last', seconds: 60 })}>
          {t('charts.unzoom', { from: format.clock(range.fromNs), to: format.clock(range.toNs) })}
        </Button>
      ) : null}
    </div>
  );
}

/** A stretch from one second to another, typed. */
export function StretchForm() {
  const { t } = useTranslation();
  const setRange = useChoices((state) => state.setRange);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const stretch = stretchOf(from, to);
  return (
    <form
      className={layout['row']}
      onSubmit={(event) => {
        event.preventDefault();
        if (stretch !== undefined) setRange(stretch);
      }}
    >
      <TextInput
        size="xs"
        className={css['ends']}
        inputMode="decimal"
        aria-label={t('charts.from')}
        placeholder={t('charts.from')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        className={css['ends']}
        inputMode="decimal"
        aria-label={t('charts.to')}
        placeholder={t('charts.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-sm" variant="default" disabled={stretch === undefined}>
        {t('charts.show')}
      </Button>
    </form>
  );
}
