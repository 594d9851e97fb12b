/** What a snapshot holds of what a host knows of itself over time. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, u32, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { ALARM_STATE, type AlarmState } from './alarm-state.ts';
import { type AllSamplesState, SAMPLES } from './metrics.ts';
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
}
export const MONITOR: Declaration<MonitorState> = declare('monitor', {
  ...{ averagedNs: integer, host: STALLS },
  vms: list(declare<StallsOfVm>('stalls of vm', { slot: u32, stalls: STALLS }), upTo(LIMITS.vms)),
  alarms: list(ALARM_STATE, upTo(256)),
  ...{ samples: SAMPLES, finest: SAMPLES, coarse: SAMPLES },
});
