/** What long work is at, in words. */
import { useTranslation } from 'react-i18next';
import type { Progress } from '#bridge/protocol/lab-api';
import { useFormat } from './lab.tsx';

export interface Told {
  readonly text: string;
  /** From 0 to 1, where the whole is known. */
  readonly fraction: number | undefined;
}

export function useProgressText(): (progress: Progress) => Told {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ stage, subject, done, total }) => ({
    text: t(`opening.${stage}`, {
      subject,
      amount: stage !== 'image' ? '' : total === undefined ? format.bytes(done) : format.usedOf(done, total),
    }),
    fraction: total === undefined || total === 0 ? undefined : done / total,
  });
}
