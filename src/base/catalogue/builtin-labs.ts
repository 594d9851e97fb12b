/** The labs that come along: THE list, in the order of the menu. What each is, `lab/scenarios` says; texts: `labs.<id>`. Data only. */
export const BUILTIN_LABS = [
  { id: 'first-visit', topic: 'start' },
  { id: 'busy-neighbour', topic: 'start' },
  { id: 'schedulers', topic: 'cpu' },
  { id: 'caps-and-shares', topic: 'cpu' },
  { id: 'co-scheduling', topic: 'cpu' },
  { id: 'cured-neighbour', topic: 'cpu' },
  { id: 'overhead-account', topic: 'cpu' },
  { id: 'allocation', topic: 'memory' },
  { id: 'walk-lengths', topic: 'memory' },
  { id: 'equal-pages', topic: 'memory' },
  { id: 'balloon', topic: 'memory' },
  { id: 'memory-by-need', topic: 'memory' },
  { id: 'thrashing', topic: 'memory' },
  { id: 'guard-range', topic: 'memory' },
  { id: 'hostile-guest', topic: 'memory' },
  { id: 'lasting-disk', topic: 'io' },
  { id: 'copy-on-write-tree', topic: 'io' },
  { id: 'failing-disk', topic: 'io' },
  { id: 'three-ways', topic: 'io' },
  { id: 'three-ways-card', topic: 'io' },
  { id: 'noisy-disk', topic: 'io' },
  { id: 'desktop', topic: 'io' },
  { id: 'hot-plug', topic: 'io' },
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

/** Name of a lab. */
export type BuiltinLab = (typeof BUILTIN_LABS)[number]['id'];
/** What labs are about, in the order of the menu. */
export const LAB_TOPICS = ['start', 'cpu', 'memory', 'io', 'network'] as const;
