/**
 * The scenario document, version 1: what a link carries. Plain data; `lab/schema.ts` validates it, the page edits it.
 * Sizes are bytes, times virtual nanoseconds, unless the name says otherwise.
 */

import type { AllocationMode } from './catalogue/allocation-modes.ts';
import type { DesktopKind, RemoteDesktopRole } from './catalogue/desktop-kinds.ts';
import type { ReadErrorPolicy, WriteErrorPolicy } from './catalogue/disk-errors.ts';
import type { DiskWay } from './catalogue/disk-ways.ts';
import type { HostSoftware } from './catalogue/host-software.ts';
import type { Language } from './texts/languages.ts';

/** Where a VM's software comes from. `builtin` names an entry of the guests' catalogue. */
export type ImageSpec =
  | { readonly kind: 'builtin'; readonly name: string }
  /** A file that a person gave on this page or command line; a link can name it but not carry it. */
  | { readonly kind: 'file'; readonly name: string };

/** A setting of a thing whose kind stands in a registry: plain data, which the kind's own schema has checked. */
export type SettingValue =
  | string
  | number
  | boolean
  | readonly SettingValue[]
  | { readonly [name: string]: SettingValue };
export type Settings = Readonly<Record<string, SettingValue>>;
/** A thing by the name of its kind, with the settings that this kind takes. */
export type KindSpec = { readonly kind: string } & Settings;

/** What a disk may do in a second; what is absent has no limit, and no burst. */
export interface DiskLimits {
  readonly iops?: number;
  readonly bytesPerSecond?: number;
  /** So many requests, or bytes, may come at once above that. */
  readonly burstRequests?: number;
  readonly burstBytes?: number;
}

/** The slot of a disk or card that was taken out: those behind it keep their numbers. */
export const TAKEN_OUT = 255;

export interface DiskSpec {
  readonly sizeBytes: number;
  /** What its content lies in; memory unless given. */
  readonly content?: KindSpec;
  /** The physical disk of its host on which it lies: the first unless given, or where the host has none of that name. */
  readonly on?: string;
  /**
   * Its part of the physical disk, where that is queued for fairly; 100 unless given. Beside other VMs the largest of a VM's disks counts,
   * beside its other disks its own.
   */
  readonly shares?: number;
  readonly limits?: DiskLimits;
  /** Request queues of the device; one unless given. */
  readonly queues?: number;
  /** How the VM is given it; by virtio unless said. */
  readonly way?: DiskWay;
  /** What becomes of requests that it cannot serve: the guest is told of what it reads, and the VM stops where there is no room. */
  readonly readErrors?: ReadErrorPolicy;
  readonly writeErrors?: WriteErrorPolicy;
  /** The slot that it was plugged into once the VM was there; see {@link TAKEN_OUT}. No document says this. */
  readonly slot?: number;
}

/** Settings of a switch port's stages, by stage. */
export type PortSettings = Readonly<Record<string, Settings>>;

export interface NicSpec {
  /** Name of a switch of the same host. */
  readonly switch: string;
  /** `52:54:00:…`; made from the seed and the VM's index when absent. */
  readonly mac?: string;
  /** IPv4 address that is handed to the guest on its command line, with prefix: `10.0.0.2/24`. */
  readonly address?: string;
  /** Settings of its switch port's stages, by stage: of those that every port has, and of those that this one has besides. */
  readonly port?: PortSettings;
  /** How the VM is given it; by virtio unless said. */
  readonly way?: DiskWay;
  /** False: its driver completes check sums and cuts packets itself. A card behind queues takes that over unless said. */
  readonly offload?: boolean;
  /** What a packet holds at most, in bytes, as its driver is told; 1500 unless said. */
  readonly mtu?: number;
  /** Pairs of queues of a card behind queues; one unless said. */
  readonly queues?: number;
  /** It has a port of its switch only while a driver uses it; from the start, and as long as the VM is there, unless said. */
  readonly portAllocation?: 'on-demand';
  /** The slot that it was plugged into once the VM was there; see {@link TAKEN_OUT}. No document says this. */
  readonly slot?: number;
}

