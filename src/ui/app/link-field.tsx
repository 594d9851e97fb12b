/** A field for a link to a lab, as it was copied from wherever it arrived. */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import { linkIn, type Opening } from './opening.ts';

interface LinkFieldProps {
  readonly opening: Opening;
  readonly onOpen?: () => void;
}

export function LinkField({ opening, onOpen }: LinkFieldProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
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
      />
      <Button type="submit" size="xs" variant="default" disabled={text.trim() === ''}>
        {t('opening.openLink')}
      </Button>
    </form>
  );
}
