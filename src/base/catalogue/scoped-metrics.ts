/**
 * What is measured beside the metrics of every VM that charts show (`metrics.ts`): further ones of a VM, and those of parts of it and of
 * its host. A row says what is counted; who reads it stands in `hypervisor/monitor/`, what it means in `base/texts/metric-texts.ts`.
 */
import type { VmFurtherId } from './further-metrics.ts';
import type { Metric } from './metrics.ts';

/** What a metric is of. Each is told from its like by labels: `vm`, `vcpu`, `disk`, `card`, `switch` and `port`. */
export const METRIC_SCOPES = ['host', 'storage', 'vm', 'vcpu', 'disk', 'card', 'port'] as const;
export type MetricScope = (typeof METRIC_SCOPES)[number];

/** Further metrics of a VM of which samples are kept. */
export const VM_KEPT = [
  {
    id: 'halt',
    name: 'vm_cpu_halt_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    source: { of: 'stalls', count: 'haltNs' },
  },
  {
    id: 'pressure-cpu-some',
    name: 'vm_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    labels: { resource: 'cpu', kind: 'some' },
    source: { of: 'stalls', count: 'cpu-some' },
  },
  {
    id: 'pressure-cpu-full',
    name: 'vm_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    labels: { resource: 'cpu', kind: 'full' },
    source: { of: 'stalls', count: 'cpu-full' },
  },
  {
    id: 'pressure-memory-some',
    name: 'vm_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    labels: { resource: 'memory', kind: 'some' },
    source: { of: 'stalls', count: 'memory-some' },
  },
  {
    id: 'pressure-memory-full',
    name: 'vm_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    labels: { resource: 'memory', kind: 'full' },
    source: { of: 'stalls', count: 'memory-full' },
  },
  {
    id: 'pressure-io-some',
    name: 'vm_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    labels: { resource: 'io', kind: 'some' },
    source: { of: 'stalls', count: 'io-some' },
  },
  {
    id: 'pressure-io-full',
    name: 'vm_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    labels: { resource: 'io', kind: 'full' },
    source: { of: 'stalls', count: 'io-full' },
  },
  {
    id: 'disk-reads',
    name: 'vm_disk_reads_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'devices', kind: 'block', count: 'reads' },
  },
  {
    id: 'disk-writes',
    name: 'vm_disk_writes_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'devices', kind: 'block', count: 'writes' },
  },
  {
    id: 'net-rx-frames',
    name: 'vm_network_receive_frames_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'devices', kind: 'net', count: 'framesIn' },
  },
  {
    id: 'net-tx-frames',
    name: 'vm_network_transmit_frames_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'devices', kind: 'net', count: 'framesOut' },
  },
  {
    id: 'net-rx-drops',
    name: 'vm_network_receive_drop_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'devices', kind: 'net', count: 'droppedIn' },
  },
  {
    id: 'faults',
    name: 'vm_exits_by_cause_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    labels: { cause: 'guest-page-fault' },
    source: { of: 'exits', reason: 'guest-page-fault' },
  },
  {
    id: 'answers',
    name: 'vm_answers_total',
    kind: 'counter',
    unit: 'count',
    charted: false,
    source: { of: 'answers', count: 'count' },
  },
  {
    id: 'answer-time',
    name: 'vm_answer_seconds_total',
    kind: 'counter',
    unit: 'ns',
    charted: false,
    source: { of: 'answers', count: 'totalNs' },
  },
  {
    id: 'response-time',
    name: 'vm_response_seconds',
    kind: 'level',
    unit: 'ns',
    charted: false,
    source: { of: 'answers', count: 'meanNs' },
  },
] as const;
export type VmKeptId = (typeof VM_KEPT)[number]['id'];

