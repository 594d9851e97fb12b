/** The breakpoints of a host as the machine has them, and ways to change them, one after the other. */
import { useRef } from 'react';
import type { Breakpoint } from '#bridge/protocol/answers';
import { useClient } from '../../../parts/lab.tsx';
import { tellError, tellFailure } from '../../../state/notices.ts';
import type { Change } from './breakpoint-list.ts';

export interface BreakpointsOf {
  readonly list: readonly Breakpoint[];
  readonly change: (change: Change) => void;
}

/** @param changed is told when the machine has other ones */
export function useBreakpoints(
  host: number,
  list: readonly Breakpoint[] | undefined,
  changed: () => void,
): BreakpointsOf {
  const client = useClient();
  const last = useRef<Promise<void>>(Promise.resolve());
  const apply = async (change: Change): Promise<void> => {
    // Asked anew: what is on the screen may be older than the last change.
    const now = await client.ask(host, 'machine', {});
    if (!now.ok) return tellError(now.error);
    const set = await client.calls.setBreakpoints(host, change(now.value.value.breakpoints));
    if (!set.ok) tellError(set.error);
    changed();
  };
  return {
    list: list ?? [],
    change: (change) => {
      last.current = last.current.then(() => apply(change)).catch(tellFailure);
    },
  };
}
