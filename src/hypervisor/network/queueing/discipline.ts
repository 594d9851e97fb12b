/**
 * What a queueing discipline is: who of those that wait for a wire is next, and who goes when there is no room. Disciplines stand in one
 * table (disciplines.ts), a file each; none knows the wire, or when it is free.
 */
import type { VirtualNs } from '#base/virtual-time';
import type { Flow, FlowState, WaitingFrame } from './flow.ts';

/** By what frames are told apart: 802.1p priority, the class of their DSCP, the port that they came in by. */
export const CLASS_SOURCES = ['priority', 'dscp', 'port'] as const;
export type ClassSource = (typeof CLASS_SOURCES)[number];

export interface DisciplineSettings {
  /** Frames that may wait, of all classes together. */
  readonly frames: number;
  readonly by: ClassSource;
  /** Parts of the wire, by class from 0 to 7; for the numbers of ports the list begins again. */
  readonly weights: readonly number[];
  /** How long frames may wait for long (CoDel). */
  readonly targetNs: VirtualNs;
  /** How long that is. */
  readonly intervalNs: VirtualNs;
  /** Ends that understand it are told of congestion, and their frame goes on. */
  readonly ecn: boolean;
  /** For draws of its own. */
  readonly seed: number;
}

/** Why a discipline lost a frame: no room; it made the queue wait too long. Or it only marked it. */
export type LossReason = 'noRoom' | 'late';

/** What happens to frames that wait. */
export interface DisciplineEvents {
  lost(frame: WaitingFrame, reason: LossReason): void;
  marked(): void;
}

export interface Discipline {
  /** Frames that wait. */
  readonly length: number;
  /** Takes a frame in. Where there is no room, it or another is lost. */
  put(frame: WaitingFrame): void;
  /** The frame whose turn it is; `undefined` when none is left. */
  take(now: VirtualNs): WaitingFrame | undefined;
  /** In the order of their turns, about. */
  flows(): readonly Flow[];
  clear(): void;
  capture(): readonly FlowState[];
  restore(flows: readonly FlowState[]): void;
}

/** A row of the table of disciplines. */
export interface DisciplineKind {
  create(settings: DisciplineSettings, events: DisciplineEvents): Discipline;
}