/** Of a host; samples of all are kept. */
export const HOST_METRICS = [
  {
    id: 'host-guests',
    name: 'host_cpu_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { mode: 'guest' },
  },
  {
    id: 'host-hypervisor',
    name: 'host_cpu_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { mode: 'hypervisor' },
  },
  { id: 'host-idle', name: 'host_cpu_seconds_total', kind: 'counter', unit: 'ns', labels: { mode: 'idle' } },
  { id: 'host-instructions', name: 'host_instructions_total', kind: 'counter', unit: 'count' },
  { id: 'host-ready', name: 'host_vcpus_ready', kind: 'level', unit: 'count' },
  { id: 'host-memory', name: 'host_memory_bytes', kind: 'level', unit: 'bytes' },
  { id: 'host-memory-used', name: 'host_memory_used_bytes', kind: 'level', unit: 'bytes' },
  { id: 'host-memory-free', name: 'host_memory_free_bytes', kind: 'level', unit: 'bytes' },
  { id: 'host-swap-used', name: 'host_swap_used_bytes', kind: 'level', unit: 'bytes' },
  { id: 'host-vms', name: 'host_vms_running', kind: 'level', unit: 'count' },
  {
    id: 'host-pressure-cpu-some',
    name: 'host_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { resource: 'cpu', kind: 'some' },
  },
  {
    id: 'host-pressure-cpu-full',
    name: 'host_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { resource: 'cpu', kind: 'full' },
  },
  {
    id: 'host-pressure-memory-some',
    name: 'host_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { resource: 'memory', kind: 'some' },
  },
  {
    id: 'host-pressure-memory-full',
    name: 'host_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { resource: 'memory', kind: 'full' },
  },
  {
    id: 'host-pressure-io-some',
    name: 'host_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { resource: 'io', kind: 'some' },
  },
  {
    id: 'host-pressure-io-full',
    name: 'host_pressure_seconds_total',
    kind: 'counter',
    unit: 'ns',
    labels: { resource: 'io', kind: 'full' },
  },
] as const;
export type HostMetricId = (typeof HOST_METRICS)[number]['id'];

/** Of a physical disk of a host. */
export const STORAGE_METRICS = [
  { id: 'storage-busy', name: 'storage_busy_seconds_total', kind: 'counter', unit: 'ns' },
  { id: 'storage-requests', name: 'storage_requests_total', kind: 'counter', unit: 'count' },
  { id: 'storage-bytes', name: 'storage_bytes_total', kind: 'counter', unit: 'bytes' },
  { id: 'storage-merges', name: 'storage_merged_requests_total', kind: 'counter', unit: 'count' },
  { id: 'storage-in-service', name: 'storage_requests_in_service', kind: 'level', unit: 'count' },
  { id: 'storage-waiting', name: 'storage_requests_waiting', kind: 'level', unit: 'count' },
] as const;
export type StorageMetricId = (typeof STORAGE_METRICS)[number]['id'];

/** Of a vCPU. */
export const VCPU_METRICS = [
  { id: 'vcpu-run', name: 'vcpu_run_seconds_total', kind: 'counter', unit: 'ns' },
  { id: 'vcpu-steal', name: 'vcpu_steal_seconds_total', kind: 'counter', unit: 'ns' },
  { id: 'vcpu-blocked', name: 'vcpu_blocked_seconds_total', kind: 'counter', unit: 'ns' },
  { id: 'vcpu-instructions', name: 'vcpu_instructions_total', kind: 'counter', unit: 'count' },
  { id: 'vcpu-exits', name: 'vcpu_exits_total', kind: 'counter', unit: 'count' },
  { id: 'vcpu-exit-cost', name: 'vcpu_exit_seconds_total', kind: 'counter', unit: 'ns' },
] as const;
export type VcpuMetricId = (typeof VCPU_METRICS)[number]['id'];

