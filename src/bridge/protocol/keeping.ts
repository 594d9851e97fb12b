/** What is said of the labs that the browser keeps: how it goes, what there is, and what was gone on from. */
import type { VirtualNs } from '#base/virtual-time';
import type { Breakpoint } from './answers.ts';
import type { Speed } from './lab-api.ts';

/** What a page wishes when it opens a lab. */
export interface KeepWish {
  /** Room for all kept labs together; 0: none is kept. */
  readonly bytes: number;
  /** A word that no other tab has. */
  readonly tab: string;
  /** Begin anew, also where there is something to go on from. */
  readonly anew: boolean;
}

/** Default of the room for kept labs. */
export const USUAL_KEEP_BYTES: number = 256 * 1024 * 1024;

/** How keeping goes. */
export const KEEPING_STATES = [
  /** Nobody wishes it. */
  'off',
  'on',
  /** Another tab keeps this lab. */
  'elsewhere',
  /** The browser keeps nothing here; it is tried again. */
  'unavailable',
  /** The browser has no more room; it is tried again. */
  'full',
  /** The lab needs more room than is allowed; it is tried again. */
  'too-large',
] as const;
export type KeepingState = (typeof KEEPING_STATES)[number];

export interface KeepingStatus {
  readonly state: KeepingState;
  /** The newest checkpoint: its virtual time, and its wall time in milliseconds since 1970. */
  readonly newest?: { readonly at: VirtualNs; readonly takenAtMs: number };
  /** Disks of the open lab that are not kept here: another tab has them, or has changed them since. */
  readonly foreignDisks?: readonly { readonly name: string; readonly state: 'elsewhere' | 'changed' }[];
}

export interface KeptCheckpoint {
  readonly number: number;
  readonly at: VirtualNs;
  readonly takenAtMs: number;
  /** The lab has passed through it; else it is of what was before the lab was taken back. */
  readonly ofThisRun: boolean;
}

/** A way back of a vCPU: by one of its steps, or to where one of these would have stopped the lab last. */
export type VcpuBack =
  | { readonly kind: 'step'; readonly unit: 'instruction' | 'exit' }
  | { readonly kind: 'stop'; readonly breakpoints: readonly Breakpoint[] };

/** What a lab is made instead of what it is. */
export type BackTo =
  /** A time that it has passed. */
  | { readonly kind: 'time'; readonly at: VirtualNs }
  /** A checkpoint that the browser keeps, also of what was before the lab was taken back. */
  | { readonly kind: 'checkpoint'; readonly number: number }
  /** What it would be now if an action had not been: so many commands from one of the log on. The later ones are given again. */
  | { readonly kind: 'without'; readonly serial: number; readonly commands: number }
  /** What it was before it was taken back last. */
  | { readonly kind: 'undone' }
  /** An earlier place of a vCPU; where there is none, nothing changes. */
  | {
      readonly kind: 'vcpu';
      readonly host: number;
      readonly vm: string;
      readonly vcpu: number;
      readonly back: VcpuBack;
    };

export interface KeptLab {
  readonly key: string;
  readonly title: string;
  readonly bytes: number;
  readonly takenAtMs: number;
}

/** All that is kept. */
export interface KeepingReport {
  readonly status: KeepingStatus;
  readonly limitBytes: number;
  /** The open lab's, oldest first. */
  readonly checkpoints: readonly KeptCheckpoint[];
  /** All labs, the one that was written last at the end. */
  readonly labs: readonly KeptLab[];
}

/** From where a lab was gone on with. */
export interface Resumed {
  readonly at: VirtualNs;
  readonly takenAtMs: number;
  /** Newer checkpoints that were damaged. */
  readonly damaged: number;
  readonly speed: Speed;
}
