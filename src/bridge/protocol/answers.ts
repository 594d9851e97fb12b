/**
 * What the worker says of the running machine: its answers to questions. Types only; which
 * question gets which answer is in `lab-api.ts`.
 */
import type { FrameStateId } from '#base/catalogue/frame-states';
import type { SeenVcpuState } from '#base/catalogue/vcpu-states';
import type { VirtualNs } from '#base/virtual-time';
import type { VmDescription } from './description.ts';
import type { FrameOwner } from './views.ts';

export type {
  HostDescription,
  LabDescription,
  Reason,
  VmCommandDescription,
  VmDescription,
} from './description.ts';

/** A 64-bit value: `0x` and lower-case digits, no padding. */
export type Hex64 = string;

/** A VM of the lab: index of its host in the scenario, and its name there. */
export interface VmRef {
  readonly host: number;
  readonly vm: string;
}

/** An answer of the running machine, and the virtual time of its host at which it was true. */
export interface Timed<T> {
  readonly at: VirtualNs;
  readonly value: T;
}

/** A bit field of a CSR, from the table of the architecture. */
export interface CsrField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly value: Hex64;
  /** The value's name where the table has one (`Sv39`, `VS`). */
  readonly meaning?: string;
}

export interface CsrValue {
  readonly name: string;
  readonly address: number;
  readonly value: Hex64;
  readonly fields: readonly CsrField[];
}

/** One instruction near `pc`. */
export interface DisassembledLine {
  readonly address: Hex64;
  readonly bytes: string;
  readonly text: string;
}

export interface VcpuRegisters {
  /** `VS` or `VU` (a vCPU that has never run: `VS`). */
  readonly mode: 'VS' | 'VU' | 'HS' | 'U' | 'M';
  readonly pc: Hex64;
  /** x0 to x31. */
  readonly x: readonly Hex64[];
  /** f0 to f31, raw bits. */
  readonly f: readonly Hex64[];
  readonly csrs: readonly CsrValue[];
  /** From `pc` on; empty where `pc` does not translate. */
  readonly code: readonly DisassembledLine[];
}

export type AccessKind = 'load' | 'store' | 'execute';

/** The flags of a page-table entry, from the least significant bit. */
export interface EntryFlags {
  readonly v: boolean;
  readonly r: boolean;
  readonly w: boolean;
  readonly x: boolean;
  readonly u: boolean;
  readonly g: boolean;
  readonly a: boolean;
  readonly d: boolean;
}

/** One page-table entry that the hardware would read, in the order in which it reads. */
export interface WalkStep {
  readonly stage: 'VS' | 'G';
  /** 2 is the root of Sv39 and Sv39x4. */
  readonly level: number;
  /** For a G-stage step: what its walk is for. */
  readonly purpose: 'vs-entry' | 'final';
  /** For G-stage steps that find a VS-stage entry: the level of that entry; otherwise -1. */
  readonly forVsLevel: number;
  /** Index in its table. */
  readonly index: number;
  /** Where the entry lies: as GPA (VS-stage only) and as SPA (absent when the G-stage did not find it). */
  readonly entryGpa?: Hex64;
  readonly entrySpa?: Hex64;
  readonly value: Hex64;
  readonly flags: EntryFlags;
  readonly kind: 'pointer' | 'leaf' | 'fault';
  /** Where it leads: next table or page, as GPA for the VS-stage, SPA for the G-stage. Absent on a fault. */
  readonly leadsTo?: Hex64;
  /** Bits that the hart would set in this entry for the access. */
  readonly sets: '' | 'A' | 'D' | 'AD';
}

export interface WalkResult {
  readonly gva: Hex64;
  readonly access: AccessKind;
  /** `bare`: vsatp.MODE = 0, the GVA is the GPA. */
  readonly vsMode: 'bare' | 'sv39';
  readonly vsRoot: Hex64;
  readonly gRoot: Hex64;
  readonly vmid: number;
  readonly asid: number;
  readonly steps: readonly WalkStep[];
  readonly gpa?: Hex64;
  readonly spa?: Hex64;
  readonly pageBytes?: number;
  readonly fault?: {
    readonly cause: number;
    readonly stage: 'VS' | 'G';
    readonly level: number;
    /** A word from the walker: `not-valid`, `permission`, `reserved`, `misaligned`, `user`, `range`, `no-memory`. */
    readonly why: string;
  };
  /** Entries read for this address by the two-stage walk, and what one stage alone would have read. */
  readonly references: { readonly nested: number; readonly native: number };
  /**
   * What the TLB of the vCPU's hart holds now for this access: `dirty` is a store whose page is cached for loads only, so that
   * D may have to be set. `unknown`: no hart holds the vCPU.
   */
  readonly tlb: 'hit' | 'miss' | 'dirty' | 'unknown';
}

