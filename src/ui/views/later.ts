/** Views whose code comes when they are wanted, or before that, once the page has nothing else to do: they open at once then. */
import { type ComponentType, lazy } from 'react';
import { whenIdle } from '../kit/when-idle.ts';

const loads: (() => Promise<unknown>)[] = [];

/** A view whose code is not there yet. */
export function later<Props>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): ComponentType<Props> {
  loads.push(load);
  return lazy(load);
}

/** Fetches all of them, one after the other; what cannot be had is asked for again when it is wanted. */
export async function fetchViews(): Promise<void> {
  for (const load of loads) {
    await whenIdle();
    await load().catch(() => undefined);
  }
}
