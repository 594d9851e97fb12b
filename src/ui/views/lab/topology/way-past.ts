/** The way of a link past what stands between its ends. */
import { GAP } from './lay-out.ts';
import { NODE_SIZE } from './layout.ts';

export type Ends = Readonly<Record<'sourceX' | 'sourceY' | 'targetX' | 'targetY', number>>;

/** From the card into the space between two rows, through the one between two columns, and to the switch. */
export function wayPast({ sourceX, sourceY, targetX, targetY }: Ends): string {
  const turn = (targetY > sourceY ? 1 : -1) * (GAP.row / 2);
  const beside = sourceX - (NODE_SIZE.vm.width + GAP.side) / 2;
  return `M${sourceX},${sourceY} v${turn} H${beside} V${targetY - 2 * turn} H${targetX} V${targetY}`;
}

/** From the right side of a switch, under those that stand between, to the left side of another. */
export function wayUnder({ sourceX, sourceY, targetX, targetY }: Ends): string {
  const out = GAP.side / 4;
  const under = Math.max(sourceY, targetY) + NODE_SIZE.switch.height / 2 + out;
  return `M${sourceX},${sourceY} h${out} V${under} H${targetX - out} V${targetY} h${out}`;
}

/** From the right side of a switch to the right side of one that stands over or under it. */
export function wayAside({ sourceX, sourceY, targetX, targetY }: Ends): string {
  return `M${sourceX},${sourceY} H${Math.max(sourceX, targetX) + GAP.side} V${targetY} H${targetX}`;
}
