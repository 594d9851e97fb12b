/**
 * The table of stages, in the order in which a frame passes them: from the endpoint those with an ingress, towards it those
 * with an egress.
 */
import { LINK } from './link.ts';
import { QUEUE } from './queue.ts';
import { SIZE } from './size.ts';
import { SOURCE_ADDRESS } from './source-address.ts';
import type { StageKind } from './stage.ts';
import { WIRE } from './wire.ts';

export const PORT_STAGES: readonly StageKind[] = [LINK, SIZE, SOURCE_ADDRESS, QUEUE, WIRE];
