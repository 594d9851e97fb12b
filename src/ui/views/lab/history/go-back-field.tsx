/** A time that a person names, to go back to: on the clock, in seconds, or so long ago. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseNamedTime } from '#base/named-time';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';

export function GoBackField({ onGo }: { readonly onGo: (at: number) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const named = parseNamedTime(text);
  const at = named?.kind === 'at' ? named.ns : undefined;
  return (
    <form
      className={layout['row-wrap']}
      onSubmit={(event) => {
        event.preventDefault();
        if (at !== undefined) onGo(at);
      }}
    >
      <TextInput
        size="xs"
        aria-label={t('history.backTo')}
        placeholder={t('history.backTo')}
        title={t('run.toHint')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        type="submit"
        size="xs"
        variant="default"
        leftSection={<Icon name="reset" size={13} />}
        disabled={at === undefined}
      >
        {t('history.back')}
      </Button>
    </form>
  );
}
