/** Stops that need a look before instructions are executed, as data; the code that looks comes with the first of them. */
import { Later, type LaterPart } from '#base/later';
import type { Condition } from './condition.ts';

/** What is watched: bytes at a virtual address of a VM. */
export interface WatchStop {
  readonly slot: number;
  readonly address: bigint;
  readonly length: number;
  readonly access: WatchedAccess;
  readonly condition?: StatedCondition;
}
export type WatchedAccess = 'write' | 'read' | 'any';

/** A condition, and its text. */
export interface StatedCondition {
  readonly text: string;
  readonly holds: Condition;
}

/** A place on the way of a vCPU: after so many of its instructions and at an address (a trap comes between two), or after so many exits. */
export type Goal =
  | { readonly is: 'instructions'; readonly vcpu: number; readonly count: number; readonly pc?: bigint }
  | { readonly is: 'exits'; readonly vcpu: number; readonly count: number };

const CODE = new Later(() => import('./looking.ts'));

export const LOOKING: LaterPart<typeof import('./looking.ts')> = {
  code: CODE,
  words: ['watch', 'condition', 'run-to-count'],
};
