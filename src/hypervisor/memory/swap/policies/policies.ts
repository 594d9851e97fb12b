/** The table of replacement policies: which ones a host's specification may name. */
import { AGING } from './aging.ts';
import { CLOCK } from './clock.ts';
import { FIFO } from './fifo.ts';
import type { PolicyKind } from './policy.ts';
import { RANDOM } from './random.ts';
import { WSCLOCK } from './wsclock.ts';

export const POLICIES: readonly PolicyKind[] = [FIFO, CLOCK, AGING, WSCLOCK, RANDOM];
