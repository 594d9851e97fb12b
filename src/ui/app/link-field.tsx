/** A field for a link to a lab, as it was copied from wherever it arrived; it says whether what it was given is one. */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { LinkContent } from '#bridge/protocol/lab-api';
import layout from '../kit/layout.module.css';
import { errorSentence } from '../parts/error-text.tsx';
import { useClient } from '../parts/lab.tsx';
import { tellFailure } from '../state/notices.ts';
import { linkIn, type Opening } from './opening.ts';

interface LinkFieldProps {
  readonly opening: Opening;
  readonly onOpen?: () => void;
}

/** What is known of a text that may be a link; nothing of an empty one. */
function useCheckedLink(text: string): Result<LinkContent> | null {
  const client = useClient();
  const [checked, setChecked] = useState<Result<LinkContent> | null>(null);
  useEffect(() => {
    let live = true;
    setChecked(null);
    if (text.trim() === '') return;
    client.calls
      .checkLink(text)
      .catch(failureOf)
      .then((answer) => {
        if (live) setChecked(answer);
      })
      .catch(tellFailure);
    return () => {
      live = false;
    };
  }, [client, text]);
  return checked;
}

export function LinkField({ opening, onOpen }: LinkFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const checked = useCheckedLink(text);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    opening.open(linkIn(text));
    onOpen?.();
  };
  return (
    <form className={layout['row-wrap']} onSubmit={submit}>
      <TextInput
        size="xs"
        aria-label={t('opening.link')}
        placeholder={t('opening.link')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        inputWrapperOrder={['input', 'description', 'error']}
        description={checked?.ok === true ? t('opening.linkIsRight', { ...checked.value }) : undefined}
        error={checked?.ok === false ? errorSentence(checked.error) : undefined}
      />
      <Button type="submit" size="xs" variant="default" disabled={text.trim() === ''}>
        {t('opening.openLink')}
      </Button>
    </form>
  );
}
