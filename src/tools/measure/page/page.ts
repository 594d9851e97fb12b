/** `measure page`: what the page costs and how fast it answers, in Chromium on the built site. Wanted values are in `wanted.ts`. */
import type { Measurement } from '../figure.ts';
import { CHARTS } from './charts.ts';
import { BUSY, IDLE } from './costs.ts';
import { VISIT } from './visit.ts';
import { WANTED } from './wanted.ts';

export const PAGE: Measurement = { wanted: WANTED, groups: [IDLE, BUSY, CHARTS, VISIT] };
