/** Another name for a snapshot. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { Dialog } from '../../../kit/dialog.tsx';
import layout from '../../../kit/layout.module.css';
import { useCommand } from '../../../parts/lab.tsx';
import type { Snapshot } from './tree.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly snapshot: Snapshot;
  readonly onClose: () => void;
}

export function RenameDialog({ host, vm, snapshot, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [name, setName] = useState(snapshot.name);
  const rename = async (): Promise<void> => {
    const args = { vm, snapshot: snapshot.name, name: name.trim() };
    if (await command(host, { op: 'vm.renameSnapshot', args })) onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('snapshots.renameTitle', { name: snapshot.name })}
      closeLabel={t('common.close')}
    >
      <form
        className={layout['stack']}
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <TextInput
          label={t('snapshots.name')}
          value={name}
          maxLength={LIMITS.titleLength}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
        />
        <div className={layout['row-end']}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            {t('snapshots.rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
