/** What a snapshot holds of what a host knows of itself over time. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare, since } from '#base/state/declare';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { ALARM_STATE, type AlarmState } from './alarm-state.ts';
import { type AllSamplesState, SAMPLES } from './metrics.ts';
import { MOST_PARTS, PART_SAMPLES, type PartSamplesState } from './part-samples.ts';
import { STALLS, type StallsState } from './pressure/stalls.ts';

interface StallsOfVm {
  readonly slot: number;
  readonly stalls: StallsState;
}
export interface MonitorState extends AllSamplesState {
  /** When averages were last updated. */
  readonly averagedNs: VirtualNs;
  readonly host: StallsState;
  readonly vms: readonly StallsOfVm[];
  readonly alarms: readonly AlarmState[];
  readonly parts: readonly PartSamplesState[];
}
export const MONITOR: Declaration<MonitorState> = declare('monitor', {
  ...{ averagedNs: integer, host: STALLS },
  vms: list(declare<StallsOfVm>('stalls of vm', { slot: u32, stalls: STALLS }), upTo(LIMITS.vms)),
  alarms: list(ALARM_STATE, upTo(256)),
  parts: since(12, list(PART_SAMPLES, upTo(MOST_PARTS)), []),
  ...{ samples: SAMPLES, finest: SAMPLES, coarse: SAMPLES },
});
