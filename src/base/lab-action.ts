/** What was done in a lab: actions of its history, with by whom, when and what came of it, and lines that were typed. */
import type { LabError } from './result.ts';
import type { VirtualNs } from './virtual-time.ts';

/** `lab`: the command came with the lab (its scenario, a link, a file); `person`: somebody gave it since. */
export type GivenBy = 'lab' | 'person';

/** Why no command takes an action back. */
export const NO_UNDO = [
  /** Something has been done to the same VM since. */
  'since',
  /** It made something: to delete that is the way. */
  'made',
  /** What it took away is gone. */
  'gone',
  /** The guest has read it. */
  'read',
] as const;
export type NoUndo = (typeof NO_UNDO)[number];

/** With the commands that hosts know. */
export interface LabActionOf<C> {
  /** Counts up over the whole log. */
  readonly serial: number;
  /** Of the log from there on: more than one where typing is one action. */
  readonly commands: number;
  readonly at: VirtualNs;
  /** When the last key of typing that is one action was typed. */
  readonly until: VirtualNs;
  readonly host: number;
  readonly by: GivenBy;
  readonly command: C;
  /** Why it was refused; absent: it was done. */
  readonly error?: LabError;
  /** Of what was done. */
  readonly undo?: { readonly command: C } | { readonly why: NoUndo };
}

/** A line that was typed into a console. */
export interface TypedLine {
  readonly host: number;
  readonly vm: string;
  /** When Enter was pressed. */
  readonly at: VirtualNs;
  /** Bytes as they were typed, without those that were taken back; the beginning of a long line. */
  readonly text: string;
}

/** The newest lines of all consoles, the oldest first, and how many commands the log had from which they are made. */
export interface TypedLines {
  readonly commands: number;
  readonly lines: readonly TypedLine[];
}
