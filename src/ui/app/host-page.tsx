/** The page of a host: how much of it is in use, and its views. */
import { useTranslation } from 'react-i18next';
import type { HostDescription } from '#bridge/protocol/answers';
import { known } from '../kit/format.ts';
import { useShown } from '../kit/frame-clock.ts';
import layout from '../kit/layout.module.css';
import { Meter, MeterGrid } from '../kit/meter.tsx';
import texts from '../kit/texts.module.css';
import { ErrorAlert } from '../parts/error-text.tsx';
import { hostLoad } from '../parts/host-load.ts';
import { useFormat, useHost, useView } from '../parts/lab.tsx';
import { useChoices } from '../state/choices.ts';
import { hostRoute, type Route, viewOf, viewsOf } from '../state/routes.ts';
import { ViewTabs } from './view-tabs.tsx';
import { useViews } from './views.tsx';

function HostMeters({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useView(index);
  const { used, cpu, promised } = useShown(4, () => hostLoad(host, view));
  if (view === undefined) return null;
  return (
    <MeterGrid>
      <Meter
        label={t('host.cpu')}
        text={t('host.cpuOf', { percent: known(cpu, format.percent), count: host.harts })}
        fraction={cpu}
        source={t('metricSource.cpu')}
      />
      <Meter
        label={t('meter.hostMemory')}
        text={format.usedOf(used, host.ramBytes)}
        fraction={used === null ? null : used / host.ramBytes}
        source={t('source.hostMemory')}
        warnAt={0.9}
        failAt={0.975}
      />
      <Meter
        label={t('host.promised')}
        text={format.usedOf(promised, host.ramBytes)}
        fraction={promised / host.ramBytes}
        source={t('source.promised')}
      />
    </MeterGrid>
  );
}

export function HostPage({ route }: { readonly route: Route & { readonly place: 'host' } }) {
  const { t } = useTranslation();
  const all = viewsOf(useViews(), 'host');
  const host = useHost(route.host);
  if (host === undefined)
    return (
      <div className={layout['view']}>
        <ErrorAlert error={{ code: 'no-such-host', data: { host: route.host } }} />
      </div>
    );
  const isOwned = host.software !== undefined;
  const owner = isOwned ? 'software' : 'hypervisor';
  const views = all.filter(({ ofOwner = owner }) => ofOwner === owner);
  const current = viewOf(views, route);
  const View = current.component;
  return (
    <div className={layout['view']}>
      <header className={layout['row-wrap']}>
        <h2>{host.name}</h2>
        <span className={texts['quiet']}>
          {t('host.harts', { count: host.harts })} · {t('host.vms', { count: host.vms.length })}
        </span>
      </header>
      {isOwned ? null : <HostMeters index={route.host} host={host} />}
      <ViewTabs
        views={views}
        current={current}
        onChoose={(id) => useChoices.getState().go(hostRoute(route.host, id))}
      >
        <View index={route.host} host={host} parameters={route.parameters ?? {}} />
      </ViewTabs>
    </div>
  );
}
