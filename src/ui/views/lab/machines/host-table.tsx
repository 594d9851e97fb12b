/** A summary of each host: how much of it is in use, and how its VMs are. */
import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { VM_STATES, type VmState } from '#base/catalogue/vm-life-cycle';
import type { HostDescription, LabDescription } from '#bridge/protocol/answers';
import { known } from '../../../kit/format.ts';
import { useShown } from '../../../kit/frame-clock.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { hostLoad } from '../../../parts/host-load.ts';
import { useFormat, useView } from '../../../parts/lab.tsx';
import { StateSign } from '../../../parts/state-badge.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import css from './machines.module.css';

/** How many VMs are in each state, of those that occur. */
function statesOf({ vms }: HostDescription): readonly (readonly [VmState, number])[] {
  return VM_STATES.flatMap((state) => {
    const count = vms.filter((vm) => vm.state === state).length;
    return count === 0 ? [] : [[state, count] as const];
  });
}

function HostRow({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView(index);
  const { used, cpu, promised } = useShown(1, () => hostLoad(host, view));
  return (
    <tr>
      <td>
        <Anchor
          component="button"
          type="button"
          size="sm"
          className={`${texts['name']} ${css['name']}`}
          title={host.name}
          onClick={() => useChoices.getState().go(hostRoute(index))}
        >
          {host.name}
        </Anchor>
      </td>
      <td>
        <span className={css['states']}>
          {statesOf(host).map(([state, count]) => (
            <span key={state}>
              <StateSign state={state} /> {t('machines.inState', { count, state: t(`state.${state}`) })}
            </span>
          ))}
        </span>
      </td>
      <td className={table['number']} title={t('metricSource.cpu')}>
        {t('host.cpuOf', { percent: known(cpu, format.percent), count: host.harts })}
      </td>
      <td className={table['number']} title={t('source.hostMemory')}>
        {format.usedOf(used, host.ramBytes)}
      </td>
      <td className={table['number']} title={t('source.promised')}>
        {format.usedOf(promised, host.ramBytes)}
      </td>
      <td>{host.switches.join(', ')}</td>
    </tr>
  );
}

export function HostTable({ lab }: { readonly lab: LabDescription }) {
  const { t } = useTranslation();
  return (
    <section className={layout['card']}>
      <h3>{t('machines.hosts')}</h3>
      <ScrollX label={t('machines.hosts')}>
        <table className={`${table['table']} ${css['rows']}`}>
          <thead>
            <tr>
              <th>{t('table.host')}</th>
              <th>{t('machines.vms')}</th>
              <th className={table['number']}>{t('host.cpu')}</th>
              <th className={table['number']}>{t('meter.hostMemory')}</th>
              <th className={table['number']}>{t('host.promised')}</th>
              <th>{t('machines.switches')}</th>
            </tr>
          </thead>
          <tbody>
            {lab.hosts.map((host, index) => (
              <HostRow key={host.name} index={index} host={host} />
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
