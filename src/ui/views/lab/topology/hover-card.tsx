/** What the pointer is on, in a few lines beside it. It never takes the pointer; the inspector says the same of what is chosen. */
import type { LabDescription } from '#bridge/protocol/answers';
import { FactList } from './fact-list.tsx';
import { useFacts } from './facts.ts';
import css from './hover-card.module.css';
import type { Ports } from './use-ports.ts';

/** Where the pointer is, in the window, and on what. */
export interface Hovered {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

/** Room that the card takes beside the pointer; where there is less, it stands on the other side. */
const ROOM = { x: 300, y: 220 } as const;

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly hovered: Hovered | null;
}

export function HoverCard({ lab, ports, hovered }: Props) {
  const facts = useFacts(lab, hovered?.key ?? null, ports);
  if (hovered === null || facts === undefined) return null;
  const { x, y } = hovered;
  return (
    <div
      className={css['card']}
      role="tooltip"
      style={{
        ...(x + ROOM.x > innerWidth ? { right: innerWidth - x + 14 } : { left: x + 14 }),
        ...(y + ROOM.y > innerHeight ? { bottom: innerHeight - y + 14 } : { top: y + 14 }),
      }}
    >
      <b>{facts.title}</b>
      <FactList facts={facts.facts} />
    </div>
  );
}
