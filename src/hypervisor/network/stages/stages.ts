/**
 * The table of stages, in the order in which a frame passes them: from the endpoint those with an ingress, towards it those
 * with an egress.
 */

import { ACCESS_LIST } from './access-list.ts';
import { CLASS } from './class.ts';
import { DISCIPLINE } from './discipline.ts';
import { ARP_GUARD, ND_GUARD } from './guards/kinds.ts';
import { LINK } from './link.ts';
import { NETEM } from './netem/kind.ts';
import { POLICE } from './police.ts';
import { PRIVATE } from './private.ts';
import { QUEUE } from './queue.ts';
import { SHAPE } from './shape.ts';
import { SIZE } from './size.ts';
import { SOURCE_ADDRESS } from './source-address.ts';
import type { StageKind } from './stage.ts';
import { STORM_CONTROL } from './storm-control.ts';
import { VLAN } from './vlan.ts';
import { WIRE } from './wire.ts';

export const PORT_STAGES: readonly StageKind[] = [
  ...[LINK, SIZE, SOURCE_ADDRESS],
  // Who shall be kept apart; those behind see frames without the tag that was taken off.
  ...[VLAN, PRIVATE, ARP_GUARD, ND_GUARD, STORM_CONTROL, ACCESS_LIST],
  ...[CLASS, POLICE],
  ...[DISCIPLINE, QUEUE, SHAPE, WIRE, NETEM],
];
