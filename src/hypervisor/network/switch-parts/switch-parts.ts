/** The table of parts that a switch can have, in the order in which a frame meets them. */
import { AGING } from './aging.ts';
import { MIRROR } from './mirror.ts';
import { RULES } from './rules.ts';
import type { SwitchPartKind } from './switch-part.ts';

export const SWITCH_PARTS: readonly SwitchPartKind[] = [MIRROR, RULES, AGING];
