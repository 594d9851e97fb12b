/** The way through the page: home, charts, hosts and their VMs; at the bottom on a phone. */
import { useTranslation } from 'react-i18next';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon, type IconName } from '../kit/icons.tsx';
import { Swatch } from '../kit/swatch.tsx';
import { vmColor } from '../parts/palette.ts';
import { StateSign } from '../parts/state-badge.tsx';
import { type Route, useChoices } from '../state/choices.ts';
import css from './navigation.module.css';

interface ItemProps {
  readonly to: Route;
  readonly icon: IconName;
  readonly label: string;
  readonly current: boolean;
}

function Item({ to, icon, label, current }: ItemProps) {
  return (
    <button
      type="button"
      className={css['item']}
      aria-current={current ? 'page' : undefined}
      onClick={() => useChoices.getState().go(to)}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}

export function Navigation({ lab, route }: { readonly lab: LabDescription; readonly route: Route }) {
  const { t } = useTranslation();
  return (
    <nav className={css['nav']} aria-label={t('nav.label')}>
      <Item
        to={{ view: 'topology' }}
        icon="topology"
        label={t('nav.topology')}
        current={route.view === 'topology'}
      />
      <Item to={{ view: 'charts' }} icon="chart" label={t('nav.charts')} current={route.view === 'charts'} />
      <Item
        to={{ view: 'machine', host: 0 }}
        icon="chip"
        label={t('nav.machine')}
        current={route.view === 'machine'}
      />
      {lab.hosts.map((host, index) => (
        <div key={host.name} className={css['host']}>
          <Item
            to={{ view: 'host', host: index }}
            icon="server"
            label={host.name}
            current={route.view === 'host' && route.host === index}
          />
          <div className={css['vms']}>
            {host.vms.map((vm) => (
              <button
                type="button"
                key={vm.spec.name}
                className={css['item']}
                aria-current={
                  route.view === 'vm' && route.host === index && route.vm === vm.spec.name
                    ? 'page'
                    : undefined
                }
                onClick={() => useChoices.getState().go({ view: 'vm', host: index, vm: vm.spec.name })}
              >
                <Swatch color={vmColor(vm.slot)} />
                <span className={css['name']}>{vm.spec.name}</span>
                <StateSign state={vm.state} />
              </button>
            ))}
          </div>
        </div>
      ))}
    </nav>
  );
}
