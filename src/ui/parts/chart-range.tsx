/** Which stretch of virtual time the charts show; one choice for all of them. */
import { Button, SegmentedControl } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import { type ChartRange, useChoices } from '../state/choices.ts';
import { useFormat } from './lab.tsx';

/** Seconds; 0 is the whole run. */
const SPANS = [10, 60, 300, 0] as const;

/** The stretch in virtual nanoseconds. */
export function rangeAt(range: ChartRange, nowNs: number): { fromNs: number; toNs: number } {
  if (range.kind === 'part') return { fromNs: range.fromNs, toNs: range.toNs };
  return { fromNs: range.seconds === 0 ? 0 : Math.max(0, nowNs - range.seconds * 1e9), toNs: nowNs };
}

function spanLabel(t: TFunction, seconds: number): string {
  if (seconds === 0) return t('charts.whole');
  return seconds < 120
    ? t('charts.lastSeconds', { count: seconds })
    : t('charts.lastMinutes', { count: seconds / 60 });
}

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
