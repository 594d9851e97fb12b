/** Going back to a snapshot: what the VM is now is gone, so it can be kept as another one before. */
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../kit/dialog.tsx';
import layout from '../../../kit/layout.module.css';
import { useCommand } from '../../../parts/lab.tsx';
import { freeName, type Snapshot } from './tree.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly snapshot: Snapshot;
  readonly snapshots: readonly Snapshot[];
  /** VMs of which it was taken as well, at the same instant. */
  readonly together: readonly string[];
  readonly onClose: () => void;
}

export function RevertDialog({ host, vm, snapshot, snapshots, together, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [keeps, setKeeps] = useState(false);
  const [isTogether, setIsTogether] = useState(together.length > 0);
  const [busy, setBusy] = useState(false);
  const name = freeName(snapshots, (number) => t('snapshots.offered', { number }));
  const more = isTogether && together.length > 0 ? { with: together } : {};
  const revert = async (): Promise<void> => {
    setBusy(true);
    const isKept = !keeps || (await command(host, { op: 'vm.snapshot', args: { vm, name, ...more } }));
    const args = { vm, snapshot: snapshot.name, ...more };
    if (isKept && (await command(host, { op: 'vm.revert', args }))) onClose();
    setBusy(false);
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('snapshots.revertTitle', { vm, name: snapshot.name })}
      closeLabel={t('common.close')}
    >
      <div className={layout['stack']}>
        <p>{t('snapshots.revertText', { vm })}</p>
        <Switch
          size="xs"
          label={t('snapshots.keepFirst', { name })}
          checked={keeps}
          onChange={(event) => setKeeps(event.currentTarget.checked)}
        />
        {together.length === 0 ? null : (
          <Switch
            size="xs"
            label={t('snapshots.revertTogether', { vms: together.join(', ') })}
            checked={isTogether}
            onChange={(event) => setIsTogether(event.currentTarget.checked)}
          />
        )}
        <div className={layout['row-end']}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button color={keeps ? 'blue' : 'red'} loading={busy} onClick={() => void revert()} data-autofocus>
            {t('snapshots.revert')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
