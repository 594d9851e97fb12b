/**
 * Why a vCPU's run ends: THE table of exit reasons, in KVM's vocabulary, with what each costs in virtual time. The exit loop
 * and its handlers (`hypervisor/vcpu/exit-loop.ts`), counters and the page read it. Its texts are `exit.<id>`, and
 * `exitMeaning.<id>` for what happens then. Data only.
 */
import { positionsOf } from './rows.ts';

/**
 * `causes`: scause values that begin as this reason (privileged spec 18.6.1, table 35); a handler may find a finer one.
 * `color`: what kind of thing it is, which gives it a colour on the page. `costNs`: virtual time from trap to re-entry;
 * orders of magnitude of KVM on real hardware (2 µs and up), and at least what this hypervisor itself takes for it.
 * The position is that of counters in snapshots: new rows go to the end.
 */
export const EXIT_REASONS = [
  { id: 'guest-page-fault', causes: [20, 21, 23], color: 'memory', costNs: 5_000 },
  { id: 'mmio', causes: [], color: 'device', costNs: 5_000 },
  { id: 'sbi', causes: [10], color: 'call', costNs: 2_000 },
  { id: 'wfi', causes: [], color: 'idle', costNs: 1_000 },
  { id: 'virtual-instruction', causes: [22], color: 'instruction', costNs: 2_000 },
  { id: 'timer', causes: [], color: 'timer', costNs: 1_000 },
  { id: 'interrupt', causes: [], color: 'interrupt', costNs: 1_000 },
  { id: 'unexpected', causes: [], color: 'failure', costNs: 0 },
] as const;

/**
 * What an exit is told apart by inside of its reason, where it is not something that has a name of its own (a function of the
 * SBI, a device): the kind of access that got its page, what else the page needed, or what became of it. Texts: `exitDetail.<id>`.
 */
export type ExitDetailId =
  | 'execute'
  | 'load'
  | 'store'
  | 'copy'
  | 'permit'
  | 'decompress'
  | 'swap-in'
  | 'time slice'
  | 'kick'
  | 'passed-through'
  | 'wait'
  | 'stale'
  | 'shortage'
  | 'denied'
  | 'void'
  | 'waits'
  | 'already pending'
  | 'illegal'
  | 'absent';

/** Name of a reason. */
export type ExitReasonId = (typeof EXIT_REASONS)[number]['id'];
/** Kinds of reasons that have a colour. */
export type ExitColor = (typeof EXIT_REASONS)[number]['color'];

/** Position of a reason in the table, and in counters. */
export const EXIT_INDEX: Readonly<Record<ExitReasonId, number>> = positionsOf(EXIT_REASONS);

const UNEXPECTED = EXIT_INDEX.unexpected;
/** Positions of reasons by scause. */
const byCause: readonly number[] = Array.from({ length: 64 }, (_, cause) => {
  const index = EXIT_REASONS.findIndex(({ causes }) => (causes as readonly number[]).includes(cause));
  return index < 0 ? UNEXPECTED : index;
});

/** Position of the reason that an exit with this scause begins as. */
export function reasonOfCause(cause: number): number {
  return byCause[cause] ?? UNEXPECTED;
}
