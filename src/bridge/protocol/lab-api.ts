/**
 * The wire between the page and the worker: every call, every answer, every batch. Types, and the constants that both know.
 * The worker exposes one `LabApi` through Comlink; the page never touches anything below it.
 */
import type { BuiltinLab } from '#base/catalogue/builtin-labs';
import type { LabActionOf, TypedLines } from '#base/lab-action';
import type { LabError, Result } from '#base/result';
import type { ImageSpec, ScenarioOf } from '#base/scenario';
import type { ViewPatch } from '#base/views';
import type { VirtualNs } from '#base/virtual-time';
import type { Command } from '#hypervisor/commands';
import type { HostEvent } from '#hypervisor/monitor/event-log';
import type { ConsoleOutput as HostConsoleOutput, HostView } from '#hypervisor/monitor/news';
import type { SuspendedVm } from '#hypervisor/snapshot/suspended-vm';
import type {
  AnswerOf,
  ArgumentsOf,
  Breakpoint,
  Hex64,
  LabDescription,
  QuestionId,
  StopReport,
  Timed,
  VmRef,
} from './answers.ts';
import type { DiskFormat, DiskReport, KeptImage, KeptThing, OnRead } from './disks.ts';
import type { BackTo, KeepingReport, KeepingStatus, KeepWish, Resumed } from './keeping.ts';

export type { Command } from '#hypervisor/commands';

// ─── Opening ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where a lab comes from. */
export type LabSource =
  | { readonly kind: 'builtin'; readonly name: BuiltinLab }
  /** The fragment of a link, without `#`. */
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'scenario'; readonly scenario: ScenarioOf<Command> }
  /** A file: what `exportState` or `saveLab` gave. */
  | { readonly kind: 'state'; readonly bytes: Uint8Array }
  /** What the browser keeps under a word. */
  | { readonly kind: 'kept'; readonly key: string };

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
  /** Keep the lab in the browser, and go on with what is kept of it; absent: neither. */
  readonly keep?: KeepWish;
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

/** An image that is not here, and why. */
export interface MissingImage {
  readonly name: string;
  readonly error: LabError;
}

export interface OpenedLab {
  /** Counts the labs that this worker has opened; batches say of which one they speak. */
  readonly serial: number;
  readonly lab: LabDescription;
  readonly views: readonly HostView[];
  /** What the scenario names and could not be had: the VMs concerned stay stopped. */
  readonly missingImages: readonly MissingImage[];
  /** The word under which the browser keeps it, if it does. */
  readonly keptAs?: string;
  /** It goes on from what was kept, instead of beginning. */
  readonly resumed?: Resumed;
  /** Virtual time to which it is to be brought first: it stands still until then. */
  readonly moment?: VirtualNs;
  /** Actions that were done when the lab was otherwise, and are refused as it is now. */
  readonly refused?: readonly LabAction[];
}

// ─── Speed ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** `rate` 1 never lets virtual time outrun wall time; `max` does not wait at all. */
export interface Speed {
  readonly running: boolean;
  readonly rate: number | 'max';
}

/** How closely the page looks: while nothing happens it is enough to hear of a lab that waits about once a second. */
export type Pace = 'lively' | 'calm';

/** One unit of a step while paused. `next`: the next instruction of a vCPU, also of one that waits. */
export type StepUnit = 'quantum' | 'instruction' | 'exit' | 'next';

/** Where a lab is on its way to, at full speed: to a time, or so far at most for a step or for what a vCPU waits for. */
export interface RunGoal {
  readonly kind: 'time' | 'step' | 'next';
  readonly fromNs: VirtualNs;
  readonly toNs: VirtualNs;
}

/** How the machine keeps up; in every batch. */
export interface LabStatus {
  readonly speed: Speed;
  /** Virtual time of the lab (the least of its hosts). */
  readonly virtualNs: VirtualNs;
  /** Virtual time per wall time over the last second. */
  readonly ratio: number;
  /** Instructions retired so far, all hosts: while it stays the same, nothing has run. */
  readonly instructions: number;
  /** Of these, per wall second over the last second. */
  readonly instructionsPerSecond: number;
  /** The lab stands at a breakpoint, or after a step. */
  readonly stop?: StopReport;
  readonly goal?: RunGoal;
  /** Software that commands wait for. */
  readonly fetching?: Progress;
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
  /** The initramfs that is loaded with this kernel where a VM names none; its text is `image.<name>`. */
  readonly comesWith?: string;
  /** Its first file system is on the first disk of its VM, where that names no initramfs. */
  readonly onDisk?: true;
  readonly defaultAppend?: string;
}

/** The file of a suspended VM, and what is in it. */
export interface VmFileInfo extends SuspendedVm {
  /** The name by which the command that resumes it names it. */
  readonly file: string;
  readonly bytes: number;
}

/** What a link opens: the run at the moment at which it is made, from its start, or its set-up without what was typed. */
export const SHARED_AS = ['now', 'start', 'set-up'] as const;
export type SharedAs = (typeof SHARED_AS)[number];

/** Extensions for the harts of a host, by name. */
export interface OtherHarts {
  readonly host: number;
  readonly extensions: readonly string[];
}

export interface ShareLink {
  /** Goes behind `#`. */
  readonly fragment: string;
  /** Commands of this session that the link carries. */
  readonly commands: number;
  /** Names of files that a link cannot carry: the receiver is asked for them. */
  readonly omittedFiles: readonly string[];
}

/** What a link opens whose check sum is right. */
export interface LinkContent {
  /** Of the link itself, without what stood around it. */
  readonly characters: number;
  readonly hosts: number;
  readonly vms: number;
}

// ─── Batches ────────────────────────────────────────────────────────────────────────────────────────────────────

/** An action of the lab's history. */
export type LabAction = LabActionOf<Command>;

