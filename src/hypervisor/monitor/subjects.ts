/**
 * What a host measures: itself, its physical disks and switch ports, its VMs and their vCPUs, disks and cards, each with its metrics
 * (`base/catalogue/scoped-metrics.ts`) and what reads them. Everything is read from accounts that are kept anyway; to look changes nothing.
 */
import type { Metric } from '#base/catalogue/metrics';
import {
  CARD_METRICS,
  type CardMetricId,
  DISK_METRICS,
  type DiskMetricId,
  HOST_METRICS,
  type MetricScope,
  PORT_METRICS,
  type PortMetricId,
  STORAGE_METRICS,
  type StorageMetricId,
  VCPU_METRICS,
  type VcpuMetricId,
  VM_FURTHER,
} from '#base/catalogue/scoped-metrics';
import type { MetricTexts } from '#base/texts/metric-texts';
import type { NetCounter } from '#machine/devices/card/metrics';
import { NET_KIND } from '#machine/devices/virtio/net/kind';
import type { Host } from '../host.ts';
import { inFlight } from '../io/media/lying.ts';
import type { PhysicalDisk } from '../io/media/physical-disk.ts';
import type { IoStream } from '../io/scheduling/request.ts';
import type { SwitchPort } from '../network/switch-port.ts';
import type { Vcpu } from '../vcpu/vcpu.ts';
import type { Vm } from '../vm/vm.ts';
import { HOST_MEASURES } from './host-measures.ts';
import { type MeasuredMetric, measured } from './measures.ts';
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

type Readers<Id extends string, Thing> = Readonly<Record<Id, (thing: Thing) => number>>;

const OF_STORAGE: Readers<StorageMetricId, PhysicalDisk> = {
  'storage-busy': ({ busyNs }) => busyNs,
  'storage-requests': ({ counters }) => counters.completed,
  'storage-bytes': ({ counters }) => counters.bytes,
  'storage-merges': ({ counters }) => counters.merges,
  'storage-in-service': ({ inService }) => inService,
  'storage-waiting': ({ streams }) =>
    streams.reduce((sum, { waiting, held }) => sum + waiting.length + held.length, 0),
};

const OF_VCPU: Readers<VcpuMetricId, Vcpu> = {
  'vcpu-run': ({ runNs }) => runNs,
  'vcpu-steal': ({ stealNs }) => stealNs,
  'vcpu-blocked': ({ blockedNs }) => blockedNs,
  'vcpu-instructions': ({ instructions }) => instructions,
  'vcpu-exits': ({ exitCounts }) => total(exitCounts),
  'vcpu-exit-cost': ({ exitCostNs }) => total(exitCostNs),
};

const OF_DISK: Readers<DiskMetricId, IoStream> = {
  'disk-requests': ({ counters }) => counters.completed,
  'disk-bytes': ({ counters }) => counters.bytes,
  'disk-served': ({ counters }) => counters.servedNs,
  'disk-held': ({ counters }) => counters.held,
  'disk-merged': ({ counters }) => counters.merges,
  'disk-queue': inFlight,
};

const OF_CARD: Readonly<Record<CardMetricId, NetCounter>> = {
  'card-frames-in': 'framesIn',
  'card-bytes-in': 'bytesIn',
  'card-drops-in': 'droppedIn',
  'card-frames-out': 'framesOut',
  'card-bytes-out': 'bytesOut',
  'card-drops-out': 'droppedOut',
};

const OF_PORT: Readers<PortMetricId, SwitchPort> = {
  'port-frames-in': ({ counters }) => counters.framesIn,
  'port-bytes-in': ({ counters }) => counters.bytesIn,
  'port-frames-out': ({ counters }) => counters.framesOut,
  'port-bytes-out': ({ counters }) => counters.bytesOut,
  'port-drops': ({ counters }) => counters.dropped,
  'port-queue': ({ queued }) => queued,
};

function total(counts: Float64Array): number {
  return counts.reduce((sum, each) => sum + each, 0);
}

