/** `measure cpu`: the groups of figures, one file each. Who adds a figure adds its row to `wanted.ts`, and measures it here. */
import type { Measurement } from '../figure.ts';
import { EIGHT_HOURS } from './eight-hours.ts';
import { IN_THE_PAGE } from './in-the-page.ts';
import { LINUX } from './linux.ts';
import { PROMISES } from './promises.ts';
import { RECORDING_COST } from './recording-cost.ts';
import { SAMPLING } from './sampling.ts';
import { LATENCY, SHARES } from './shares.ts';
import { WANTED } from './wanted.ts';

export const CPU: Measurement = {
  wanted: WANTED,
  groups: [SHARES, LATENCY, PROMISES, RECORDING_COST, LINUX, SAMPLING, EIGHT_HOURS, IN_THE_PAGE],
};
