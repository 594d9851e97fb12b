/**
 * The wire between the page and the worker: every call, every answer, every batch. Types, and the constants that both know.
 * The worker exposes one `LabApi` through Comlink; the page never touches anything below it.
 */
import type { LabError, Result } from '#base/result';
import type { ImageSpec, ScenarioOf } from '#base/scenario';
import type { VirtualNs } from '#base/virtual-time';
import type { Command } from '#hypervisor/commands';
import type {
  AccessKind,
  Breakpoint,
  CodeView,
  ExitTable,
  FramePage,
  FrameQuery,
  Hex64,
  LabDescription,
  MachineState,
  MemoryQuery,
  StopReport,
  SwitchState,
  Timed,
  Timeline,
  VcpuRegisters,
  VmDetail,
  VmRef,
  WalkResult,
} from './answers.ts';
import type { ViewLayout } from './views.ts';

export type { Command } from '#hypervisor/commands';

// ─── Opening ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where a lab comes from. */
export type LabSource =
  | { readonly kind: 'builtin'; readonly name: BuiltinScenario }
  /** The fragment of a link, without `#`. */
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'scenario'; readonly scenario: ScenarioOf<Command> }
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
  readonly stage: 'engine' | 'image' | 'unpack' | 'boot' | 'run';
  /** What the stage works on (the name of an image). */
  readonly subject: string;
  readonly done: number;
  readonly total?: number;
}
export type OnProgress = (progress: Progress) => void;

/** The shared view of one host. Without sharing `buffer` is the first image and batches carry patches. */
export interface HostViewHandle {
  readonly layout: ViewLayout;
  readonly buffer: SharedArrayBuffer | ArrayBuffer;
}

/** An image that is not here, and why. */
export interface MissingImage {
  readonly name: string;
  readonly error: LabError;
}

export interface OpenedLab {
  /** Counts the labs that this worker has opened; batches say of which one they speak. */
  readonly serial: number;
  readonly lab: LabDescription;
  readonly views: readonly HostViewHandle[];
  /** What the scenario names and could not be had: the VMs concerned stay stopped. */
  readonly missingImages: readonly MissingImage[];
}

// ─── Speed ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** `rate` 1 never lets virtual time outrun wall time; `max` does not wait at all. */
export interface Speed {
  readonly running: boolean;
  readonly rate: number | 'max';
}

/** One unit of a step while paused. */
export type StepUnit = 'quantum' | 'instruction' | 'exit';

/** How the machine keeps up; in every batch. */
export interface LabStatus {
  readonly speed: Speed;
  /** Virtual time of the lab (the least of its hosts). */
  readonly virtualNs: VirtualNs;
  /** Virtual time per wall time over the last second. */
  readonly ratio: number;
  /** Instructions retired per wall second over the last second, all hosts. */
  readonly instructionsPerSecond: number;
  /** The lab stands at a breakpoint, or after a step. */
  readonly stop?: StopReport;
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

/** Largest file that a person can give. */
export const MAX_FILE_BYTES: number = 128 * 1024 * 1024;

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
  /** Which lab it speaks of; answers and batches come by different channels and may overtake each other. */
  readonly serial: number;
  readonly status: LabStatus;
  readonly console: readonly ConsoleOutput[];
  readonly events: readonly LabEvent[];
  readonly patches: readonly ViewPatch[];
  /** When VMs or their states have changed. */
  readonly lab?: LabDescription;
}
export type OnBatch = (batch: LabBatch) => void;

/** Most console bytes of one VM in one batch. */
export const CONSOLE_BATCH_LIMIT: number = 64 * 1024;

// ─── The API ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the worker offers. Callbacks are passed as Comlink proxies. One lab is open at a time. */
export interface LabApi {
  /**
   * Replaces the lab by another. A lab that was open stays when this one cannot be opened. Ends other long work; an
   * opening that is under way ends with the code `superseded`.
   */
  open(source: LabSource, options: OpenOptions, onProgress: OnProgress): Promise<Result<OpenedLab>>;
  /** Ends long work (`open`, `runTo`, commands that wait for an image) with the code `cancelled`. */
  cancel(): Promise<void>;
  /** The one receiver of batches; null ends it. */
  listen(onBatch: OnBatch | null): Promise<void>;
  /** Answers at once: the client uses it to notice a worker that hangs. */
  ping(): Promise<void>;

  /**
   * Does it at the present quantum boundary and logs it; answers when it is done, with its virtual time. Images that a VM
   * is made of are fetched before; when they cannot be had, nothing is done.
   */
  command(host: number, command: Command): Promise<Result<Timed<null>>>;
  setSpeed(speed: Speed): Promise<void>;
  /**
   * Goes on by one unit on a host, and pauses a lab that runs. Instructions and exits are those of the given vCPU; others run
   * meanwhile, as they would have. A breakpoint may come first.
   */
  step(
    host: number,
    unit: StepUnit,
    of?: { readonly vm: string; readonly vcpu: number },
  ): Promise<Result<Timed<null>>>;
  /** Runs at the present speed until a vCPU of the VM comes to an address, or to a breakpoint. */
  runToAddress(ref: VmRef, gva: Hex64): Promise<Result<Timed<null>>>;
  /** Replaces the breakpoints of a host. They change no machine, so no link has them. */
  setBreakpoints(host: number, breakpoints: readonly Breakpoint[]): Promise<Result<Timed<null>>>;
  /** Runs at full speed up to a virtual time, then pauses; a change of speed or a step ends it with `cancelled`. */
  runTo(virtualNs: VirtualNs, onProgress: OnProgress): Promise<Result<Timed<null>>>;

  vm(ref: VmRef): Promise<Result<Timed<VmDetail>>>;
  registers(ref: VmRef, vcpu: number): Promise<Result<Timed<VcpuRegisters>>>;
  /** Probe mode: changes no A or D bit and no TLB entry. */
  walk(ref: VmRef, vcpu: number, gva: Hex64, access: AccessKind): Promise<Result<Timed<WalkResult>>>;
  /** At most 4096 bytes. `gva` needs a vCPU, `spa` ignores the VM. */
  memory(ref: VmRef, vcpu: number, query: MemoryQuery): Promise<Result<Timed<Uint8Array>>>;
  /** What harts, TLBs and translator of a host have done so far. */
  machine(host: number): Promise<Result<Timed<MachineState>>>;
  /** The page of code around an address of a vCPU, or around its pc. */
  code(ref: VmRef, vcpu: number, gva: Hex64 | null): Promise<Result<Timed<CodeView>>>;
  /** Where a name of the VM's image begins. */
  symbol(ref: VmRef, name: string): Promise<Result<Timed<Hex64>>>;
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
  /** Scenario and log as a file: opening it repeats the run. */
  exportState(): Promise<Result<Uint8Array>>;
  /** Samples of one VM as CSV lines with a header, read as charts show them: the last minute and a half. */
  exportMetrics(ref: VmRef, metrics: readonly string[]): Promise<Result<string>>;
}
