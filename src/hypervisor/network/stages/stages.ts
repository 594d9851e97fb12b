/**
 * The table of stages, in the order in which a frame passes them: from the endpoint those with an ingress, towards it those
 * with an egress.
 */
import { CLASS } from './class.ts';
import { DISCIPLINE } from './discipline.ts';
import { LINK } from './link.ts';
import { NETEM } from './netem.ts';
import { POLICE } from './police.ts';
import { QUEUE } from './queue.ts';
import { SHAPE } from './shape.ts';
import { SIZE } from './size.ts';
import { SOURCE_ADDRESS } from './source-address.ts';
import type { StageKind } from './stage.ts';
import { WIRE } from './wire.ts';

export const PORT_STAGES: readonly StageKind[] = [
  ...[LINK, SIZE, SOURCE_ADDRESS, CLASS, POLICE],
  ...[DISCIPLINE, QUEUE, SHAPE, WIRE, NETEM],
];
