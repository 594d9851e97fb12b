/** `measure memory`: the groups of figures, one file each. Who adds a figure adds its row to `wanted.ts`, and measures it here. */
import type { Measurement } from '../figure.ts';
import { FRAME_MAP } from './frame-map.ts';
import { HOSTILE } from './hostile.ts';
import { OVERCOMMIT } from './overcommit.ts';
import { SCANNER_COST } from './scanner-cost.ts';
import { SHARING } from './sharing.ts';
import { WANTED } from './wanted.ts';

export const MEMORY: Measurement = {
  wanted: WANTED,
  groups: [SHARING, SCANNER_COST, HOSTILE, OVERCOMMIT, FRAME_MAP],
};