type Row<Id extends string> = Omit<Metric, 'charted' | 'id'> & { readonly id: Id };

function readBy<Id extends string, Thing>(
  rows: readonly Row<Id>[],
  readers: Readers<Id, Thing>,
  thing: Thing,
): ReadMetric[] {
  return rows.map((row) => ({ ...row, read: () => readers[row.id](thing) }));
}

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
  return [
    {
      scope: 'host',
      labels: {},
      metrics: [...readBy(HOST_METRICS, HOST_MEASURES, host), ...averagesOf('host', host.monitor.stalls)],
    },
    ...host.storage.disks.map(
      (disk): Subject => ({
        scope: 'storage',
        labels: { disk: disk.spec.name },
        metrics: readBy(STORAGE_METRICS, OF_STORAGE, disk),
      }),
    ),
    ...[...host.network.switches.values()].flatMap(({ name, ports }) =>
      ports.map((port) => ofPort(name, port)),
    ),
    ...host.vms().flatMap((vm) => ofVm(host, vm)),
  ];
}

function ofVm(host: Host, vm: Vm): Subject[] {
  const labels = { vm: vm.spec.name };
  const all = [...host.metrics, ...FURTHER_METRICS];
  return [
    {
      ...{ scope: 'vm', labels },
      metrics: [
        ...all.map(({ measure, charted: _, isQuick: __, ...row }) => ({ ...row, read: () => measure(vm) })),
        ...averagesOf('vm', vm.stalls),
      ],
    },
    ...vm.vcpus.map(
      (vcpu): Subject => ({
        ...{ scope: 'vcpu', labels: { ...labels, vcpu: `${vcpu.index}` } },
        metrics: readBy(VCPU_METRICS, OF_VCPU, vcpu),
      }),
    ),
    ...vm.devices.storage.streams().map(
      (stream): Subject => ({
        ...{ scope: 'disk', labels: { ...labels, disk: `${stream.index}` } },
        metrics: readBy(DISK_METRICS, OF_DISK, stream),
      }),
    ),
    ...(vm.spec.nics ?? []).flatMap((_, place): Subject[] => {
      const counted = cardCounter(vm, place);
      if (counted === undefined) return [];
      const read = (row: (typeof CARD_METRICS)[number]) => ({ ...row, read: () => counted(OF_CARD[row.id]) });
      return [{ scope: 'card', labels: { ...labels, card: `${place}` }, metrics: CARD_METRICS.map(read) }];
    }),
  ];
}

/** What counts at a card, whichever way it is given; nothing where it is not there. */
function cardCounter(vm: Vm, place: number): ((count: NetCounter) => number) | undefined {
  const { devices } = vm;
  const passed = devices.passed.find(({ sort, index }) => sort === 'card' && index === place);
  if (passed !== undefined) return (count) => passed.counted(count);
  const played = devices.ethocCards.find((card) => card.place === place)?.device;
  const counters: Readonly<Record<string, number>> | undefined = (
    played ?? devices.device(NET_KIND.id, place)
  )?.counters;
  return counters === undefined ? undefined : (count) => counters[count] ?? 0;
}

const OF_A_STAGE = { en: 'Counted by a stage of the port', zh: '端口处理阶段的计数' };

/** With what its stages have counted: why frames ended there, and what else they did. */
function ofPort(at: string, port: SwitchPort): Subject {
  const ofStages = port.stages.flatMap(({ id: stage, counters, counterRows }) =>
    counterRows.map(
      ({ id: count, unit, text: meaning }): ReadMetric => ({
        id: `port-stage-${stage}-${count}`,
        name: unit === 'bytes' ? 'port_stage_bytes_total' : 'port_stage_total',
        ...{ kind: 'counter', unit, labels: { stage, count }, texts: { title: OF_A_STAGE, meaning } },
        read: () => counters[count] ?? 0,
      }),
    ),
  );
  return {
    scope: 'port',
    labels: { switch: at, port: port.name },
    metrics: [...readBy(PORT_METRICS, OF_PORT, port), ...ofStages],
  };
}
