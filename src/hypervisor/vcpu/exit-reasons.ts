/**
 * Why a vCPU's run ends: THE table of exit reasons, in KVM's vocabulary, with what each costs in virtual time. The exit
 * loop, counters, legends and reference pages read it. Data only.
 */

/**
 * `causes`: scause values that begin as this reason (privileged spec 18.6.1, table 35); a handler may find a finer one.
 * `color`: key of the page's palette. `costNs`: virtual time from trap to re-entry; orders of magnitude of KVM on real
 * hardware (2 µs and up), and at least what this hypervisor itself takes for it.
 */
export const EXIT_REASONS = [
  {
    id: 'guest-page-fault',
    causes: [20, 21, 23],
    color: 'memory',
    costNs: 5_000,
    text: 'the G-stage has no entry for the address: memory is given on demand',
  },
  {
    id: 'mmio',
    causes: [],
    color: 'device',
    costNs: 5_000,
    text: 'a guest page fault outside all memslots: a register of an emulated device',
  },
  {
    id: 'sbi',
    causes: [10],
    color: 'call',
    costNs: 2_000,
    text: 'ecall from VS-mode: the guest asks its SBI',
  },
  {
    id: 'wfi',
    causes: [],
    color: 'idle',
    costNs: 1_000,
    text: 'the guest waits for an interrupt: its hart is given to others',
  },
  {
    id: 'virtual-instruction',
    causes: [22],
    color: 'instruction',
    costNs: 2_000,
    text: 'an instruction that a VM may not execute: it gets an illegal-instruction exception',
  },
  {
    id: 'timer',
    causes: [],
    color: 'timer',
    costNs: 1_000,
    text: 'the time slice is over',
  },
  {
    id: 'interrupt',
    causes: [],
    color: 'interrupt',
    costNs: 1_000,
    text: 'the run is broken off to hand an interrupt to the vCPU',
  },
  {
    id: 'unexpected',
    causes: [],
    color: 'failure',
    costNs: 0,
    text: 'a trap that no handler knows: the VM is stopped',
  },
] as const;

/** Name of a reason. */
export type ExitReasonId = (typeof EXIT_REASONS)[number]['id'];

/** Position of a reason in the table, and in counters. */
export const EXIT_INDEX: Readonly<Record<ExitReasonId, number>> = Object.fromEntries(
  EXIT_REASONS.map(({ id }, index) => [id, index]),
) as Record<ExitReasonId, number>;

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
