/** Takes a snapshot of a VM as it is; a name is offered. */
import { Button, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { Icon } from '../../../kit/icons.tsx';
import { useCommand } from '../../../parts/lab.tsx';
import css from './snapshots.module.css';
import { freeName, type Snapshot } from './tree.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  /** The other VMs of its host. */
  readonly others: readonly string[];
  readonly snapshots: readonly Snapshot[];
  readonly onDone: () => void;
}

export function TakeForm({ host, vm, others, snapshots, onDone }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [typed, setTyped] = useState('');
  const [isTogether, setIsTogether] = useState(false);
  const [busy, setBusy] = useState(false);
  const offered = freeName(snapshots, (number) => t('snapshots.offered', { number }));
  const take = async (): Promise<void> => {
    setBusy(true);
    const name = typed.trim() === '' ? offered : typed.trim();
    const more = isTogether && others.length > 0 ? { with: others } : {};
    if (await command(host, { op: 'vm.snapshot', args: { vm, name, ...more } })) setTyped('');
    setBusy(false);
    onDone();
  };
  return (
    <form
      className={css['take']}
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <TextInput
        label={t('snapshots.name')}
        placeholder={offered}
        value={typed}
        maxLength={LIMITS.titleLength}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
      />
      <Button type="submit" loading={busy} leftSection={<Icon name="plus" size={14} />}>
        {t('snapshots.take')}
      </Button>
      {others.length === 0 ? null : (
        <Switch
          size="xs"
          label={t('snapshots.takeTogether', { vms: others.join(', ') })}
          checked={isTogether}
          onChange={(event) => setIsTogether(event.currentTarget.checked)}
        />
      )}
    </form>
  );
}
