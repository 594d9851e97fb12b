/** A copy of a VM, as it is or as a snapshot has it: what it is called, and what becomes of its addresses. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isName, NAME_LENGTH } from '#base/catalogue/names';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import { useCommand, useHost } from '../../parts/lab.tsx';
import { useChoices } from '../../state/choices.ts';
import { tell } from '../../state/notices.ts';
import { vmRoute } from '../../state/routes.ts';
import { freeVmName } from './free-vm-name.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly snapshot?: { readonly name: string };
  readonly onClose: () => void;
}

export function CloneDialog({ host, vm, snapshot, onClose }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const description = useHost(host);
  const [name, setName] = useState(() => freeVmName(description, vm));
  const clone = async (): Promise<void> => {
    const args = { vm, name, ...(snapshot === undefined ? {} : { snapshot: snapshot.name }) };
    if (!(await command(host, { op: 'vm.clone', args }))) return;
    tell('clone.done', { vm, name });
    onClose();
    useChoices.getState().go(vmRoute(host, name));
  };
  return (
    <Dialog
      opened
      onClose={onClose}
      title={
        snapshot === undefined ? t('clone.title', { vm }) : t('clone.titleOf', { vm, name: snapshot.name })
      }
      closeLabel={t('common.close')}
    >
      <form
        className={layout['stack']}
        onSubmit={(event) => {
          event.preventDefault();
          if (isName(name)) void clone();
        }}
      >
        <TextInput
          label={t('create.name')}
          value={name}
          maxLength={NAME_LENGTH}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isName(name) ? undefined : t('create.wrong.name', { most: NAME_LENGTH })}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <p>{t('clone.text')}</p>
        <div className={layout['row-end']}>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!isName(name)}>
            {t('clone.do')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
