/** A host: the map of its frames with the same content as a table, and what its harts did. */
import { useTranslation } from 'react-i18next';
import { useTick } from '../../kit/frame-clock.ts';
import layout from '../../kit/layout.module.css';
import { Meter, MeterGrid } from '../../kit/meter.tsx';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useFormat, useHost, useView } from '../../parts/lab.tsx';
import { FrameSection } from './frame-section.tsx';
import { TimelineSection } from './timeline-section.tsx';

function HostMeters({ index }: { readonly index: number }) {
  useTick(4);
  const { t } = useTranslation();
  const format = useFormat();
  const host = useHost(index);
  const view = useView(index);
  if (host === undefined || view === undefined) return null;
  const used = host.ramBytes - view.time('freeFrames') * 4096;
  // vCPU time over all VMs, as a share of the harts: the newest sample of each VM's account.
  const busy = host.vms.reduce(
    (sum, vm) => sum + (vm.state === 'running' ? (view.latest(vm.slot, 'cpu') ?? 0) : 0),
    0,
  );
  const promised = host.vms.reduce((sum, vm) => sum + vm.spec.memoryBytes, 0);
  return (
    <MeterGrid>
      <Meter
        label={t('host.cpu')}
        text={t('host.cpuOf', { percent: format.percent(busy / host.harts), count: host.harts })}
        fraction={busy / host.harts}
        source={t('metricSource.cpu')}
      />
      <Meter
        label={t('meter.hostMemory')}
        text={format.usedOf(used, host.ramBytes)}
        fraction={used / host.ramBytes}
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

export default function HostView({
  host,
  frame,
}: {
  readonly host: number;
  readonly frame?: number | undefined;
}) {
  const { t } = useTranslation();
  const description = useHost(host);
  const view = useView(host);
  if (description === undefined)
    return (
      <div className={layout['view']}>
        <ErrorAlert error={{ code: 'no-such-host', data: { host } }} />
      </div>
    );
  return (
    <div className={layout['view']}>
      <header className={layout['row-wrap']}>
        <h2>{description.name}</h2>
        <span className={texts['quiet']}>
          {t('host.harts', { count: description.harts })} · {t('host.vms', { count: description.vms.length })}
        </span>
      </header>
      <HostMeters index={host} />
      {view === undefined ? null : (
        <FrameSection index={host} host={description} view={view} initialFrame={frame} />
      )}
      <TimelineSection index={host} host={description} />
    </div>
  );
}
