/** What a snapshot holds of policies at work; it is read before their code has come. */
import { type Declaration, declare } from '#base/state/declare';
import { integer, list, oneOf, optional, real, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';

/** Directions of the last acts, by which swinging is known. */
export const REMEMBERED = 6;
const DIRECTIONS = ['up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface ControllerState {
  /** Since when its condition holds; −1: it does not. */
  readonly since: VirtualNs;
  /** When it acted last; −1: never. */
  readonly actedAt: VirtualNs;
  readonly directions: readonly Direction[];
  readonly halvings: number;
}
export const FRESH: ControllerState = { since: -1, actedAt: -1, directions: [], halvings: 0 };
const CONTROLLER: Declaration<ControllerState> = declare('policy at work', {
  ...{ since: integer, actedAt: integer, halvings: integer },
  directions: list(oneOf(...DIRECTIONS), upTo(REMEMBERED)),
});

/** Decisions that are kept, the last ones. */
export const DECISIONS_KEPT = 256;
const NAME = text(256);

/** What came of a decision. */
const RESULTS = ['done', 'damped', 'refused', 'outranked'] as const;

/** One decision: what was seen, what was concluded, what was done. */
export interface Decision {
  readonly at: VirtualNs;
  readonly policy: string;
  readonly condition?: number | undefined;
  /** The metric of each term, in order. */
  readonly inputs: readonly number[];
  readonly adjustment: number;
  readonly from: number;
  readonly to: number;
  /** `damped`: done, and it was found to swing; `outranked`: one with more priority changes the same. */
  readonly result: (typeof RESULTS)[number];
  /** Why it was refused. */
  readonly code?: string | undefined;
}

const DECISION: Declaration<Decision> = declare<Decision>('decision', {
  ...{ at: integer, policy: NAME, condition: optional(real), inputs: list(real, upTo(16)), adjustment: real },
  ...{ from: real, to: real, result: oneOf(...RESULTS), code: optional(NAME) },
});

interface WorkingState {
  readonly policy: string;
  readonly controller: ControllerState;
}
export interface AdjusterState {
  /** When they are asked next; 0: there are none. */
  readonly nextNs: VirtualNs;
  readonly working: readonly WorkingState[];
  readonly decisions: readonly Decision[];
}
export const NO_ADJUSTER: AdjusterState = { nextNs: 0, working: [], decisions: [] };
export const ADJUSTER: Declaration<AdjusterState> = declare('adjustment', {
  nextNs: integer,
  working: list(declare<WorkingState>('policy', { policy: NAME, controller: CONTROLLER }), upTo(64)),
  decisions: list(DECISION, upTo(DECISIONS_KEPT)),
});
