/** Where files of the person's own can be dropped or chosen; the whole form takes them, this says so. */
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../kit/icons.tsx';
import css from './file-drop.module.css';

interface Props {
  /** Files are held over the form. */
  readonly isOver: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileDrop({ isOver, onFiles }: Props) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className={css['drop']} data-over={isOver || undefined}>
      <Icon name="file" />
      <span>{t('create.drop')}</span>
      <Button variant="default" size="compact-sm" onClick={() => picker.current?.click()}>
        {t('create.choose')}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t('create.choose')}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          onFiles(files);
        }}
      />
    </div>
  );
}
