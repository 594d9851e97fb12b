/** What is under the pointer, in words beside it; within the width of what is pointed at. */
import type { ReactNode } from 'react';
import css from './pointer-tip.module.css';

/** Room that it needs at the right. */
const WIDTH = 250;

interface Props {
  /** Place of the pointer in what is pointed at, and how wide that is. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly children: ReactNode;
}

export function PointerTip({ x, y, width, children }: Props) {
  return (
    <div className={css['tip']} style={{ left: Math.min(x + 14, Math.max(0, width - WIDTH)), top: y + 16 }}>
      {children}
    </div>
  );
}
