/** A wide table in a narrow place: scrolls sideways, by keyboard too. */
import type { ReactNode } from 'react';
import css from './scroll-x.module.css';

export function ScrollX({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={css['scroll']} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
