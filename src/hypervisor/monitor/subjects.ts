/**
 * What a host measures: itself, its physical disks and switch ports, its VMs and their vCPUs, disks and cards, each with its metrics
 * (`base/catalogue/scoped-metrics.ts`) and what reads them. Everything is read from accounts that are kept anyway; to look changes nothing.
 */

import { VM_FURTHER } from '#base/catalogue/further-metrics';
import type { Metric } from '#base/catalogue/metrics';
import { HOST_METRICS, type MetricScope, PART_METRICS } from '#base/catalogue/scoped-metrics';
import type { MetricTexts } from '#base/texts/metric-texts';
import type { Host } from '../host.ts';
import type { SwitchPort } from '../network/switch-port.ts';
import type { Vm } from '../vm/vm.ts';
import { measureHost } from './host-measures.ts';
import { type MeasuredMetric, measured } from './measures.ts';
import { type Part, partsOf, readPart } from './parts.ts';
import { AVERAGE_WINDOWS } from './pressure/averages.ts';
import { STALL_CLOCKS, type Stalls } from './pressure/stalls.ts';

/** A metric of something, with what reads it. */
export interface ReadMetric extends Omit<Metric, 'charted'> {
  /** What it is, where that stands in no table of texts: kinds bring it along. */
  readonly texts?: MetricTexts;
  /** A counter since it came, or a level now. */
  read(): number;
}

/** Something that is measured. */
export interface Subject {
  readonly scope: MetricScope;
  /** What tells it from its like on this host. */
  readonly labels: Readonly<Record<string, string>>;
  readonly metrics: readonly ReadMetric[];
}

/** Further metrics of a VM, of which no samples are kept. */
const FURTHER_METRICS: readonly MeasuredMetric[] = VM_FURTHER.map(measured);

/** Running averages of pressure, of one. */
function averagesOf(scope: 'host' | 'vm', stalls: Stalls): ReadMetric[] {
  return STALL_CLOCKS.flatMap((clock) => {
    const [resource, kind] = clock.split('-') as [string, string];
    return AVERAGE_WINDOWS.map(
      (window): ReadMetric => ({
        id: `${scope === 'host' ? 'host-' : ''}pressure-${clock}-avg${window}`,
        name: `${scope}_pressure_ratio`,
        ...{ kind: 'level', unit: 'ratio', labels: { resource, kind, window: `${window}s` } },
        read: () => stalls.average(clock, window),
      }),
    );
  });
}

/** Everything that a host measures now, the host first. What it measures it by does not outlive the next change of the host. */
export function subjectsOf(host: Host): Subject[] {
  host.monitor.settle();
  const parts = partsOf(host);
  return [
    {
      scope: 'host',
      labels: {},
      metrics: [
        ...HOST_METRICS.map((row): ReadMetric => ({ ...row, read: () => measureHost(host, row.id) })),
        ...averagesOf('host', host.monitor.stalls),
      ],
    },
    ...parts.filter(({ labels }) => labels['vm'] === undefined).map(ofPart),
    ...host.vms().flatMap((vm) => ofVm(host, vm, parts)),
  ];
}

function ofVm(host: Host, vm: Vm, parts: readonly Part[]): Subject[] {
  const labels = { vm: vm.spec.name };
  const all = [...host.metrics, ...FURTHER_METRICS];
  return [
    {
      ...{ scope: 'vm', labels },
      metrics: [
        ...all.map(({ measure, charted: _, isQuick: __, rests: ___, source: ____, ...row }) => ({
          ...row,
          read: () => measure(vm),
        })),
        ...averagesOf('vm', vm.stalls),
      ],
    },
    ...parts.filter((part) => part.labels['vm'] === labels.vm).map(ofPart),
  ];
}

const OF_A_STAGE = { en: 'Counted by a stage of the port', zh: '端口处理阶段的计数' };

function ofPart(part: Part): Subject {
  const { scope, labels } = part;
  const metrics = PART_METRICS[scope].map(
    (row, at): ReadMetric => ({ ...row, read: () => readPart(part, at) }),
  );
  return { scope, labels, metrics: scope === 'port' ? [...metrics, ...ofStages(part.thing)] : metrics };
}

/** What stages of a port have counted: why frames ended there, and what else they did. */
function ofStages({ stages }: SwitchPort): ReadMetric[] {
  return stages.flatMap(({ id: stage, counters, counterRows }) =>
    counterRows.map(
      ({ id: count, unit, text: meaning }): ReadMetric => ({
        id: `port-stage-${stage}-${count}`,
        name: unit === 'bytes' ? 'port_stage_bytes_total' : 'port_stage_total',
        ...{ kind: 'counter', unit, labels: { stage, count }, texts: { title: OF_A_STAGE, meaning } },
        read: () => counters[count] ?? 0,
      }),
    ),
  );
}
