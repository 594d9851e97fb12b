/** The page of a VM: its state, what can be done with it, its bars, and its views. */
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import { Swatch } from '../kit/swatch.tsx';
import texts from '../kit/texts.module.css';
import { imageName } from '../parts/engine-names.ts';
import { ErrorAlert } from '../parts/error-text.tsx';
import { useHost, useView, useVm } from '../parts/lab.tsx';
import { vmColor } from '../parts/palette.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { VmActionButtons } from '../parts/vm-actions.tsx';
import { VmMeters } from '../parts/vm-meters.tsx';
import { useChoices } from '../state/choices.ts';
import { type Route, viewOf, viewsOf, vmRoute } from '../state/routes.ts';
import { ViewTabs } from './view-tabs.tsx';
import { useViews } from './views.tsx';
import css from './vm-page.module.css';

export function VmPage({ route }: { readonly route: Route & { readonly place: 'vm' } }) {
  const { t } = useTranslation();
  const views = viewsOf(useViews(), 'vm');
  const host = useHost(route.host);
  const vm = useVm(route.host, route.vm);
  const live = useView(route.host);
  if (vm === undefined || host === undefined)
    return (
      <div className={layout['view']}>
        <ErrorAlert error={{ code: 'no-such-vm', data: { vm: route.vm } }} />
      </div>
    );
  const current = viewOf(views, route);
  const View = current.component;
  return (
    <div className={layout['view']}>
      <header className={css['head']}>
        <div className={layout['row-wrap']}>
          <div className={layout['row']}>
            <Swatch size="large" color={vmColor(vm.slot)} />
            <h2>{vm.spec.name}</h2>
          </div>
          <StateBadge state={vm.state} />
          <span className={`${texts['quiet']} ${css['facts']}`}>
            {t('vm.facts', {
              host: host.name,
              image: imageName(t, vm.spec.image.name),
              count: vm.spec.vcpus,
              allocation: t(`allocation.${vm.spec.allocation}`),
            })}
          </span>
        </div>
        <VmActionButtons host={route.host} vm={vm} />
      </header>
      {vm.reason !== undefined ? <ErrorAlert error={vm.reason} severe={vm.state === 'failed'} /> : null}
      <VmMeters view={live} host={host} vm={vm} />
      <ViewTabs
        views={views}
        current={current}
        onChoose={(id) => useChoices.getState().go(vmRoute(route.host, route.vm, id))}
      >
        <View host={route.host} vm={vm} parameters={route.parameters ?? {}} />
      </ViewTabs>
    </div>
  );
}
