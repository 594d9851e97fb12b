/** Tells the person what the browser keeps: from where a lab was gone on with, and once what hinders keeping. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { KeepingState } from '#bridge/protocol/keeping';
import { formatFor } from '../kit/format.ts';
import { whenIdle } from '../kit/when-idle.ts';
import { useClient } from '../parts/lab.tsx';
import { offer, tell } from '../state/notices.ts';
import type { Opening } from './opening.ts';

/** States that a person should know of. */
const HINDRANCES: readonly KeepingState[] = ['elsewhere', 'unavailable', 'full', 'too-large'];

export function useKeepingNotices(opening: Opening): void {
  const client = useClient();
  const { i18n } = useTranslation();
  const latest = useRef(opening);
  latest.current = opening;

  useEffect(
    () =>
      client.subscribe('resumed', () => {
        const resumed = client.resumed();
        if (resumed === null) return;
        const show = (): void => {
          // Another lab was opened meanwhile.
          if (client.resumed() !== resumed) return;
          const format = formatFor(i18n.language);
          const { at, takenAtMs, damaged } = resumed;
          const data = { time: format.clock(at), when: format.moment(takenAtMs), count: damaged };
          offer(damaged > 0 ? 'keeping.resumedBefore' : 'keeping.resumed', data, {
            key: 'keeping.anew',
            run: () => latest.current.open(latest.current.source, 'anew'),
          });
        };
        // To write a moment takes a browser longer than to draw the lab, the first time: the lab comes first.
        void whenIdle().then(show);
      }),
    [client, i18n],
  );

  useEffect(() => {
    let known = new Map<string, string>();
    return client.subscribe('keeping', () => {
      const now = new Map(client.keeping().foreignDisks?.map(({ name, state }) => [name, state]));
      for (const [name, state] of now)
        if (known.get(name) !== state) tell(`foreign.${state}`, { name }, 'info');
      for (const name of known.keys()) if (!now.has(name)) tell('foreign.here', { name });
      known = now;
    });
  }, [client]);

  useEffect(() => {
    const told = new Set<KeepingState>();
    return client.subscribe('keeping', () => {
      const { state } = client.keeping();
      if (!HINDRANCES.includes(state) || told.has(state)) return;
      told.add(state);
      tell(`keeping.state.${state}`, {}, 'info');
    });
  }, [client]);
}
