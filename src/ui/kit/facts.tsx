/** Facts side by side, as many as there is room for: a name, and what it is. */
import type { ReactNode } from 'react';
import css from './facts.module.css';

interface Props {
  readonly facts: readonly (readonly [name: string, said: ReactNode, hint?: string])[];
  readonly testId?: string;
}

export function Facts({ facts, testId }: Props) {
  return (
    <dl className={css['facts']} data-testid={testId}>
      {facts.map(([name, said, hint]) => (
        <div key={name} title={hint}>
          <dt>{name}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}
