/** A host beside the graph: how large it is, and its VMs. */
import { Anchor, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HostDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { imageName } from '../../../parts/engine-names.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { StateBadge } from '../../../parts/state-badge.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import { vmKey } from './layout.ts';

export function HostInspector({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <header className={layout['row']}>
        <Icon name="server" />
        <h2 className={texts['name']} title={host.name}>
          {host.name}
        </h2>
        <span className={layout['grow']} />
        <Button
          size="compact-sm"
          variant="light"
          rightSection={<Icon name="right" size={12} />}
          onClick={() => useChoices.getState().go(hostRoute(index))}
        >
          {t('topology.openHost')}
        </Button>
      </header>
      <p className={texts['quiet']}>
        {t('topology.hostFacts', { count: host.harts, memory: format.bytes(host.ramBytes) })}
      </p>
      <ScrollX label={t('topology.vms')}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th>{t('table.vm')}</th>
              <th>{t('table.state')}</th>
              <th>{t('table.image')}</th>
              <th className={table['number']}>{t('table.memory')}</th>
              <th className={table['number']}>{t('table.vcpus')}</th>
            </tr>
          </thead>
          <tbody>
            {host.vms.map((vm) => (
              <tr key={vm.spec.name}>
                <td>
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    className={texts['name']}
                    maw="14em"
                    title={vm.spec.name}
                    onClick={() => useChoices.getState().select(vmKey(host.name, vm.spec.name))}
                  >
                    {vm.spec.name}
                  </Anchor>
                </td>
                <td>
                  <StateBadge state={vm.state} />
                </td>
                <td>
                  <div
                    className={texts['name']}
                    style={{ maxWidth: '14em' }}
                    title={imageName(t, vm.spec.image.name)}
                  >
                    {imageName(t, vm.spec.image.name)}
                  </div>
                </td>
                <td className={table['number']}>{format.bytes(vm.spec.memoryBytes)}</td>
                <td className={table['number']}>{vm.spec.vcpus}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}
