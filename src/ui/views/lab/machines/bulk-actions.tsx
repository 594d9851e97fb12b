/** What can be done with the chosen VMs at once: each action with how many of them are in a state for it. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VmCommandDescription, VmRef } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { DeleteDialog } from '../../../parts/delete-dialog.tsx';
import { useCommand } from '../../../parts/lab.tsx';
import { actionsFrom, type VmAction } from '../../../parts/vm-states.ts';
import type { VmRow } from './rows.ts';

interface Bulk {
  readonly action: VmAction;
  readonly of: readonly VmRef[];
}

/** Actions in the order of menus, with the VMs that each is for. */
function bulkOf(rows: readonly VmRow[], commands: readonly VmCommandDescription[]): Bulk[] {
  return commands.flatMap((command) => {
    const of = rows.filter(({ vm }) => command.from.includes(vm.state));
    const [action] = of.flatMap(({ vm }) => actionsFrom([command], vm.state));
    return action === undefined
      ? []
      : [{ action, of: of.map(({ host, vm }) => ({ host, vm: vm.spec.name })) }];
  });
}

interface Props {
  readonly rows: readonly VmRow[];
  readonly commands: readonly VmCommandDescription[];
}

export function BulkActions({ rows, commands }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [deleting, setDeleting] = useState<readonly VmRef[] | null>(null);
  const run = async ({ action, of }: Bulk): Promise<void> => {
    if (action.id === 'delete') {
      setDeleting(of);
      return;
    }
    // One that fails says why, and the others are still told.
    for (const { host, vm } of of) await command(host, action.command(vm));
  };
  return (
    <div className={layout['row-wrap']} role="toolbar" aria-label={t('machines.toolbar')}>
      <span className={texts['quiet']}>{t('machines.chosen', { count: rows.length })}</span>
      {bulkOf(rows, commands).map((bulk) => (
        <SmallButton
          icon={bulk.action.icon}
          key={bulk.action.id}
          title={t(`action.${bulk.action.id}Hint`)}
          data-danger={bulk.action.danger || undefined}
          onClick={() => void run(bulk)}
        >
          {t('machines.actionOf', { action: t(`action.${bulk.action.id}`), count: bulk.of.length })}
        </SmallButton>
      ))}
      {deleting === null ? null : <DeleteDialog vms={deleting} opened onClose={() => setDeleting(null)} />}
    </div>
  );
}
