/** How far back charts show: what is offered, and how it is called. */
import type { TFunction } from 'i18next';

/** Seconds; 0 is the whole run. */
export const SPANS = [10, 60, 300, 0] as const;

export function spanLabel(t: TFunction, seconds: number): string {
  if (seconds === 0) return t('charts.whole');
  return seconds < 120
    ? t('charts.lastSeconds', { count: seconds })
    : t('charts.lastMinutes', { count: seconds / 60 });
}
