/** What the pointer is on, in a few lines in a corner, where it hides none of what is near. It never takes the pointer; the inspector says the same of what is chosen. */
import type { LabDescription } from '#bridge/protocol/answers';
import { FactList } from './fact-list.tsx';
import { useFacts } from './facts.ts';
import css from './hover-card.module.css';
import type { Ports } from './use-ports.ts';

/** What the pointer is on, and which part of what is seen it is in. */
export interface Hovered {
  readonly key: string;
  readonly isLow: boolean;
}

interface Props {
  readonly lab: LabDescription;
  readonly ports: Ports;
  readonly hovered: Hovered;
}

export default function HoverCard({ lab, ports, hovered }: Props) {
  const facts = useFacts(lab, hovered.key, ports);
  if (facts === undefined) return null;
  return (
    <div className={css['card']} role="tooltip" data-corner={hovered.isLow ? 'upper' : 'lower'}>
      <b>{facts.title}</b>
      <FactList facts={facts.facts} />
    </div>
  );
}
