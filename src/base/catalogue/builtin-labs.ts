/**
 * The labs that come along: THE list, in the order of the menu. What each is, `lab/scenarios` says; texts: `labs.<id>`. `at`: where a lab
 * shows what it is about, if that is not the topology. Data only.
 */
export const BUILTIN_LABS = [
  { id: 'first-visit', topic: 'start' },
  { id: 'busy-neighbour', topic: 'start' },
  { id: 'schedulers', topic: 'cpu' },
  { id: 'caps-and-shares', topic: 'cpu' },
  { id: 'co-scheduling', topic: 'cpu' },
  { id: 'cured-neighbour', topic: 'cpu', at: { host: 0, view: 'adjustment' } },
  { id: 'night-shift', topic: 'cpu', at: { host: 0, view: 'adjustment' } },
  { id: 'overhead-account', topic: 'cpu', at: { host: 0, view: 'overhead' } },
  { id: 'nested', topic: 'cpu', at: { host: 0, view: 'bare' } },
  { id: 'allocation', topic: 'memory' },
  { id: 'walk-lengths', topic: 'memory' },
  { id: 'equal-pages', topic: 'memory' },
  { id: 'balloon', topic: 'memory' },
  { id: 'memory-by-need', topic: 'memory' },
  { id: 'thrashing', topic: 'memory' },
  { id: 'memory-pressure', topic: 'memory', at: { host: 0, view: 'adjustment' } },
  { id: 'load-control', topic: 'memory', at: { host: 0, view: 'adjustment' } },
  { id: 'guard-range', topic: 'memory' },
  { id: 'hostile-guest', topic: 'memory' },
  { id: 'lasting-disk', topic: 'io' },
  { id: 'copy-on-write-tree', topic: 'io', at: { host: 0, vm: 'branch-1', view: 'devices' } },
  { id: 'failing-disk', topic: 'io', at: { host: 0, view: 'storage' } },
  { id: 'three-ways', topic: 'io', at: { host: 0, view: 'comparison' } },
  { id: 'three-ways-card', topic: 'io', at: { host: 0, view: 'comparison' } },
  { id: 'noisy-disk', topic: 'io', at: { host: 0, view: 'storage' } },
  { id: 'desktop', topic: 'io', at: { host: 0, vm: 'paint', view: 'desktop' } },
  { id: 'hot-plug', topic: 'io', at: { host: 0, vm: 'linux', view: 'devices' } },
  { id: 'way-out', topic: 'network' },
  { id: 'greedy-neighbour', topic: 'network' },
  { id: 'bufferbloat', topic: 'network' },
  { id: 'vlans', topic: 'network' },
  { id: 'arp-spoofing', topic: 'network' },
  { id: 'flow-rules', topic: 'network' },
  { id: 'broadcast-storm', topic: 'network' },
  { id: 'spanning-tree', topic: 'network' },
  { id: 'routed-vlans', topic: 'network' },
  { id: 'routed-way-out', topic: 'network' },
  { id: 'card-allocation', topic: 'network' },
] as const;

/** A view of a host, or of one of its VMs. */
export interface LabPlace {
  readonly host: number;
  readonly vm?: string;
  readonly view: string;
}
/** Where a lab shows what it is about; nothing: on its topology. */
export function placeOfLab(lab: BuiltinLab): LabPlace | undefined {
  const rows: readonly { readonly id: BuiltinLab; readonly at?: LabPlace }[] = BUILTIN_LABS;
  return rows.find(({ id }) => id === lab)?.at;
}

/** The first visit has the page's own tour in the place of a guide. */
export type GuidedLab = Exclude<BuiltinLab, 'first-visit'>;
export function hasGuide(lab: BuiltinLab): lab is GuidedLab {
  return lab !== 'first-visit';
}

/** Name of a lab. */
export type BuiltinLab = (typeof BUILTIN_LABS)[number]['id'];
/** What labs are about, in the order of the menu. */
export const LAB_TOPICS = ['start', 'cpu', 'memory', 'io', 'network'] as const;
