/** The table of parts that a switch can have, in the order in which a frame meets them. */
import { AGING } from './aging.ts';
import { BANDWIDTH } from './bandwidth/kind.ts';
import { MIRROR } from './mirror.ts';
import { RULES } from './rules/kind.ts';
import { SPANNING_TREE } from './spanning-tree/kind.ts';
import type { SwitchPartKind } from './switch-part.ts';

export const SWITCH_PARTS: readonly SwitchPartKind[] = [SPANNING_TREE, BANDWIDTH, MIRROR, RULES, AGING];
