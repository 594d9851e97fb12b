/** What a snapshot holds of recordings. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer, integers, list, u32, upTo, words } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';

/** References of a string, and rounds in which something was accessed. */
export const MOST_REFERENCES = 0x4000;
export const MOST_ROUNDS = 0x2000;

export interface RecordingState {
  /** The VM's place on its host. */
  readonly slot: number;
  readonly isOn: boolean;
  readonly isFull: boolean;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly periodNs: VirtualNs;
  readonly rounds: number;
  /** Of rounds in which something was accessed: when they were, and how many references there were after each. */
  readonly times: Float64Array;
  readonly ends: Uint32Array;
  readonly pages: Uint32Array;
  readonly residentSum: number;
  readonly swapsBefore: number;
  readonly swaps: number;
}
export interface RecordingsState {
  readonly recordings: readonly RecordingState[];
}
/** Before there were any. */
export const NO_RECORDINGS: RecordingsState = { recordings: [] };
export const RECORDINGS: Declaration<RecordingsState> = declare('recordings', {
  recordings: list(
    declare<RecordingState>('recording', {
      ...{ slot: u32, isOn: bool, isFull: bool, fromNs: integer, toNs: integer, periodNs: integer },
      ...{ rounds: u32, times: integers(upTo(MOST_ROUNDS)), ends: words(upTo(MOST_ROUNDS)) },
      pages: words(upTo(MOST_REFERENCES)),
      ...{ residentSum: integer, swapsBefore: integer, swaps: integer },
    }),
    upTo(LIMITS.vms),
  ),
});