/** A network card of a bare machine: virtio, in a slot of its bus. */
export type HostNicSpec = Pick<NicSpec, 'switch' | 'mac' | 'port'>;

/** A screen with keyboard and pointer. */
export interface DesktopSpec {
  /** A graphics adapter (virtio), or a frame buffer in the VM's memory that its device tree describes. */
  readonly kind: DesktopKind;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** It can be touched, too; it cannot when absent. */
  readonly touch?: boolean;
}

/** What of a host's harts is a VM's. */
export interface CpuSpec {
  /** Beside other VMs, where the scheduler goes by weight; 100 unless given. */
  readonly weight?: number;
  /** Of one hart, in percent, that its vCPUs may use together: 150 is one and a half. No limit when absent. */
  readonly capPercent?: number;
  /** Where its vCPUs may run; anywhere when absent. */
  readonly harts?: readonly number[];
  /** Each vCPU stays on one of these harts, in their order. */
  readonly pinned?: boolean;
  /** Time of each vCPU's own in each period, where the scheduler knows budgets. */
  readonly realTime?: { readonly periodNs: number; readonly budgetNs: number };
  /** Its vCPUs run at the same time or not at all, where the scheduler can do that. */
  readonly together?: boolean;
}

export interface VmSpec {
  /** Unique on its host: letters, digits and dashes. */
  readonly name: string;
  readonly image: ImageSpec;
  readonly initrd?: ImageSpec;
  readonly memoryBytes: number;
  /** What its guest may use. */
  readonly vcpus: number;
  /** What it could be given while it runs; no more than it has when absent. */
  readonly maxVcpus?: number;
  /** As any other VM's when absent. */
  readonly cpu?: CpuSpec;
  readonly allocation: AllocationMode;
  readonly append?: string;
  readonly disks: readonly DiskSpec[];
  readonly nics: readonly NicSpec[];
  /** Further virtio devices, by kind. */
  readonly devices?: readonly KindSpec[];
  /** None when absent. */
  readonly desktop?: DesktopSpec;
  /** Its virtio devices offer packed virtqueues, and to use them in order; a driver may decline either. Split ones alone when absent. */
  readonly virtqueues?: 'packed';
  /** Started with the host. */
  readonly autostart: boolean;
}

/** Settings of what a switch has beside its ports, by part. */
export type SwitchParts = Readonly<Record<string, Settings>>;

export interface SwitchSpec {
  readonly name: string;
  /** None when absent. */
  readonly parts?: SwitchParts;
}

/** A cable between switches of one host. */
export interface TrunkSpec {
  readonly a: string;
  readonly b: string;
  /** 10 µs when absent. */
  readonly delayNs?: number;
  /** 1 Gb/s when absent. */
  readonly bitsPerSecond?: number;
  /** Settings of the ports at its ends. */
  readonly portA?: PortSettings;
  readonly portB?: PortSettings;
  /** Its number, once trunks have come or gone while the host was there; its place among them until then. No document says this. */
  readonly number?: number;
}

/** What hangs at switches and is no VM: its kind, with the settings that this kind takes; settings of its switch ports by port. */
export type ApplianceSpec = {
  readonly name: string;
  readonly ports?: Readonly<Record<string, PortSettings>>;
} & KindSpec;

/** How fast a host looks for pages with the same content. */
export interface SharingSpec {
  /** Looked at in one go. */
  readonly pages: number;
  /** From one go to the next. */
  readonly periodNs: number;
}

/** How a host takes frames back when it has too few. */
export interface SwapSpec {
  /** Which page of a VM goes. */
  readonly policy: string;
  /** Room on the disk for pages that are swapped out. */
  readonly sizeBytes: number;
  /** Of a hundred frames of the host, those that compressed pages may take. */
  readonly compressPercent: number;
  /** How much more an idle page costs a VM than one that it uses; from 0 to 99. */
  readonly taxPercent: number;
}

