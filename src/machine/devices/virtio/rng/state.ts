/** What a snapshot holds of an entropy device. */
import { type Declaration, declare } from '#base/state/declare';
import { integer } from '#base/state/types';
import { RANDOM_STATE } from '../../../random-generator.ts';

export interface RngState {
  readonly generator: Uint32Array;
  readonly bytesOut: number;
}

export const RNG: Declaration<RngState> = declare('virtio rng', {
  generator: RANDOM_STATE,
  bytesOut: integer,
});
