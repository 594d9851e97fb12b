/**
 * How much of each thing a lab can have: one number for one thing, for the hypervisor, the schema of scenarios, the page
 * and the command line alike. Limits of documents themselves (bytes, depth) are `lab/limits.ts`.
 */

import { type AllocationMode, allocationOf } from './allocation-modes.ts';

/** Bounds of a number, both allowed. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export const LIMITS = {
  hosts: 8,
  /** Of a host. */
  harts: 8,
  /** Over all hosts of a lab; one host has room for all of them. */
  vms: 64,
  /** Of a VM. */
  vcpus: 8,
  /** That one watchpoint watches together. */
  watchedBytes: 4096,
  switchesPerHost: 16,
  /** Cables between switches of one host, and what hangs at them and is no VM. */
  trunksPerHost: 32,
  appliancesPerHost: 16,
  /** Of a trunk: up to 100 ms. */
  trunkDelayNs: { least: 0, most: 100_000_000 },
  /** Between hosts of a lab. */
  links: 16,
  /** From 500 µs, since hosts hear from each other no sooner, to 100 ms. */
  linkDelayNs: { least: 500_000, most: 100_000_000 },
  /** Captures of a host, the bytes that one keeps, and those of each frame. */
  captures: 8,
  captureBytes: { least: 4096, most: 0x100_0000 },
  captureSnapBytes: { least: 64, most: 0x1_0000 },
  linkBitsPerSecond: { least: 1_000_000, most: 10_000_000_000 },
  /** A VM has eight virtio slots, of which console and entropy take two. */
  nicsPerVm: 3,
  disksPerVm: 3,
  /** From the header to 1500 bytes of payload with header and one VLAN tag, without FCS (IEEE 802.3). */
  etherFrameBytes: { least: 14, most: 1518 },
  /** Of a card: what a packet holds at most (IPv4 demands the least), and pairs of queues. */
  mtu: { least: 68, most: 1500 },
  cardQueues: { least: 1, most: 8 },
  /** Numbers of VLANs (IEEE 802.1Q, 9.6). */
  vlans: { least: 1, most: 4094 },
  /** 16 MiB to 1 GiB. */
  hostRamBytes: { least: 0x100_0000, most: 0x4000_0000 },
  /** Of any machine, also one without hypervisor: 64 KiB, a page of WebAssembly, to 1 GiB. */
  machineRamBytes: { least: 0x1_0000, most: 0x4000_0000 },
  /** Over all hosts: 2 GiB. */
  totalRamBytes: 0x8000_0000,
  /** 2 MiB to 1 GiB, whole pages. */
  vmMemoryBytes: { least: 0x20_0000, most: 0x4000_0000 },
  /** Up to 1 GiB; a disk takes space only as it is written. */
  diskBytes: { least: 512, most: 0x4000_0000 },
  /** Physical disks of a host, and what disks of VMs on them may have. */
  disksPerHost: 4,
  diskQueues: { least: 1, most: 8 },
  /** What a part of a disk takes to be made, in microseconds: up to ten seconds. */
  diskFirstUseUs: { least: 0, most: 10_000_000 },
  diskShares: { least: 1, most: 10_000 },
  diskIops: { least: 1, most: 10_000_000 },
  diskBytesPerSecond: { least: 1024, most: 100_000_000_000 },
  diskBurstRequests: { least: 0, most: 1_000_000 },
  diskBurstBytes: { least: 0, most: 0x4000_0000 },
  nsPerInstruction: { least: 1, most: 1_000 },
  quantumInstructions: { least: 100, most: 1_000_000 },
  /** Of a VM beside others, and what it may use of harts: 1 % of one to eight. */
  cpuWeight: { least: 1, most: 10_000 },
  cpuCapPercent: { least: 1, most: 800 },
  /** Of real time, and of a budget in it: 100 µs to 1 s. */
  realTimePeriodNs: { least: 100_000, most: 1_000_000_000 },
  timeSliceNs: { least: 100_000, most: 1_000_000_000 },
  /** Pages that sharing looks at in one go, and the time between two: from 1 ms to 10 s. */
  sharingPages: { least: 1, most: 4096 },
  sharingPeriodNs: { least: 1_000_000, most: 10_000_000_000 },
  /** Of a host's RAM that its VMs may be promised together. */
  overcommitPercent: { least: 10, most: 1000 },
  /** How often a guest's balloon is asked for figures; 0: never. */
  balloonStatisticsMs: { least: 0, most: 60_000 },
  /** The swap area of a host: from 64 KiB on. */
  swapBytes: { least: 0x1_0000, most: 0x4000_0000 },
  /** Of a hundred frames of a host, those that compressed pages may take. */
  compressPercent: { least: 0, most: 50 },
  /** The idle memory tax. */
  taxPercent: { least: 0, most: 99 },
  /** Rounds in which the accesses of a VM are recorded: one from 100 µs to 10 ms on. */
  recordingPeriodNs: { least: 100_000, most: 10_000_000 },
  /** Policies of a host; of each the terms, of an expression its characters and brackets within brackets. */
  policies: 16,
  policyTerms: 8,
  policyDevice: { least: 0, most: 15 },
  policyPriority: { least: -100, most: 100 },
  expressionLength: 256,
  expressionDepth: 16,
  /** Alarms of a host, of each its name, the commands on either side, and the times that it looks over and waits: up to an hour. */
  alarms: 32,
  alarmNameLength: 64,
  alarmCommands: 4,
  alarmWindowNs: { least: 10_000_000, most: 3_600_000_000_000 },
  alarmForNs: { least: 0, most: 3_600_000_000_000 },
  snapshotsPerVm: 32,
  /** Of all contents that a host's snapshots have, each counted once: 512 MiB. */
  snapshotBytes: 0x2000_0000,
  /** Commands of a file; a link has 256 at most, where typing in one go counts as one. */
  commands: 32_768,
  /** 30 days of virtual time. */
  commandAtNs: { least: 0, most: 2_592_000_000_000_000 },
  titleLength: 120,
  /** Of a lab's guide: its steps, and the characters of what each says. */
  guideSteps: 24,
  guideTextLength: 480,
  guideConditions: 4,
  /** That are asked for at a time: all of a guide. */
  conditions: 96,
  fileNameLength: 80,
  /** Of one file of guest software, packaged or a person's own, and of the file of a VM or a lab: 128 MiB. */
  fileBytes: 0x800_0000,
  /** Of one layer of disks as a file: 512 MiB. */
  layerBytes: 0x2000_0000,
  /** Of all files of a person's own: 256 MiB. */
  filesBytes: 0x1000_0000,
  /** Of a kernel's command line: RISC-V Linux takes 1024 bytes with its end, and the lab puts addresses before it. */
  appendLength: 512,
  /** Of a screen, in pixels. */
  desktopWidth: { least: 64, most: 1920 },
  desktopHeight: { least: 48, most: 1200 },
  /** Servers and viewers of screens, of a host. */
  remoteDesktops: 8,
  /** Keys, moves and touches that one command tells. */
  gesturesInOneGo: 64,
  /** Of a terminal, in cells. */
  terminalColumns: { least: 10, most: 500 },
  terminalRows: { least: 3, most: 200 },
  /** Characters typed at a time. */
  typedLength: 4096,
  /** Keys of one run of typing whose times are written out. */
  keysInOneGo: 256,
  /** Nodes of the topology with a place of their own. */
  layout: 256,
  /** Farthest from the middle of the topology that a node can stand. */
  position: 100_000,
} as const;

/** True for a whole number within a range. */
export function isWithin(value: number, { least, most }: Range): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/** True for a VM that can never have its memory on a host: one that gets pages as it touches them may be larger than the host. */
export function isTooLarge(
  { allocation, memoryBytes }: { readonly allocation: AllocationMode; readonly memoryBytes: number },
  { ramBytes }: { readonly ramBytes: number },
): boolean {
  return allocationOf(allocation).ahead && memoryBytes > ramBytes;
}
