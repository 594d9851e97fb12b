/** Charts of one VM, and its console. */
import { useTranslation } from 'react-i18next';
import { possibleVcpus } from '#base/scenario';
import layout from '../../../kit/layout.module.css';
import { AgentFacts } from '../../../parts/agent-facts.tsx';
import { Chart } from '../../../parts/chart/chart.tsx';
import { ChartRangePicker } from '../../../parts/chart/chart-range.tsx';
import { useMarks } from '../../../parts/chart/marks.ts';
import { useCommand, useView } from '../../../parts/lab.tsx';
import { METRIC, metricSource } from '../../../parts/metric-text.ts';
import { vmColor } from '../../../parts/palette.ts';
import { VmConsole } from '../../../parts/terminal/console.tsx';
import { VcpuCountForm } from '../../../parts/vcpu-count-form.tsx';
import type { VmViewProps } from '../../view.ts';
import css from './overview-view.module.css';

/** A second colour for a second curve of the same VM: the way back. */
const SECOND = 'var(--quiet)';

export default function OverviewView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const view = useView(host);
  const color = vmColor(vm.slot);
  const slots = [vm.slot];
  const { name, vcpus: given } = vm.spec;
  const marks = useMarks(host, name);
  const command = useCommand();
  const possible = possibleVcpus(vm.spec);
  return (
    <div className={css['overview']}>
      <div className={css['charts']}>
        <ChartRangePicker />
        <Chart
          title={t('metric.cpu')}
          source={metricSource(t, METRIC.cpu)}
          view={view}
          marks={marks}
          unit="share"
          max={1}
          thresholds={[0.8, 0.9]}
          height={130}
          lines={[
            { key: 'cpu', label: t('metric.cpu'), color, slots, metric: 'cpu', divisor: vm.spec.vcpus },
          ]}
        />
        <Chart
          title={t('metric.memory')}
          source={metricSource(t, METRIC.memory)}
          view={view}
          marks={marks}
          unit="bytes"
          height={130}
          lines={[{ key: 'memory', label: t('metric.memory'), color, slots, metric: 'memory' }]}
        />
        {vm.spec.disks.length === 0 ? null : (
          <Chart
            title={t('charts.disk')}
            source={`${metricSource(t, METRIC['disk-read'])} · ${metricSource(t, METRIC['disk-write'])}`}
            view={view}
            marks={marks}
            unit="byte-rate"
            height={110}
            lines={[
              { key: 'read', label: t('metric.disk-read'), color, slots, metric: 'disk-read' },
              { key: 'write', label: t('metric.disk-write'), color: SECOND, slots, metric: 'disk-write' },
            ]}
          />
        )}
        {vm.spec.nics.length === 0 ? null : (
          <Chart
            title={t('charts.net')}
            source={`${metricSource(t, METRIC['net-rx'])} · ${metricSource(t, METRIC['net-tx'])}`}
            view={view}
            marks={marks}
            unit="byte-rate"
            height={110}
            lines={[
              { key: 'rx', label: t('metric.net-rx'), color, slots, metric: 'net-rx' },
              { key: 'tx', label: t('metric.net-tx'), color: SECOND, slots, metric: 'net-tx' },
            ]}
          />
        )}
        <Chart
          title={t('metric.exits')}
          source={metricSource(t, METRIC.exits)}
          view={view}
          marks={marks}
          unit="per-second"
          height={110}
          lines={[{ key: 'exits', label: t('metric.exits'), color, slots, metric: 'exits' }]}
        />
      </div>
      <div className={css['console']}>
        {vm.spec.devices?.some(({ kind }) => kind === 'agent') === true ? (
          <AgentFacts host={host} vm={vm.spec.name} />
        ) : null}
        {possible === 1 ? null : (
          <section className={layout['card']}>
            <VcpuCountForm
              key={given}
              {...{ vm: name, given, possible }}
              onSet={(vcpus) => void command(host, { op: 'vm.setVcpus', args: { vm: name, vcpus } })}
            />
          </section>
        )}
        <VmConsole host={host} vm={vm.spec.name} />
      </div>
    </div>
  );
}
