/** One VM: state and bars, charts and console, then registers, address walk, exits, devices. */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../kit/icons.tsx';
import layout from '../../kit/layout.module.css';
import { Swatch } from '../../kit/swatch.tsx';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useHost, useView, useVm } from '../../parts/lab.tsx';
import { vmColor } from '../../parts/palette.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { VmActionButtons } from '../../parts/vm-actions.tsx';
import { VmMeters } from '../../parts/vm-meters.tsx';
import { useChoices } from '../../state/choices.ts';
import { DevicesTab } from './devices-tab.tsx';
import { ExitsTab } from './exits-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { RegistersTab } from './registers-tab.tsx';
import css from './vm-view.module.css';
import { WalkTab } from './walk-tab.tsx';

const TABS: readonly { readonly id: string; readonly icon: IconName }[] = [
  { id: 'overview', icon: 'terminal' },
  { id: 'registers', icon: 'chip' },
  { id: 'walk', icon: 'topology' },
  { id: 'exits', icon: 'chart' },
  { id: 'devices', icon: 'server' },
];

interface Props {
  readonly host: number;
  readonly name: string;
  readonly tab?: string | undefined;
}

export default function VmView({ host, name, tab }: Props) {
  const { t } = useTranslation();
  const hostThere = useHost(host);
  const vm = useVm(host, name);
  const view = useView(host);
  if (vm === undefined || hostThere === undefined)
    return (
      <div className={layout['view']}>
        <ErrorAlert error={{ code: 'no-such-vm', data: { vm: name } }} />
      </div>
    );
  const current = TABS.some((entry) => entry.id === tab) ? (tab ?? 'overview') : 'overview';
  return (
    <div className={layout['view']}>
      <header className={css['head']}>
        <div className={layout['row-wrap']}>
          <Swatch size="large" color={vmColor(vm.slot)} />
          <h2>{name}</h2>
          <StateBadge state={vm.state} />
          <span className={texts['quiet']}>
            {t('vm.facts', {
              host: hostThere.name,
              image: vm.spec.image.name,
              count: vm.spec.vcpus,
              allocation: t(`allocation.${vm.spec.allocation}`),
            })}
          </span>
        </div>
        <VmActionButtons host={host} vm={vm} />
      </header>
      {vm.reason !== undefined ? <ErrorAlert error={vm.reason} severe={vm.state === 'failed'} /> : null}
      <VmMeters view={view} host={hostThere} vm={vm} />
      <Tabs
        value={current}
        onChange={(value) =>
          useChoices.getState().go({ view: 'vm', host, vm: name, ...(value === null ? {} : { tab: value }) })
        }
        keepMounted={false}
        className={css['tabs']}
      >
        <Tabs.List>
          {TABS.map((entry) => (
            <Tabs.Tab key={entry.id} value={entry.id} leftSection={<Icon name={entry.icon} size={14} />}>
              {t(`vm.${entry.id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <OverviewTab host={host} vm={vm} />
        </Tabs.Panel>
        <Tabs.Panel value="registers">
          <RegistersTab host={host} vm={vm} />
        </Tabs.Panel>
        <Tabs.Panel value="walk">
          <WalkTab host={host} vm={vm} />
        </Tabs.Panel>
        <Tabs.Panel value="exits">
          <ExitsTab host={host} vm={vm} />
        </Tabs.Panel>
        <Tabs.Panel value="devices">
          <DevicesTab host={host} vm={vm} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
