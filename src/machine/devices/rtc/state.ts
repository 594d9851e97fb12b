/** What a snapshot holds of a real-time clock: not the time, which is the host's, but how far its owner has set it off, and the alarm. */
import { type Declaration, declare } from '#base/state/declare';
import { bool, long, u32 } from '#base/state/types';

export interface RtcState {
  /** What its software has set it forward by, in nanoseconds modulo 2^64. */
  readonly offset: Uint32Array;
  readonly alarm: Uint32Array;
  readonly alarmRuns: boolean;
  readonly interruptEnabled: boolean;
  readonly interruptPending: boolean;
  /** The upper half of the time that was read last. */
  readonly heldHigh: number;
}

export const RTC: Declaration<RtcState> = declare('rtc', {
  offset: long,
  alarm: long,
  alarmRuns: bool,
  interruptEnabled: bool,
  interruptPending: bool,
  heldHigh: u32,
});
