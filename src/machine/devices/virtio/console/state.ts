/** What a snapshot holds of a console; the terminal's size is in the configuration space. */
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, exactly } from '#base/state/types';
import { BYTE_RING, type ByteRingState } from '../../byte-ring.ts';
import { type Counters, countersState } from '../../counters.ts';
import { CONSOLE_COUNTERS, type ConsoleCounter } from './metrics.ts';
import { CONFIG_SIZE } from './registers.ts';

export interface ConsoleState {
  readonly config: Uint8Array;
  /** Output rests until an event continues it. */
  readonly paused: boolean;
  readonly input: ByteRingState;
  readonly counters: Counters<ConsoleCounter>;
}

export const CONSOLE: Declaration<ConsoleState> = declare('virtio console', {
  config: bytes(exactly(CONFIG_SIZE)),
  paused: bool,
  input: BYTE_RING,
  counters: countersState('virtio console', CONSOLE_COUNTERS),
});