/** What a host does with its memory besides giving it to VMs. */
export interface HostMemorySpec {
  /** It shares pages; it does not when absent. */
  readonly sharing?: SharingSpec;
  /** Of its RAM, in percent, that VMs may be promised together; without a limit when absent. */
  readonly overcommitPercent?: number;
  /** It takes frames back; it does not when absent. */
  readonly swap?: SwapSpec;
}

/** A disk of a host, on which disks of VMs lie. */
export interface PhysicalDiskSpec {
  readonly name: string;
  /** How large it is, for who is given it whole; 64 MiB unless given. */
  readonly sizeBytes?: number;
  /** What it costs in time; the same for every place unless given. */
  readonly model?: KindSpec;
  /** Whose request is next; who came first unless given. */
  readonly scheduler?: KindSpec;
}

/** A screen that is seen over the network: who serves it, or who shows it. */
export interface RemoteDesktopSpec {
  readonly role: RemoteDesktopRole;
  /** Whose screen it is; a viewer's may be on another host. */
  readonly vm: string;
  /** Of this host: the port that it hangs at. */
  readonly switch: string;
}

/** An expression of metrics (`hypervisor/adjustment/expression.ts`), and beyond what it counts. */
export interface Condition {
  readonly metric: string;
  readonly above?: number;
  readonly below?: number;
}

/**
 * A rule by which a host adjusts something of a VM: *adjustment = metric × coefficient*, and when and how far it may. Metrics are
 * expressions (`hypervisor/adjustment/expression.ts`); those that name no VM are of this one.
 */
export interface PolicySpec {
  /** Unique on its host. */
  readonly name: string;
  readonly vm: string;
  /** What it adjusts (`hypervisor/adjustment/targets.ts`), and of which disk or card. */
  readonly target: string;
  readonly device: number;
  /** What they come to together is added, in the target's unit. */
  readonly terms: readonly { readonly metric: string; readonly coefficient: number }[];
  /** Only while this is above or below; always when absent. */
  readonly when?: Condition;
  /** So long that must have been so. */
  readonly holdNs: number;
  /** From one act to the next. */
  readonly coolDownNs: number;
  /** Metrics are taken over so long. */
  readonly overNs: number;
  /** Of two that would change the same, the higher does. */
  readonly priority: number;
  /** At most so much at once, either way. */
  readonly step?: number;
  /** Bounds of what it adjusts. */
  readonly least?: number;
  readonly most?: number;
}

/** A metric that a person wants to be told of. */
export interface AlarmSpec {
  readonly name: string;
  /** Of which samples are kept: its id. */
  readonly metric: string;
  /** Of which VM; of the host when absent. */
  readonly vm?: string;
  /** Of which part, for a metric of parts: a vCPU, disk or card by its number, a physical disk by its name, a port as `switch/port`. */
  readonly part?: string;
  readonly when: 'above' | 'below';
  /** As a person reads the metric: a share of one CPU, bytes, per second. */
  readonly threshold: number;
  /** Over what the metric is averaged; 100 ms when absent. */
  readonly windowNs?: number;
  /** How long it must be so before it fires; at once when absent. */
  readonly forNs?: number;
  /** What its host does when it fires, and when it is over: commands as documents write them; none when absent. */
  readonly onFiring?: readonly CommandData[];
  readonly onResolved?: readonly CommandData[];
}

