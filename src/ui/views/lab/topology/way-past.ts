/** The way of a link past what stands between its ends. */
import { GAP } from './lay-out.ts';
import { NODE_SIZE } from './layout.ts';

/** From the card into the space between two rows, through the one between two columns, and to the switch. */
export function wayPast({
  sourceX,
  sourceY,
  targetX,
  targetY,
}: Readonly<Record<'sourceX' | 'sourceY' | 'targetX' | 'targetY', number>>): string {
  const turn = (targetY > sourceY ? 1 : -1) * (GAP.row / 2);
  const beside = sourceX - (NODE_SIZE.vm.width + GAP.side) / 2;
  return `M${sourceX},${sourceY} v${turn} H${beside} V${targetY - 2 * turn} H${targetX} V${targetY}`;
}
