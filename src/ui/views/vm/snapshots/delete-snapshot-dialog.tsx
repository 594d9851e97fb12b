/** Deleting a snapshot asks first: it does not come back. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../kit/dialog.tsx';
import layout from '../../../kit/layout.module.css';
import { useCommand, useFormat } from '../../../parts/lab.tsx';
import type { Snapshot } from './tree.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly snapshot: Snapshot;
  readonly onClose: () => void;
}

export function DeleteSnapshotDialog({ host, vm, snapshot: { name, ownBytes }, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const command = useCommand();
  const remove = async (): Promise<void> => {
    if (await command(host, { op: 'vm.deleteSnapshot', args: { vm, snapshot: name } })) onClose();
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('snapshots.deleteTitle', { name })}
      closeLabel={t('common.close')}
    >
      <div className={layout['stack']}>
        <p>{t('snapshots.deleteText', { size: format.bytes(ownBytes) })}</p>
        <div className={layout['row-end']}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button color="red" onClick={() => void remove()}>
            {t('snapshots.delete')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
