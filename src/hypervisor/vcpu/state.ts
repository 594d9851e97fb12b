/** What a snapshot holds of a vCPU. */

import { EXIT_REASONS, type ExitReasonId } from '#base/catalogue/exit-reasons';
import { type Declaration, declare, since } from '#base/state/declare';
import { bool, integer, list, oneOf, type Type, u32, upTo } from '#base/state/types';
import { CONTEXT, type ContextState } from '#machine/hart';
import { NO_STEAL_TIME, STEAL_TIME, type StealTimeState } from './steal-time.ts';

/** Exits for one reason. */
export interface ExitCount {
  readonly reason: ExitReasonId;
  readonly count: number;
  readonly costNs: number;
}

/** Of a vCPU itself, wherever it runs. */
export interface VcpuSnapshot {
  /** One that runs, or waits for a page, is ready. `suspended`: it waits, and asked its SBI to (from version 13 on). */
  readonly state: 'off' | 'ready' | 'waiting' | 'suspended';
  readonly registers: ContextState;
  /** vsie, as bits of hie. */
  readonly interruptEnables: number;
  readonly runNs: number;
  readonly stealNs: number;
  readonly stealTime: StealTimeState;
  readonly blockedNs: number;
  readonly instructions: number;
  /** By reason, those that there were. */
  readonly exits: readonly ExitCount[];
}

/** Of its place on a host. */
export interface VcpuPlacement {
  /** The hart that it ran on last; -1: none. */
  readonly lastHart: number;
  readonly readySince: number;
  readonly needsFence: boolean;
  /** The guest frame that it waits for, or -1; and since when. */
  readonly awaited: number;
  readonly blockedSince: number;
}

/** The name of a reason for exits. */
export const EXIT_REASON: Type<ExitReasonId> = oneOf(...EXIT_REASONS.map(({ id }) => id));

export const VCPU: Declaration<VcpuSnapshot> = declare('vcpu', {
  state: oneOf('off', 'ready', 'waiting', 'suspended'),
  registers: CONTEXT,
  interruptEnables: u32,
  runNs: integer,
  stealNs: integer,
  stealTime: since(11, STEAL_TIME, NO_STEAL_TIME),
  blockedNs: integer,
  instructions: integer,
  exits: list(
    declare<ExitCount>('exits', { reason: EXIT_REASON, count: integer, costNs: integer }),
    upTo(EXIT_REASONS.length),
  ),
});

export const VCPU_PLACEMENT: Declaration<VcpuPlacement> = declare('vcpu placement', {
  lastHart: integer,
  readySince: integer,
  needsFence: bool,
  awaited: integer,
  blockedSince: integer,
});
