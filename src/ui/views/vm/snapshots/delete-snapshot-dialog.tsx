/** Deleting a snapshot asks first: it does not come back. */
import { useTranslation } from 'react-i18next';
import { Confirm } from '../../../kit/confirm.tsx';
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
    <Confirm
      opened
      onClose={onClose}
      onConfirm={() => void remove()}
      title={t('snapshots.deleteTitle', { name })}
      text={t('snapshots.deleteText', { size: format.bytes(ownBytes) })}
      confirmLabel={t('snapshots.delete')}
      cancelLabel={t('common.cancel')}
      closeLabel={t('common.close')}
    />
  );
}
