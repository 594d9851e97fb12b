/** A wide table in a narrow place: scrolls sideways, by keyboard too. */
import type { ReactNode } from 'react';
import hint from './scroll-hint.module.css';
import { useScrollHint } from './scroll-hint.ts';
import css from './scroll-x.module.css';

export function ScrollX({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const place = useScrollHint<HTMLElement>();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section ref={place} className={`${css['scroll']} ${hint['hint']}`} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
