/** What a snapshot holds of policies at work; it is read before their code has come. */
import { type Declaration, declare, since, until } from '#base/state/declare';
import { integer, list, oneOf, optional, real, text, upTo } from '#base/state/types';
import type { VirtualNs } from '#base/virtual-time';

/** A value that an act led to, and which act it was. */
export interface PathPoint {
  readonly value: number;
  readonly act: number;
}
/** Points of the way of a policy's target that are kept: by them swinging is known. */
export const MOST_POINTS = 6;

export interface ControllerState {
  /** Older states: which way its last acts went. */
  readonly directions?: readonly ('up' | 'down')[];
  /** Since when its condition holds; −1: it does not. */
  readonly since: VirtualNs;
  /** When it acted last; −1: never. */
  readonly actedAt: VirtualNs;
  /** Where its target turned round, between a beginning and where it is now. */
  readonly path: readonly PathPoint[];
  readonly halvings: number;
}
export const FRESH: ControllerState = { since: -1, actedAt: -1, path: [], halvings: 0 };
const CONTROLLER: Declaration<ControllerState> = declare<ControllerState>('policy at work', {
  ...{ since: integer, actedAt: integer, halvings: integer },
  directions: until(12, list(oneOf('up', 'down'), upTo(6))),
  path: since(
    12,
    list(declare<PathPoint>('point of a way', { value: real, act: integer }), upTo(MOST_POINTS)),
    [],
  ),
});

/** Decisions that are kept, the last ones. */
export const DECISIONS_KEPT = 256;
const NAME = text(256);

/** What came of a decision. */
const RESULTS = ['done', 'damped', 'refused', 'outranked'] as const;

/** What targets are measured in. */
const TARGET_UNITS = ['count', 'percent', 'bytes', 'bytes/s', 'bit/s', '1/s'] as const;
export type TargetUnit = (typeof TARGET_UNITS)[number];

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
  /** Of what it adjusts; decisions of old do not say it. */
  readonly unit?: TargetUnit | undefined;
  /** `damped`: done, and it was found to swing; `outranked`: one with more priority changes the same. */
  readonly result: (typeof RESULTS)[number];
  /** Why it was refused. */
  readonly code?: string | undefined;
}

const DECISION: Declaration<Decision> = declare<Decision>('decision', {
  ...{ at: integer, policy: NAME, condition: optional(real), inputs: list(real, upTo(16)), adjustment: real },
  ...{ from: real, to: real, result: oneOf(...RESULTS), code: optional(NAME) },
  unit: since(13, optional(oneOf(...TARGET_UNITS)), undefined),
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
