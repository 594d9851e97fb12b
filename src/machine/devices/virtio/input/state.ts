/** What a snapshot holds of an input device: what is held down, and the events that wait for the driver. */
import { type Declaration, declare } from '#base/state/declare';
import { bytes, exactly, u32, upTo, words } from '#base/state/types';
import { BYTE_RING, type ByteRingState } from '../../byte-ring.ts';
import { type Counters, countersState, namesOf } from '../../counters.ts';
import type { HeldState } from './gestures.ts';
import { INPUT_COUNTERS, type InputCounter } from './metrics.ts';
import { CONFIG_SIZE, LAST_KEY } from './registers.ts';

export interface InputState {
  readonly config: Uint8Array;
  readonly held: HeldState;
  readonly waiting: ByteRingState;
  readonly lights: number;
  readonly counters: Counters<InputCounter>;
}

export const INPUT: Declaration<InputState> = declare('virtio input', {
  config: bytes(exactly(CONFIG_SIZE)),
  held: declare<HeldState>('input held', {
    keys: words(upTo(LAST_KEY)),
    buttons: u32,
    contacts: u32,
  }),
  waiting: BYTE_RING,
  lights: u32,
  counters: countersState('virtio input', namesOf(INPUT_COUNTERS)),
});