/** Something that happened on a host. `serial` counts up from 1 over the whole lab. */
export type LabEvent = HostEvent & { readonly host: number };

/** What a console has written. */
export type ConsoleOutput = HostConsoleOutput & { readonly host: number };

/** New content for a part of a host's view (without sharing only). */
export type HostPatch = ViewPatch & { readonly host: number };

/** Everything that goes to the page by itself: at most one batch every 16 ms, and none when nothing changed but time. */
export interface LabBatch {
  /** Which lab it speaks of; answers and batches come by different channels and may overtake each other. */
  readonly serial: number;
  readonly status: LabStatus;
  readonly console: readonly ConsoleOutput[];
  readonly events: readonly LabEvent[];
  readonly patches: readonly HostPatch[];
  /** When VMs or their states have changed. */
  readonly lab?: LabDescription;
  /** When that has changed. */
  readonly keeping?: KeepingStatus;
}
export type OnBatch = (batch: LabBatch) => void;

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
  /** Answers as soon as nothing else is done, by any host: the client uses it to notice a thread that hangs. */
  ping(): Promise<void>;

  /**
   * Does it at the present quantum boundary and logs it; answers when it is done, with its virtual time. Images that a VM
   * is made of are fetched before; when they cannot be had, nothing is done.
   */
  command(host: number, command: Command): Promise<Result<Timed<null>>>;
  setSpeed(speed: Speed): Promise<void>;
  /** What a lab does, and when in virtual time, is the same at either pace. */
  setPace(pace: Pace): Promise<void>;
  /**
   * Goes on by one unit on a host, and pauses a lab that runs. Instructions and exits are those of the given vCPU; others run
   * meanwhile, as they would have. A breakpoint may come first. Of a vCPU that waits it is said for what (`wait.…`), and no time
   * passes; only `next` waits with it, until {@link LabApi.cancel} or a bound of virtual time.
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

  /**
   * Takes the lab back to what it was, paused; what was commanded since is not part of it any more. Of what is there now a checkpoint
   * is kept first, where labs are kept, so that it can be gone back to. Cancelled, or impossible, the lab stays as it is.
   */
  goBack(to: BackTo, onProgress: OnProgress): Promise<Result<OpenedLab>>;

  /** Asks a host a question by its name; the answer says at which virtual time it was true. To ask changes nothing. */
  ask<Id extends QuestionId>(
    host: number,
    id: Id,
    args: ArgumentsOf<Id>,
  ): Promise<Result<Timed<AnswerOf<Id>>>>;

  images(): Promise<readonly ImageInfo[]>;
  /** A person's file. The bytes are transferred. It is looked at only enough to say what it is. */
  addImage(name: string, bytes: Uint8Array): Promise<Result<ImageInfo>>;
  /** A file that is to go into a guest by its agent, by a command. */
  addGuestFile(name: string, bytes: Uint8Array): Promise<Result<null>>;
  /** The file of a suspended VM, to be resumed by a command. The bytes are transferred; they are looked at whole. */
  addVmFile(name: string, bytes: Uint8Array): Promise<Result<VmFileInfo>>;

  /** Disk images that the browser keeps. */
  disks(): Promise<Result<DiskReport>>;
  /** Takes an image in: raw or qcow2. Ended by `cancelDiskWork` it leaves nothing. */
  importDisk(file: Blob, title: string, onRead: OnRead): Promise<Result<KeptImage>>;
  cancelDiskWork(): Promise<void>;
  /** A kept image with all that lies below it, or a disk as it was last committed, as a file of its own. */
  exportDisk(what: 'image' | 'disk', name: string, format: DiskFormat, onRead: OnRead): Promise<Result<Blob>>;
  /** Refused while the open lab, another tab or another image needs it. */
  deleteKept(thing: KeptThing): Promise<Result<null>>;
  /** What this tab has of a disk is kept from now on, instead of what another tab has left. */
  takeDiskOver(name: string): Promise<Result<null>>;

  /** What was commanded, newest first: by the lab itself and by persons, with what came of it. */
  history(): Promise<Result<readonly LabAction[]>>;
  /** The lines that were typed, by the log of commands; null if that is no longer than `known` commands, which the caller has. */
  typedLines(known: number): Promise<Result<TypedLines | null>>;
  /** Saved with the scenario; no command, since it changes no machine. */
  setLayout(layout: Readonly<Record<string, { readonly x: number; readonly y: number }>>): Promise<void>;
  /** @param others harts of a host with other extensions than here: they stay what they are while a lab runs */
  share(as: SharedAs, others?: OtherHarts): Promise<Result<ShareLink>>;
  /** Looks at a link as it arrived, without opening it: what it holds, or what is wrong with it. */
  checkLink(text: string): Promise<Result<LinkContent>>;
  /** Hash of the state of every host, and of the lab: the machine is paused at a quantum boundary for it. */
  hash(): Promise<Result<Timed<{ readonly lab: string; readonly hosts: readonly string[] }>>>;
  /** The whole lab as it stands, as a file: opening it goes on from here. There is none between two quanta. */
  saveLab(): Promise<Result<Uint8Array>>;
  /** What the browser keeps. */
  keeping(): Promise<KeepingReport>;
  /** Keeps what has happened since the last checkpoint: the page may be about to go. */
  keepNow(): Promise<void>;
  /** Changes the room for all kept labs; 0 ends keeping, and another than 0 after that begins with the next lab. */
  setKeepRoom(bytes: number): Promise<void>;
  /** Forgets all kept labs; the open one is kept anew. */
  forgetKept(): Promise<Result<null>>;
  /** What a link holds as a file, however long: scenario and log, which opening it repeats. */
  exportState(as: SharedAs): Promise<Result<Uint8Array>>;
}
