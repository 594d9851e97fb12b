/** What a person can do with a VM now, as buttons or as entries of a menu. */
import { Menu } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VmDescription } from '#bridge/protocol/answers';
import { Icon } from '../kit/icons.tsx';
import layout from '../kit/layout.module.css';
import { SmallButton } from '../kit/small-button.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { useCommand, useLab } from './lab.tsx';
import css from './vm-actions.module.css';
import { actionsFrom, type VmAction } from './vm-states.ts';

interface Props {
  readonly host: number;
  readonly vm: VmDescription;
}

/** A row of buttons. */
export function VmActionButtons({ host, vm }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const commands = useLab()?.vmCommands ?? [];
  const [deleting, setDeleting] = useState(false);
  const { name } = vm.spec;
  return (
    <div
      className={`${layout['row-wrap']} ${css['buttons']}`}
      role="toolbar"
      aria-label={t('action.toolbar', { vm: name })}
    >
      {actionsFrom(commands, vm.state).map((action) => (
        <SmallButton
          icon={action.icon}
          key={action.id}
          title={t(`action.${action.id}Hint`)}
          data-danger={action.danger || undefined}
          onClick={() =>
            action.id === 'delete' ? setDeleting(true) : void command(host, action.command(name))
          }
        >
          {t(`action.${action.id}`)}
        </SmallButton>
      ))}
      <DeleteDialog vms={[{ host, vm: name }]} opened={deleting} onClose={() => setDeleting(false)} />
    </div>
  );
}

/** Entries of a menu; the delete dialog is the caller's, since the menu is gone when it opens. */
export function VmActionItems({ host, vm, onDelete }: Props & { readonly onDelete: () => void }) {
  const { t } = useTranslation();
  const command = useCommand();
  const commands = useLab()?.vmCommands ?? [];
  const run = (action: VmAction): void => {
    if (action.id === 'delete') onDelete();
    else void command(host, action.command(vm.spec.name));
  };
  return actionsFrom(commands, vm.state).map((action) => (
    <Menu.Item
      key={action.id}
      className={css['item']}
      leftSection={<Icon name={action.icon} size={14} />}
      data-danger={action.danger || undefined}
      onClick={() => run(action)}
    >
      {t(`action.${action.id}`)}
    </Menu.Item>
  ));
}
