/** What happened to a frame where it was seen, in a few words. */
import type { TFunction } from 'i18next';
import type { Seen } from './packet-rows.ts';

export function pointText(t: TFunction, { point, stage, reason, comment }: Seen): string {
  if (point === undefined) return comment ?? '';
  if (point !== 'dropped') return [t(`packets.point.${point}`), comment].filter(Boolean).join(' · ');
  return t('packets.point.dropped', { stage: stage ?? '', reason: reason ?? '' });
}
