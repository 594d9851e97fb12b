/** An error value as one clear sentence; a code without a sentence says its name rather than nothing. */
import { Alert } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import { sentenceOf } from '#base/texts/texts';
import { canTellErrors, sharedTexts } from '../i18n/language.ts';
import { Icon } from '../kit/icons.tsx';

/** The sentence of an error or event: nothing yet where the sentences of errors are still on their way. */
export function errorSentence(error: LabError): string {
  const texts = sharedTexts();
  return Object.hasOwn(texts.event, error.code) || canTellErrors() ? sentenceOf(texts, error) : '';
}

interface Props {
  readonly error: LabError | null;
  /** False for what is worth knowing and no failure (a guest that shut itself down). */
  readonly severe?: boolean;
}

/** An error where its answer would stand. */
export function ErrorAlert({ error, severe = true }: Props) {
  // Another language is another sentence.
  useTranslation();
  if (error === null) return null;
  return (
    <Alert
      color={severe ? 'red' : 'gray'}
      variant="light"
      icon={<Icon name={severe ? 'alert' : 'info'} />}
      role={severe ? 'alert' : 'status'}
      p="xs"
    >
      {errorSentence(error)}
    </Alert>
  );
}
