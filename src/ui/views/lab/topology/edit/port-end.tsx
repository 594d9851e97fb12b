/** The end of a link at its switch: it can be drawn to another switch, or off it. It says where its link goes only while it is drawn. */
import { useReactFlow } from '@xyflow/react';
import { type PointerEvent, useState } from 'react';
import css from '../link-edge.module.css';

interface Props {
  readonly tone: 'green' | 'red' | 'grey';
  readonly x: number;
  readonly y: number;
  /** The other end. */
  readonly from: { readonly x: number; readonly y: number };
  /** It was drawn onto a node, or onto nothing. */
  readonly onDrop: (node: string | null) => void;
}

/** A smaller way is a click. */
const LEAST_WAY = 12;

function nodeAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const node = element.closest(
      '.react-flow__node-vm, .react-flow__node-switch, .react-flow__node-appliance',
    );
    if (node !== null) return node.getAttribute('data-id');
  }
  return null;
}

export function PortEnd({ tone, x, y, from, onDrop }: Props) {
  const flow = useReactFlow();
  const [drawn, setDrawn] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const onPointerDown = (event: PointerEvent<SVGElement>): void => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrawn({ x, y });
  };
  const onPointerMove = ({ clientX, clientY }: PointerEvent): void => {
    if (drawn !== null) setDrawn(flow.screenToFlowPosition({ x: clientX, y: clientY }));
  };
  const onPointerUp = ({ clientX, clientY }: PointerEvent): void => {
    if (drawn === null) return;
    setDrawn(null);
    if (Math.hypot(drawn.x - x, drawn.y - y) >= LEAST_WAY) onDrop(nodeAt(clientX, clientY));
  };
  return (
    <>
      {drawn === null ? null : (
        <path className={css['drawn']} d={`M${from.x},${from.y} L${drawn.x},${drawn.y}`} />
      )}
      <circle className={css['end']} data-tone={tone} cx={drawn?.x ?? x} cy={drawn?.y ?? y} r={4} />
      <circle
        className={`${css['grip']} nopan nodrag`}
        cx={drawn?.x ?? x}
        cy={drawn?.y ?? y}
        r={10}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrawn(null)}
      />
    </>
  );
}
