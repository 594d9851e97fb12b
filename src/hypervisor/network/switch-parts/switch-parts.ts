/** The table of parts that a switch can have, in the order in which a frame meets them. */
import type { SwitchPartKind } from './switch-part.ts';

export const SWITCH_PARTS: readonly SwitchPartKind[] = [];
