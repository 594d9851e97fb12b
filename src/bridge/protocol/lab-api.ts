/**
 * The wire between the page and the worker: every call, every answer, every batch. Types only.
 * The worker exposes one `LabApi` through Comlink; the page never touches anything below it.
 */
import type { Result } from '#base/result';
import type { Command, ImageSpec, Scenario, VmSpec, VmState } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { FrameOwner, FrameStateId, MetricId, ViewLayout } from './views.ts';

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

// ─── Opening ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where a lab comes from. */
export type LabSource =
  | { readonly kind: 'builtin'; readonly name: BuiltinScenario }
  /** The fragment of a link, without `#`. */
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'scenario'; readonly scenario: Scenario }
  /** What `exportState` gave. */
  | { readonly kind: 'state'; readonly bytes: Uint8Array };

/** The scenarios that the lab brings along. */
export const BUILTIN_SCENARIOS = ['first-visit', 'busy-neighbour'] as const;
export type BuiltinScenario = (typeof BUILTIN_SCENARIOS)[number];

export interface OpenOptions {
  /** Directory of the guest images, absolute, with a slash at its end. */
  readonly guestsUrl: string;
  /** The engine's WebAssembly. */
  readonly engineUrl: string;
  /** False: the page is not isolated, all memory is unshared and views come in batches. */
  readonly shared: boolean;
  readonly speed: Speed;
  /** Ceiling for the RAM of all hosts (phones get less). */
  readonly maxRamBytes: number;
}

/** One step of long work. `total` is absent while it is not known. */
export interface Progress {
  readonly stage: 'engine' | 'image' | 'unpack' | 'boot' | 'run' | 'export';
  /** What the stage works on (the name of an image). */
  readonly subject: string;
  readonly done: number;
  readonly total?: number;
}
export type OnProgress = (progress: Progress) => void;

/** What a lab consists of; a new one comes with a batch whenever it changes. */
export interface LabDescription {
  readonly title: string;
  readonly seed: number;
  readonly hosts: readonly HostDescription[];
  /** Where nodes stand, by `host`, `host/vm`, `host/switch`. */
  readonly layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
}

export interface HostDescription {
  readonly name: string;
  readonly ramBytes: number;
  readonly harts: number;
  readonly switches: readonly string[];
  readonly vms: readonly VmDescription[];
}

export interface VmDescription {
  /** Place in the views, constant for the life of the VM; colours follow it. */
  readonly slot: number;
  readonly spec: VmSpec;
  readonly state: VmState;
  /** Why it failed or stopped: a code of `error-codes.ts` with data. */
  readonly reason?: { readonly code: string; readonly data: Readonly<Record<string, string | number>> };
}

/** The shared view of one host. Without sharing `buffer` is the first image and batches carry patches. */
export interface HostViewHandle {
  readonly layout: ViewLayout;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
}

export interface OpenedLab {
  readonly lab: LabDescription;
  readonly views: readonly HostViewHandle[];
  /** Images that the scenario names and that are not here: the VMs concerned stay stopped. */
  readonly missingImages: readonly string[];
}

// ─── Speed ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** `rate` 1 never lets virtual time outrun wall time; `max` does not wait at all. */
export interface Speed {
  readonly running: boolean;
  readonly rate: number | 'max';
}

/** One unit of a step while paused. */
export type StepUnit = 'quantum';

/** How the machine keeps up; in every batch. */
export interface LabStatus {
  readonly speed: Speed;
  /** Virtual time of the lab (the least of its hosts). */
  readonly virtualNs: VirtualNs;
  /** Virtual time per wall time over the last second. */
  readonly ratio: number;
  /** Instructions retired per wall second over the last second, all hosts. */
  readonly instructionsPerSecond: number;
}

// ─── Queries ────────────────────────────────────────────────────────────────────────────────────────────────────

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
    /** A word from the walker: `not-valid`, `permission`, `reserved`, `misaligned`, `user`, `accessed`, `dirty`, `range`. */
    readonly why: string;
  };
  /** Entries read for this address by the two-stage walk, and what one stage alone would have read. */
  readonly references: { readonly nested: number; readonly native: number };
  /** What the hart's TLB holds for it now. */
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
  readonly interrupt: number;
  /** For virtio: what the driver has agreed to. */
  readonly status: string;
  readonly counters: readonly { readonly name: string; readonly value: number }[];
}