export interface HostSpec {
  readonly name: string;
  readonly ramBytes: number;
  readonly harts: number;
  /** Extensions of the instruction set that its harts have beyond those of all, such as `usual,zicond`; the usual ones when absent. */
  readonly isa?: string;
  readonly switches: readonly SwitchSpec[];
  /** Between its switches; none when absent. */
  readonly trunks?: readonly TrunkSpec[];
  /** None when absent. */
  readonly appliances?: readonly ApplianceSpec[];
  readonly vms: readonly VmSpec[];
  /** Time slice of schedulers of harts that have none of their own. */
  readonly timeSliceNs: number;
  /** Who decides which vCPU runs; round robin when absent. */
  readonly scheduler?: KindSpec;
  readonly memory?: HostMemorySpec;
  /** None when absent. */
  readonly remoteDesktops?: readonly RemoteDesktopSpec[];
  /** None when absent. */
  readonly alarms?: readonly AlarmSpec[];
  /** Its physical disks; one when absent. */
  readonly storage?: readonly PhysicalDiskSpec[];
  /** None when absent. */
  readonly policies?: readonly PolicySpec[];
  /** What owns its harts down to M-mode, so that there are no VMs of ours; our hypervisor when absent. */
  readonly software?: HostSoftware;
  /** Cards that such software finds, at switches of the host; none when absent. */
  readonly nics?: readonly HostNicSpec[];
}

/** A cable between switches of two hosts, `host/switch` at each end. */
export interface LinkSpec {
  readonly a: string;
  readonly b: string;
  readonly delayNs: number;
  /** 1 Gb/s when absent. */
  readonly bitsPerSecond?: number;
  /** Settings of the ports at its ends. */
  readonly portA?: PortSettings;
  readonly portB?: PortSettings;
}

/** A text in each language, or one that is shown as it stands in all of them. */
export type GuideText = string | Readonly<Record<Language, string>>;

/** Where a step of a guide is done: a view of the lab, of a host, or of one of its VMs. */
export interface GuidePlace {
  /** The lab's own views when absent; the first host's where a VM is named. */
  readonly host?: number;
  readonly vm?: string;
  /** The first of its place when absent, or where there is none of that name. */
  readonly view?: string;
}

/** What is so when a step is done. */
export interface GuideCondition extends Condition {
  /** The first when absent. */
  readonly host?: number;
}

/** One step of a guide through a lab. */
export interface GuideStep {
  readonly title: GuideText;
  /** What to do. */
  readonly do: GuideText;
  /** What is to be seen then. */
  readonly see?: GuideText;
  readonly at?: GuidePlace;
  /** The step is done once all of it is so at a time. */
  readonly check?: readonly GuideCondition[];
}

/** A scenario with these commands. */
export interface ScenarioOf<C> {
  readonly version: 1;
  readonly title: string;
  readonly seed: number;
  readonly nsPerInstruction: number;
  readonly quantumInstructions: number;
  /** What clocks show at the beginning, as `2026-01-01T00:00:00Z`; see `start-date.ts` where it is absent. */
  readonly date?: string;
  readonly hosts: readonly HostSpec[];
  /** None when absent. */
  readonly links?: readonly LinkSpec[];
  /** Commands that the scenario itself carries: typed input, life-cycle steps, at virtual times. */
  readonly commands: readonly TimedOf<C>[];
  /** Virtual time at which it was handed on: whoever opens it comes to this moment first. The beginning when absent. */
  readonly moment?: number;
  /** Where nodes stand in the topology, by `host`, `host/vm` or `host/switch:name`; `host/name` of a switch in old ones. */
  readonly layout?: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
  /** Steps for who learns by it: its own, or those of the lab of that name that comes along, so that links stay short. None when absent. */
  readonly guide?: string | readonly GuideStep[];
}

/** A command as documents and logs carry it; which there are, and what each takes, is defined in `hypervisor/commands`. */
export interface CommandData {
  readonly op: string;
  readonly args: object;
}

/** A command at a virtual time on a host (index into the scenario's hosts). */
export type TimedOf<C> = C & { readonly at: number; readonly host: number };

/** The vCPUs that a VM's device tree names; those that it was not given cannot be started. */
export function possibleVcpus({ vcpus, maxVcpus = vcpus }: Pick<VmSpec, 'vcpus' | 'maxVcpus'>): number {
  return Math.max(vcpus, maxVcpus);
}
