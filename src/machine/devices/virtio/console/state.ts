/** What a snapshot holds of a console; the terminal's size is in the configuration space. */
import { deadline } from '#base/state/deadline';
import { type Declaration, declare } from '#base/state/declare';
import { bytes, exactly, optional } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { BYTE_RING, type ByteRingState } from '../../byte-ring.ts';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import { CONFIG_SIZE } from '../terminal.ts';
import { CONSOLE_COUNTERS, type ConsoleCounter } from './metrics.ts';

export interface ConsoleState {
  readonly config: Uint8Array;
  /** Output rests, and goes on after this time. */
  readonly resumesIn: VirtualNs | undefined;
  readonly input: ByteRingState;
  readonly counters: Counters<ConsoleCounter>;
}

export const CONSOLE: Declaration<ConsoleState> = declare('virtio console', {
  config: bytes(exactly(CONFIG_SIZE)),
  resumesIn: optional(deadline),
  input: BYTE_RING,
  counters: countersState('virtio console', namesOf(CONSOLE_COUNTERS)),
});