export interface VmDetail {
  readonly description: VmDescription;
  readonly vcpus: readonly {
    readonly state: string;
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

// ─── Images, links, snapshots ───────────────────────────────────────────────────────────────────────────────────

/** An image that VMs can be made of. */
export interface ImageInfo {
  readonly spec: ImageSpec;
  readonly kind: 'kernel' | 'initrd';
  /** What the bytes are: `elf`, `image`, `gzip`, `cpio`, `raw`. */
  readonly format: string;
  readonly bytes: number;
  /** False: named by the catalogue, but its file is not on this site. */
  readonly available: boolean;
  readonly minMemoryBytes: number;
  /** What a new VM of it is offered. */
  readonly defaultMemoryBytes: number;
  readonly maxVcpus: number;
  /** An initramfs that belongs to this kernel. */
  readonly initrd?: ImageSpec;
  readonly defaultAppend?: string;
}

export interface ShareLink {
  /** Goes behind `#`. */
  readonly fragment: string;
  /** Commands of this session that the link carries. */
  readonly commands: number;
  /** Names of files that a link cannot carry: the receiver is asked for them. */
  readonly omittedFiles: readonly string[];
}

// ─── Batches ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Something that happened on a host; `code` selects the text. */
export interface LabEvent {
  /** Counts up from 1 over the whole lab. */
  readonly serial: number;
  readonly at: VirtualNs;
  readonly host: number;
  readonly vm?: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly code: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export interface ConsoleOutput {
  readonly host: number;
  readonly vm: string;
  readonly bytes: Uint8Array;
  /** Bytes left out before these, because the guest wrote faster than a page can show. */
  readonly dropped: number;
}

/** New content for a part of a host's view (without sharing only). */
export interface ViewPatch {
  readonly host: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Everything that goes to the page by itself: at most one batch every 16 ms, and none when nothing changed but time. */
export interface LabBatch {
  readonly status: LabStatus;
  readonly console: readonly ConsoleOutput[];
  readonly events: readonly LabEvent[];
  readonly patches: readonly ViewPatch[];
  /** When VMs or their states have changed. */
  readonly lab?: LabDescription;
  /** When the views had to be laid out anew (more VMs than slots). */
  readonly views?: readonly HostViewHandle[];
}
export type OnBatch = (batch: LabBatch) => void;

/** Most console bytes of one VM in one batch. */
export const CONSOLE_BATCH_LIMIT: number = 64 * 1024;

// ─── The API ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the worker offers. Callbacks are passed as Comlink proxies. One lab is open at a time. */
export interface LabApi {
  /** Replaces the lab by another. A lab that was open stays when this one cannot be opened. */
  open(source: LabSource, options: OpenOptions, onProgress: OnProgress): Promise<Result<OpenedLab>>;
  /** Ends `open`, `runTo` or `exportState` with the code `cancelled`. */
  cancel(): Promise<void>;
  /** The one receiver of batches; null ends it. */
  listen(onBatch: OnBatch | null): Promise<void>;
  /** Answers at once: the client uses it to notice a worker that hangs. */
  ping(): Promise<void>;

  /** Does it at the next quantum boundary, logs it; answers when it is done, with its virtual time. */
  command(host: number, command: Command): Promise<Result<Timed<null>>>;
  setSpeed(speed: Speed): Promise<void>;
  /** While paused: goes on by one unit on a host. */
  step(host: number, unit: StepUnit): Promise<Result<Timed<null>>>;
  /** Runs at full speed up to a virtual time, then pauses. */
  runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>>;

  vm(ref: VmRef): Promise<Result<Timed<VmDetail>>>;
  registers(ref: VmRef, vcpu: number): Promise<Result<Timed<VcpuRegisters>>>;
  /** Probe mode: changes no A or D bit and no TLB entry. */
  walk(ref: VmRef, vcpu: number, gva: Hex64, access: AccessKind): Promise<Result<Timed<WalkResult>>>;
  /** At most 4096 bytes. `gva` needs a vCPU, `spa` ignores the VM. */
  memory(ref: VmRef, vcpu: number, query: MemoryQuery): Promise<Result<Timed<Uint8Array>>>;
  exits(ref: VmRef): Promise<Result<Timed<ExitTable>>>;
  timeline(
    host: number,
    hart: number,
    fromNs: VirtualNs,
    toNs: VirtualNs,
    limit: number,
  ): Promise<Result<Timed<Timeline>>>;
  /** At most 1024 rows. */
  frames(host: number, query: FrameQuery): Promise<Result<Timed<FramePage>>>;
  switches(host: number): Promise<Result<Timed<readonly SwitchState[]>>>;
  /** Events after a serial number, oldest first; the worker keeps the last 1000. */
  eventsSince(serial: number): Promise<readonly LabEvent[]>;

  images(): Promise<readonly ImageInfo[]>;
  /** A person's file. The bytes are transferred. It is looked at only enough to say what it is. */
  addImage(name: string, bytes: Uint8Array): Promise<Result<ImageInfo>>;

  /** Saved with the scenario; no command, since it changes no machine. */
  setLayout(layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>): Promise<void>;
  share(): Promise<Result<ShareLink>>;
  /** Hash of the state of every host, and of the lab: the machine is paused at a quantum boundary for it. */
  hash(): Promise<Result<Timed<{ readonly lab: string; readonly hosts: readonly string[] }>>>;
  /** Scenario, log and snapshots of all hosts as one file. */
  exportState(onProgress: OnProgress): Promise<Result<Uint8Array>>;
  /** A metric of one VM over the whole run as CSV lines with a header. */
  exportMetrics(ref: VmRef, metrics: readonly MetricId[]): Promise<Result<string>>;
}
