/** An error value as one clear sentence; a code without a sentence says its name rather than nothing. */
import { Alert } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import { Icon } from '../kit/icons.tsx';

/** The sentence of an error. */
export function errorSentence(t: TFunction, error: Pick<LabError, 'code' | 'data' | 'where'>): string {
  const sentence = t(`error.${error.code}`, {
    ...error.data,
    defaultValue: t('error.unknown', { code: error.code, detail: JSON.stringify(error.data) }),
  });
  return error.where === undefined || error.where === ''
    ? sentence
    : t('error.at', { sentence, where: error.where });
}

interface Props {
  readonly error: Pick<LabError, 'code' | 'data' | 'where'> | null;
  /** False for what is worth knowing and no failure (a guest that shut itself down). */
  readonly severe?: boolean;
}

/** An error where its answer would stand. */
export function ErrorAlert({ error, severe = true }: Props) {
  const { t } = useTranslation();
  if (error === null) return null;
  return (
    <Alert
      color={severe ? 'red' : 'gray'}
      variant="light"
      icon={<Icon name={severe ? 'alert' : 'info'} />}
      role={severe ? 'alert' : 'status'}
      p="xs"
    >
      {errorSentence(t, error)}
    </Alert>
  );
}
