/**
 * Why a vCPU leaves its hart: what schedulers, caps and exits say of a switch. Its texts are `switchReason.<id>`. Timelines read it;
 * no snapshot does.
 */

/**
 * `slice`: its slice was over, and somebody else waits. `preempted`: somebody woke who comes before it. `credit`: credit was given, to one
 * who had none. `deadline`: somebody's period ends earlier. `budget`: it has used its budget of this period. `slot`: the slot of
 * co-scheduling was over, or is another's. `capped`: its VM has used what it may. `moved`: it may not run here any more. `replaced`:
 * another scheduler decides. `waiting`: WFI. `blocked`: a page is on its way. `off`: it stopped itself (SBI HSM). `stopped`: its VM does
 * not run.
 */
export const SWITCH_REASONS = [
  'slice',
  'preempted',
  'credit',
  'deadline',
  'budget',
  'slot',
  'capped',
  'moved',
  'replaced',
  'waiting',
  'blocked',
  'off',
  'stopped',
] as const;
export type SwitchReason = (typeof SWITCH_REASONS)[number];

/** How a vCPU came onto its hart: it had lost one (`queued`), it had woken, or it went on after the hypervisor's own work. */
export const ENTRIES = ['queued', 'woken', 'continued'] as const;
export type Entry = (typeof ENTRIES)[number];
