/** What a state holds of a port of a switch, and of the frames on their way to its endpoint. */
import { LIMITS } from '#base/catalogue/limits';
import { type Declaration, declare } from '#base/state/declare';
import { bool, bytes, integer, list, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';
import { type Counters, countersState } from '#machine/devices/counters';
import { MOST_UNDERWAY } from './ether-frame.ts';
import { PORT_COUNTERS, type PortCounter } from './metrics.ts';
import { declarePlaced, type PlacedState } from './placed.ts';

/** What a state holds of a frame on its way to the endpoint, which arrives at an instant. */
interface SavedFrame {
  readonly at: VirtualNs;
  readonly bytes: Uint8Array;
}
export interface QueuedFrame extends SavedFrame {
  /** For whoever listens; no state holds these. */
  readonly domain?: number;
  readonly number?: number;
}
export interface PortState {
  readonly name: string;
  readonly up: boolean;
  /** Who arrives first stands first. */
  readonly queue: readonly QueuedFrame[];
  readonly counters: Counters<PortCounter>;
  readonly stages: readonly PlacedState[];
}
/** A port's name as commands have it: in older states and links the end of link 0 is called `link 0`. */
export function portNamed(name: string): string {
  return name.replace(/^link (?=\d)/, 'link/');
}

const STAGE = declarePlaced('stage');

export const PORT: Declaration<PortState> = declare('switch port', {
  name: text(256),
  up: bool,
  queue: list(
    declare<SavedFrame>('queued frame', { at: integer, bytes: bytes(upTo(LIMITS.etherFrameBytes.most)) }),
    upTo(MOST_UNDERWAY),
  ),
  counters: countersState('switch port', PORT_COUNTERS),
  stages: list(STAGE, upTo(64)),
});
