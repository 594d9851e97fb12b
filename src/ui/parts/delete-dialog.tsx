/** Deleting a VM asks for its name: what is deleted does not come back. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import layout from '../kit/layout.module.css';
import { useChoices } from '../state/choices.ts';
import { tell } from '../state/notices.ts';
import { HOME } from '../state/routes.ts';
import { useCommand } from './lab.tsx';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function DeleteDialog({ host, vm, opened, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [typed, setTyped] = useState('');
  const close = (): void => {
    setTyped('');
    onClose();
  };
  const confirm = async (): Promise<void> => {
    if (!(await command(host, { op: 'vm.delete', args: { vm } }))) return;
    tell('notice.deleted', { vm });
    useChoices.getState().select(null);
    if (useChoices.getState().route.place === 'vm') useChoices.getState().go(HOME);
    close();
  };
  return (
    <Dialog opened={opened} onClose={close} title={t('delete.title', { vm })} closeLabel={t('common.close')}>
      <form
        className={layout['stack']}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === vm) void confirm();
        }}
      >
        <p>{t('delete.text', { vm })}</p>
        <TextInput
          label={t('delete.label')}
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
          <Button type="submit" color="red" disabled={typed !== vm}>
            {t('action.delete')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
