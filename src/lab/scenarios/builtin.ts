/** The scenarios that the lab brings along, by name. */

import { BUILTIN_LABS, type BuiltinLab, hasGuide } from '#base/catalogue/builtin-labs';
import type { Scenario } from '../scenario.ts';
import { curedNeighbour, loadControl, memoryByNeed, memoryPressure, nightShift } from './adjustment-labs.ts';
import { allocation } from './allocation.ts';
import { arpSpoofing } from './arp-spoofing.ts';
import { balloon } from './balloon.ts';
import { broadcastStorm } from './broadcast-storm.ts';
import { bufferbloat } from './bufferbloat.ts';
import { busyNeighbour } from './busy-neighbour.ts';
import { cardAllocation } from './card-allocation.ts';
import { copyOnWriteTree } from './copy-on-write-tree.ts';
import { capsAndShares, coScheduling, schedulers } from './cpu-labs.ts';
import { desktop } from './desktop.ts';
import { equalPages } from './equal-pages.ts';
import { failingDisk } from './failing-disk.ts';
import { firstVisit } from './first-visit.ts';
import { flowRules } from './flow-rules.ts';
import { greedyNeighbour } from './greedy-neighbour.ts';
import { guardRange } from './guard-range.ts';
import { hostileGuest } from './hostile-guest.ts';
import { hotPlug } from './hot-plug.ts';
import { lastingDisk } from './lasting-disk.ts';
import { nested } from './nested.ts';
import { noisyDisk } from './noisy-disk.ts';
import { overheadAccount } from './overhead-account.ts';
import { routedVlans } from './routed-vlans.ts';
import { routedWayOut } from './routed-way-out.ts';
import { spanningTree } from './spanning-tree.ts';
import { thrashing } from './thrashing.ts';
import { threeWays } from './three-ways.ts';
import { threeWaysCard } from './three-ways-card.ts';
import { vlans } from './vlans.ts';
import { walkLengths } from './walk-lengths.ts';
import { wayOut } from './way-out.ts';

/** What a builtin scenario depends on. */
export interface BuiltinOptions {
  /** Linux images are present. */
  readonly linux: boolean;
}

const BUILTIN_SCENARIOS: Readonly<Record<BuiltinLab, (options: BuiltinOptions) => Scenario>> = {
  'first-visit': firstVisit,
  'busy-neighbour': busyNeighbour,
  schedulers,
  'caps-and-shares': capsAndShares,
  'co-scheduling': coScheduling,
  'cured-neighbour': curedNeighbour,
  'night-shift': nightShift,
  'overhead-account': overheadAccount,
  nested,
  allocation,
  'walk-lengths': walkLengths,
  'equal-pages': equalPages,
  balloon,
  'memory-by-need': memoryByNeed,
  thrashing,
  'memory-pressure': memoryPressure,
  'load-control': loadControl,
  'guard-range': guardRange,
  'hostile-guest': hostileGuest,
  'noisy-disk': noisyDisk,
  'failing-disk': failingDisk,
  'lasting-disk': lastingDisk,
  'copy-on-write-tree': copyOnWriteTree,
  'three-ways': threeWays,
  'three-ways-card': threeWaysCard,
  desktop,
  'hot-plug': hotPlug,
  'way-out': wayOut,
  'greedy-neighbour': greedyNeighbour,
  bufferbloat,
  vlans,
  'arp-spoofing': arpSpoofing,
  'flow-rules': flowRules,
  'broadcast-storm': broadcastStorm,
  'spanning-tree': spanningTree,
  'routed-vlans': routedVlans,
  'routed-way-out': routedWayOut,
  'card-allocation': cardAllocation,
};

/** Names of all builtin scenarios, the first visit first. */
export const BUILTIN_SCENARIO_NAMES: readonly string[] = BUILTIN_LABS.map(({ id }) => id);

/** A builtin scenario; `undefined` when there is none of that name. */
export function builtinScenario(name: string, options: BuiltinOptions): Scenario | undefined {
  const lab = BUILTIN_LABS.find(({ id }) => id === name);
  if (lab === undefined) return undefined;
  const scenario = BUILTIN_SCENARIOS[lab.id](options);
  return hasGuide(lab.id) ? { ...scenario, guide: lab.id } : scenario;
}
