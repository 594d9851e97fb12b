/** The display filter: names are completed while one types, and an error says where it is. */
import { Autocomplete } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { completions } from '#base/packets/filter-names';
import type { LabError } from '#base/result';
import { languageNow } from '../../../i18n/language.ts';
import { Icon } from '../../../kit/icons.tsx';
import { errorSentence } from '../../../parts/error-text.tsx';
import css from './packets.module.css';

const MOST_NAMES = 12;

interface Props {
  readonly value: string;
  readonly error: LabError | null;
  readonly onChange: (text: string) => void;
}

export function FilterField({ value, error, onChange }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const place = input.current?.selectionStart ?? value.length;
  const { from, names } = completions(value, Math.min(place, value.length), MOST_NAMES);
  const language = languageNow();
  const about = new Map(names.map(({ name, text }) => [name, text[language]]));
  return (
    <Autocomplete
      ref={input}
      size="xs"
      className={css['filter'] ?? ''}
      label={t('packets.filter')}
      placeholder="tcp.port == 80 && ip.addr == 10.0.0.1"
      leftSection={<Icon name="search" size={13} />}
      value={value}
      maxLength={400}
      spellCheck={false}
      error={error === null ? undefined : errorSentence(error)}
      data={names.map(({ name }) => name)}
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <span>
          {option.value} <small>{about.get(option.value)}</small>
        </span>
      )}
      onOptionSubmit={(name) => onChange(`${value.slice(0, from)}${name}${value.slice(place)}`)}
      onChange={(text) => {
        // What was chosen from the list is put where it belongs, above.
        if (!about.has(text) || text.startsWith(value)) onChange(text);
      }}
    />
  );
}