/** Of a disk of a VM, at the physical disk on which it lies. */
export const DISK_METRICS = [
  { id: 'disk-requests', name: 'disk_requests_total', kind: 'counter', unit: 'count' },
  { id: 'disk-bytes', name: 'disk_bytes_total', kind: 'counter', unit: 'bytes' },
  { id: 'disk-served', name: 'disk_served_seconds_total', kind: 'counter', unit: 'ns' },
  { id: 'disk-held', name: 'disk_held_requests_total', kind: 'counter', unit: 'count' },
  { id: 'disk-merged', name: 'disk_merged_requests_total', kind: 'counter', unit: 'count' },
  { id: 'disk-queue', name: 'disk_requests_in_flight', kind: 'level', unit: 'count' },
] as const;
export type DiskMetricId = (typeof DISK_METRICS)[number]['id'];

/** Of a network card of a VM: in is towards the guest. */
export const CARD_METRICS = [
  { id: 'card-frames-in', name: 'card_receive_frames_total', kind: 'counter', unit: 'count' },
  { id: 'card-bytes-in', name: 'card_receive_bytes_total', kind: 'counter', unit: 'bytes' },
  { id: 'card-drops-in', name: 'card_receive_drop_total', kind: 'counter', unit: 'count' },
  { id: 'card-frames-out', name: 'card_transmit_frames_total', kind: 'counter', unit: 'count' },
  { id: 'card-bytes-out', name: 'card_transmit_bytes_total', kind: 'counter', unit: 'bytes' },
  { id: 'card-drops-out', name: 'card_transmit_drop_total', kind: 'counter', unit: 'count' },
] as const;
export type CardMetricId = (typeof CARD_METRICS)[number]['id'];

/** Of a port of a switch: in is from what hangs there towards the switch. */
export const PORT_METRICS = [
  { id: 'port-frames-in', name: 'port_receive_frames_total', kind: 'counter', unit: 'count' },
  { id: 'port-bytes-in', name: 'port_receive_bytes_total', kind: 'counter', unit: 'bytes' },
  { id: 'port-frames-out', name: 'port_transmit_frames_total', kind: 'counter', unit: 'count' },
  { id: 'port-bytes-out', name: 'port_transmit_bytes_total', kind: 'counter', unit: 'bytes' },
  { id: 'port-drops', name: 'port_drop_total', kind: 'counter', unit: 'count' },
  { id: 'port-queue', name: 'port_queued_frames', kind: 'level', unit: 'count' },
] as const;
export type PortMetricId = (typeof PORT_METRICS)[number]['id'];

/** Every metric of these rows. */
export type ScopedMetricId =
  | VmKeptId
  | VmFurtherId
  | HostMetricId
  | StorageMetricId
  | VcpuMetricId
  | DiskMetricId
  | CardMetricId
  | PortMetricId;

/** Of parts of a host and of its VMs, by what they are of: samples are kept every 100 ms and every second. */
export const PART_METRICS: {
  readonly storage: typeof STORAGE_METRICS;
  readonly port: typeof PORT_METRICS;
  readonly vcpu: typeof VCPU_METRICS;
  readonly disk: typeof DISK_METRICS;
  readonly card: typeof CARD_METRICS;
} = {
  storage: STORAGE_METRICS,
  port: PORT_METRICS,
  vcpu: VCPU_METRICS,
  disk: DISK_METRICS,
  card: CARD_METRICS,
};
export type PartScope = keyof typeof PART_METRICS;

const PART_IDS: ReadonlySet<string> = new Set(
  Object.values(PART_METRICS).flatMap((rows) => rows.map(({ id }) => id)),
);

/** It is of parts: who reads it must say of which. */
export function isOfParts(metric: string): boolean {
  return PART_IDS.has(metric);
}

/** Of a host and of the parts that are its own and no VM's. */
export const METRICS_OF_HOST: readonly Pick<Metric, 'id' | 'name' | 'kind' | 'unit'>[] = [
  ...HOST_METRICS,
  ...PART_METRICS.storage,
  ...PART_METRICS.port,
];
