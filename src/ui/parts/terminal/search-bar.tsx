/** Finds text in what a console has shown, what has scrolled away included. */
import { ActionIcon, TextInput } from '@mantine/core';
import type { Terminal } from '@xterm/xterm';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../kit/icons.tsx';
import css from './console.module.css';
import { type Found, findAll } from './search.ts';
import { linesOf } from './xterm.ts';

interface Props {
  readonly terminal: Terminal;
  readonly onClose: () => void;
}

export function SearchBar({ terminal, onClose }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Found[]>([]);
  const [at, setAt] = useState(0);
  useEffect(() => {
    field.current?.focus();
    return () => terminal.clearSelection();
  }, [terminal]);

  const show = (all: readonly Found[], index: number): void => {
    setFound(all);
    setAt(index);
    const place = all[index];
    if (place === undefined) {
      terminal.clearSelection();
      return;
    }
    terminal.select(place.column, place.row, place.length);
    terminal.scrollToLine(Math.max(0, place.row - Math.floor(terminal.rows / 2)));
  };
  const look = (wanted: string, step: 1 | -1 | 0): void => {
    // Anew each time: the guest may have said more.
    const all = findAll(linesOf(terminal), wanted);
    show(all, all.length === 0 ? 0 : (at + step + all.length) % all.length);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') look(text, event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
  };
  return (
    <search className={css['search']}>
      <TextInput
        ref={field}
        size="xs"
        aria-label={t('console.search')}
        placeholder={t('console.search')}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          show(findAll(linesOf(terminal), event.currentTarget.value), 0);
        }}
        onKeyDown={onKeyDown}
      />
      <span role="status">
        {text === '' ? '' : t('console.found', { at: found.length === 0 ? 0 : at + 1, count: found.length })}
      </span>
      <ActionIcon variant="subtle" size="md" aria-label={t('console.earlier')} onClick={() => look(text, 1)}>
        <Icon name="left" size={14} />
      </ActionIcon>
      <ActionIcon variant="subtle" size="md" aria-label={t('console.later')} onClick={() => look(text, -1)}>
        <Icon name="right" size={14} />
      </ActionIcon>
      <ActionIcon variant="subtle" size="md" aria-label={t('common.close')} onClick={onClose}>
        <Icon name="close" size={14} />
      </ActionIcon>
    </search>
  );
}
