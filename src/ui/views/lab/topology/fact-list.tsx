/** Facts as a list of two columns. */

import css from './fact-list.module.css';
import type { Fact } from './facts.ts';

export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={css['facts']}>
      {facts.map(({ label, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: labels of several cards repeat, and the order is the order
        <div key={index}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