/** One row of the exit table of a VM. */
export interface ExitRow {
  /** Name of the reason, KVM's vocabulary: `guest-page-fault`, `sbi`, `wfi`, `mmio`, … */
  readonly reason: string;
  readonly count: number;
  /** Virtual time that these exits cost. */
  readonly costNs: number;
}

export interface ExitTable {
  readonly rows: readonly ExitRow[];
  /** The finer causes inside a reason (SBI function, device register), most frequent first, at most 64. */
  readonly details: readonly {
    readonly reason: string;
    readonly detail: string;
    readonly count: number;
    readonly costNs: number;
  }[];
  /** Guest time, for the share that exits take. */
  readonly guestNs: number;
}

/** What a physical hart did: parallel arrays in order of time. */
export interface Timeline {
  readonly hart: number;
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Slot of the VM; -1 idle, -2 the hypervisor. */
  readonly slot: Int16Array;
  readonly vcpu: Int16Array;
  /** True when older slices had been forgotten or the answer was cut to the limit. */
  readonly truncated: boolean;
}

/** One frame of host RAM, from the allocator's own list. */
export interface FrameRow {
  readonly spfn: number;
  readonly owner: FrameOwner;
  readonly state: FrameStateId;
  /** From the reverse map: where VMs see the frame. */
  readonly mappings: readonly { readonly vm: string; readonly gfn: number; readonly permissions: string }[];
}

export interface FrameQuery {
  /** The first frame number (spfn) that may be in the answer. */
  readonly from: number;
  readonly count: number;
  readonly owner?: FrameOwner;
  readonly state?: FrameStateId;
}

export interface FramePage {
  readonly rows: readonly FrameRow[];
  /** Frames with this owner and state in all, whatever `from` and `count`. */
  readonly total: number;
  /** Totals over all frames, by owner and state, whatever the query. */
  readonly totals: readonly {
    readonly owner: FrameOwner;
    readonly state: FrameStateId;
    readonly count: number;
  }[];
}

export interface SwitchPort {
  readonly port: number;
  /** The VM and its card; absent for an uplink. */
  readonly vm?: string;
  readonly nic?: number;
  readonly mac?: string;
  readonly link: 'up' | 'down';
  /** From the switch's side: received from the card, sent to the card. Counts of ether frames. */
  readonly rxFrames: number;
  readonly rxBytes: number;
  readonly txFrames: number;
  readonly txBytes: number;
  readonly drops: number;
}

export interface SwitchState {
  readonly name: string;
  readonly ports: readonly SwitchPort[];
  readonly forwarding: readonly { readonly mac: string; readonly port: number; readonly ageNs: number }[];
}

/** A device of a VM, with the counters that it keeps. */
export interface DeviceState {
  readonly kind: 'console' | 'serial' | 'block' | 'net' | 'plic' | 'other';
  readonly name: string;
  readonly baseGpa: Hex64;
  /** The PLIC source that it raises; 0: none (the PLIC itself). */
  readonly interrupt: number;
  /** For virtio: what the driver has agreed to. */
  readonly status: string;
  readonly counters: readonly { readonly name: string; readonly value: number }[];
}

export interface VmDetail {
  readonly description: VmDescription;
  readonly vcpus: readonly {
    readonly state: SeenVcpuState;
    readonly hart: number;
    readonly runNs: number;
    readonly stealNs: number;
  }[];
  readonly memslots: readonly { readonly gpa: Hex64; readonly bytes: number; readonly mappedBytes: number }[];
  /** Frames that its G-stage tables take. */
  readonly tableFrames: number;
  readonly devices: readonly DeviceState[];
  readonly startedAtNs: VirtualNs;
}

