/** Consoles that stay in sight whatever one looks at, side by side below the page. */
import { ActionIcon } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon } from '../kit/icons.tsx';
import { VmConsole } from '../parts/terminal/console.tsx';
import { useChoices } from '../state/choices.ts';
import css from './console-dock.module.css';

export function ConsoleDock({ lab }: { readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const docked = useChoices((state) => state.docked);
  // Of another lab, or of a VM that is no more, there is nothing to show.
  const shown = docked.filter(({ host, vm }) => lab.hosts[host]?.vms.some(({ spec }) => spec.name === vm));
  if (shown.length === 0) return null;
  return (
    <aside className={css['dock']} aria-label={t('console.dockLabel')}>
      {shown.map(({ host, vm }) => (
        <div key={`${host}/${vm}`} className={css['panel']}>
          <VmConsole host={host} vm={vm} isDocked />
          <ActionIcon
            className={css['close']}
            variant="subtle"
            color="gray"
            size="md"
            aria-label={t('console.undockOf', { vm })}
            onClick={() => useChoices.getState().setDocked({ host, vm }, false)}
          >
            <Icon name="close" size={14} />
          </ActionIcon>
        </div>
      ))}
    </aside>
  );
}
