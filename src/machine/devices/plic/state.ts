/** What a snapshot holds of a PLIC. */
import { type Declaration, declare, since } from '#base/state/declare';
import { bytes, exactly, u32, upTo, words } from '#base/state/types';
import { PLIC_SOURCES } from '../platform.ts';
import { ALL_SOURCES } from './registers.ts';

export interface PlicState {
  /** By source. */
  readonly priority: Uint8Array;
  /** By context, and so the next. */
  readonly enable: Uint32Array;
  readonly threshold: Uint8Array;
  /** A bit for each source. */
  readonly level: number;
  readonly pending: number;
  readonly claimed: number;
  readonly asserted: number;
  /** What each context was last told. */
  readonly output: Uint8Array;
}

const MOST_CONTEXTS = 64;

export const PLIC: Declaration<PlicState> = declare('plic', {
  priority: bytes(exactly(PLIC_SOURCES + 1)),
  enable: words(upTo(MOST_CONTEXTS)),
  threshold: bytes(upTo(MOST_CONTEXTS)),
  level: u32,
  pending: u32,
  claimed: u32,
  // Earlier a wire that was high at completion asked again: so does each that was high and claimed then.
  asserted: since(12, u32, ALL_SOURCES),
  output: bytes(upTo(MOST_CONTEXTS)),
});
