/** What a snapshot holds of a vCPU. */

import { EXIT_REASONS, type ExitReasonId } from '#base/catalogue/exit-reasons';
import { VCPU_STATES, type VcpuState } from '#base/catalogue/vcpu-states';
import { type Declaration, declare } from '#base/state/declare';
import { bool, integer, list, oneOf, type Type, u32, upTo } from '#base/state/types';
import { CONTEXT, type ContextState } from '#machine/hart';

/** Exits for one reason. */
export interface ExitCount {
  readonly reason: ExitReasonId;
  readonly count: number;
  readonly costNs: number;
}

export interface VcpuSnapshot {
  readonly state: VcpuState;
  readonly registers: ContextState;
  /** vsie, as bits of hie. */
  readonly interruptEnables: number;
  readonly needsFence: boolean;
  readonly lastHart: number;
  readonly readySince: number;
  readonly runNs: number;
  readonly stealNs: number;
  readonly instructions: number;
  readonly blockedNs: number;
  /** Guest frame that it waits for; {@link NOTHING_AWAITED} unless it is blocked. */
  readonly awaited: number;
  readonly blockedSince: number;
  /** By reason, those that there were. */
  readonly exits: readonly ExitCount[];
}

/** The name of a reason for exits. */
export const EXIT_REASON: Type<ExitReasonId> = oneOf(...EXIT_REASONS.map(({ id }) => id));

export const VCPU: Declaration<VcpuSnapshot> = declare('vcpu', {
  state: oneOf(...VCPU_STATES),
  registers: CONTEXT,
  interruptEnables: u32,
  needsFence: bool,
  lastHart: integer,
  readySince: integer,
  runNs: integer,
  stealNs: integer,
  instructions: integer,
  blockedNs: integer,
  awaited: integer,
  blockedSince: integer,
  exits: list(
    declare<ExitCount>('exits', { reason: EXIT_REASON, count: integer, costNs: integer }),
    upTo(EXIT_REASONS.length),
  ),
});
