/** What a run of the program has cost, and how its time becomes parts that are all of it. */
import type { ExitReasonId } from '#base/catalogue/exit-reasons';
import type { OverheadPart } from '#base/catalogue/overhead';
import type { VirtualNs } from '#base/virtual-time';
import { COSTS } from '#machine/cycles';
import type { ExitDetail } from '../monitor/exit-details.ts';
import type { BoardWords } from './memory-map.ts';

/** Cycles of an entry that a walk reads. */
const REFERENCE_CYCLES = COSTS.find(({ name }) => name === 'WALK_REFERENCE')?.cycles ?? 0;

/** Between the marks of the program. */
export interface RunCounts {
  readonly elapsedNs: VirtualNs;
  readonly instructions: number;
  /** Entries of page tables that walks have read: its own (or the only ones), and those of the host. */
  readonly references: { readonly own: number; readonly host: number };
  /** On a hart, exits included; ready, but others had it; waiting for the disk. */
  readonly runNs: VirtualNs;
  readonly heldUpNs: VirtualNs;
  readonly waitedNs: VirtualNs;
  readonly exits: readonly ExitDetail[];
  /** What the program says of it. */
  readonly board: BoardWords;
  /** In a VM: what the hart's own account has of that time, whoever had it. */
  readonly hart?: {
    readonly guestNs: VirtualNs;
    readonly hypervisorNs: VirtualNs;
    readonly idleNs: VirtualNs;
  };
  /** In a VM: hash of the saved host from which it went on. */
  readonly beginning?: string;
}

type Account = Readonly<Record<OverheadPart, VirtualNs>>;

/** By reason; exits for the interrupt controller are for interrupts. */
const PART_OF_EXIT: Readonly<Record<ExitReasonId, OverheadPart>> = {
  'guest-page-fault': 'memoryExits',
  mmio: 'deviceExits',
  sbi: 'otherExits',
  wfi: 'waitExits',
  'virtual-instruction': 'otherExits',
  timer: 'scheduling',
  interrupt: 'interruptExits',
  unexpected: 'otherExits',
};
export function partOfExit({ reason, detail }: Pick<ExitDetail, 'reason' | 'detail'>): OverheadPart {
  return reason === 'mmio' && detail === 'plic' ? 'interruptExits' : PART_OF_EXIT[reason];
}

/** @param nsPerCycle that of an instruction */
export function accountOf(counts: RunCounts, nsPerCycle: number): Account {
  const { runNs, references, exits } = counts;
  const ofExits = (part: OverheadPart): VirtualNs =>
    exits.reduce((sum, exit) => sum + (partOfExit(exit) === part ? exit.costNs : 0), 0);
  const allExits = exits.reduce((sum, { costNs }) => sum + costNs, 0);
  const instructions = counts.instructions * nsPerCycle;
  const walks = references.own * REFERENCE_CYCLES * nsPerCycle;
  const hostWalks = references.host * REFERENCE_CYCLES * nsPerCycle;
  return {
    ...{ instructions, walks, hostWalks, processor: runNs - allExits - instructions - walks - hostWalks },
    memoryExits: ofExits('memoryExits'),
    deviceExits: ofExits('deviceExits'),
    interruptExits: ofExits('interruptExits'),
    waitExits: ofExits('waitExits'),
    otherExits: ofExits('otherExits'),
    scheduling: counts.heldUpNs + ofExits('scheduling'),
    waiting: counts.waitedNs,
  };
}
