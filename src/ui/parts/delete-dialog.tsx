/** Deleting a VM asks for its name, and several for how many they are: what is deleted does not come back. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VmRef } from '#bridge/protocol/answers';
import { Dialog } from '../kit/dialog.tsx';
import layout from '../kit/layout.module.css';
import { useChoices } from '../state/choices.ts';
import { tell } from '../state/notices.ts';
import { HOME } from '../state/routes.ts';
import { useCommand } from './lab.tsx';

interface Props {
  /** At least one. */
  readonly vms: readonly VmRef[];
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function DeleteDialog({ vms, opened, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [typed, setTyped] = useState('');
  const names = vms.map(({ vm }) => vm).join(', ');
  const count = vms.length;
  const wanted = count === 1 ? names : String(count);
  const close = (): void => {
    setTyped('');
    onClose();
  };
  const confirm = async (): Promise<void> => {
    for (const { host, vm } of vms) if (!(await command(host, { op: 'vm.delete', args: { vm } }))) return;
    tell('notice.deleted', { vm: names });
    useChoices.getState().select(null);
    if (useChoices.getState().route.place === 'vm') useChoices.getState().go(HOME);
    close();
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={t('delete.title', { count, vm: names })}
      closeLabel={t('common.close')}
    >
      <form
        className={layout['stack']}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === wanted) void confirm();
        }}
      >
        <p>{t('delete.text', { vm: names })}</p>
        <TextInput
          label={t('delete.label', { count })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <div className={layout['row-end']}>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" disabled={typed.trim() !== wanted}>
            {t('action.delete')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