/** Bytes of memory as they are now; what does not translate is missing. */
export interface MemoryQuery {
  readonly space: 'gva' | 'gpa' | 'spa';
  readonly address: Hex64;
  readonly bytes: number;
}

/** Where a person wants the lab to stop. */
export type Breakpoint =
  | {
      readonly kind: 'address';
      readonly vm: string;
      readonly address: Hex64;
      /** `vsatp` of the address space; any unless given. */
      readonly space?: Hex64;
    }
  /** `reason`: a word of the table of exits. */
  | { readonly kind: 'exit'; readonly vm: string; readonly reason: string };

/** Why the lab stands where it stands. */
export interface StopReport {
  /** `address`: a breakpoint; `target`: the address that it was to run to. */
  readonly kind: 'address' | 'target' | 'exit' | 'step';
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly pc: Hex64;
  /** Virtual time of the hart. */
  readonly at: VirtualNs;
  /** Of an exit. */
  readonly reason?: string;
  readonly detail?: string;
}

/** Counts of a walk's two stages: VS-stage (or the only one), and G-stage. */
export interface ByStage {
  readonly vs: number;
  readonly g: number;
}

/** What harts, TLBs and translator of a host have done since it was switched on. */
export interface MachineState {
  /** Of the worker's clock, so that two answers give a rate. */
  readonly wallMs: number;
  readonly harts: readonly {
    readonly instructions: number;
    /** Of these, by translated code. */
    readonly translated: number;
    readonly guestNs: number;
    /** Of that, beyond a cycle for each instruction: page walks, traps, what else machine/cycles.ts charges. */
    readonly stallNs: number;
    readonly hypervisorNs: number;
    readonly idleNs: number;
    /** Whom it runs. */
    readonly vm?: string;
    readonly vcpu?: number;
  }[];
  readonly tlb: {
    /** Accesses that no TLB knew, by kind. */
    readonly misses: Readonly<Record<AccessKind, number>>;
    /** Accesses per instruction, by kind; loads and stores are estimated from samples, absent while there are none. */
    readonly accesses: { readonly execute: 1; readonly load?: number; readonly store?: number };
    readonly walks: ByStage;
    /** Walks that knew the last table and read one entry: hits of the cache of tables. */
    readonly shortWalks: ByStage;
    /** Page-table entries read. */
    readonly references: ByStage;
  };
  readonly traps: number;
  readonly interrupts: number;
  /** What takes longer in virtual time than an instruction: events inside of guests, and exits by reason. */
  readonly costs: {
    readonly events: readonly { readonly name: string; readonly ns: number }[];
    readonly exits: readonly { readonly reason: string; readonly ns: number }[];
  };
  /** Of all VMs, every reason that there is. */
  readonly exits: readonly { readonly reason: string; readonly count: number; readonly costNs: number }[];
  readonly translator: {
    readonly regions: number;
    readonly live: number;
    readonly dropped: number;
    readonly bytes: number;
    readonly instructions: number;
    readonly ms: number;
    /** Calls of translated code. */
    readonly entered: number;
  };
  readonly breakpoints: readonly Breakpoint[];
}

/** An instruction, and what the machine knows of it. */
export interface CodeLine extends DisassembledLine {
  /** The symbol that begins here. */
  readonly label?: string;
  /** Where a jump or a branch leads, and the symbol there, as `name` or `name+0x10`. */
  readonly target?: Hex64;
  readonly targetSymbol?: string;
  /** Executed since its page was last decoded anew. */
  readonly executed: boolean;
  /** A part of translated code. */
  readonly translated: boolean;
  /** Times that a hart was found here at the end of a quantum. */
  readonly samples: number;
}

/** The page of code around an address. */
export interface CodeView {
  readonly mode: VcpuRegisters['mode'];
  readonly pc: Hex64;
  /** The symbol at `pc`, as `name` or `name+0x10`, where the image names any. */
  readonly symbol?: string;
  /** `vsatp`: the address space that the vCPU is in. */
  readonly space: Hex64;
  /** Instructions that the vCPU has retired. */
  readonly instructions: number;
  /** Where the page begins. */
  readonly page: Hex64;
  /** Its instructions; empty where it does not translate. */
  readonly lines: readonly CodeLine[];
  /** Samples of all code of the host that count now. */
  readonly samples: number;
}
