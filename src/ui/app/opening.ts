/** Opens the lab that the address names, and another one when the address changes. An open lab stays if that fails. */
import { useEffect, useRef, useState } from 'react';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import {
  BUILTIN_SCENARIOS,
  type BuiltinScenario,
  type LabSource,
  type OnProgress,
  type Progress,
} from '#bridge/protocol/lab-api';
import { useClient } from '../parts/lab.tsx';
import { useChoices } from '../state/choices.ts';
import { tell, tellError } from '../state/notices.ts';
import { HOME } from '../state/routes.ts';
import { EMBEDDED } from './embed.ts';

export interface Opening {
  readonly phase: 'opening' | 'open' | 'failed';
  readonly progress: Progress | null;
  readonly error: LabError | null;
  /** What is open, or is being opened. */
  readonly source: LabSource;
  /** `anew`: from its beginning, also where the browser keeps something to go on from. */
  open(source: LabSource, how?: 'anew'): void;
  cancel(): void;
}

/** A file has no address of its own: the address says under which word the browser keeps its lab. */
function addressOfFile(source: LabSource, keptAs: string | undefined): void {
  if (source.kind === 'state' && keptAs !== undefined) history.pushState(null, '', `?kept=${keptAs}`);
}

/** Opens a lab of the page's own, and lets the address say so. */
export function openBuiltin(opening: Opening, name: BuiltinScenario): void {
  history.pushState(null, '', `?lab=${name}`);
  useChoices.setState({ route: HOME, selected: null });
  opening.open({ kind: 'builtin', name });
}

/** Opens a link that was pasted, as it arrived, and lets the address say so. */
export function openLink(opening: Opening, pasted: string): void {
  const text = (/#\s*([1-9].*)/s.exec(pasted)?.[1] ?? pasted).trim();
  history.pushState(null, '', `${location.pathname}#${text}`);
  useChoices.setState({ route: HOME, selected: null });
  opening.open({ kind: 'link', text });
}

/**
 * The source that an address names. What is behind `#` is a link as it arrived: who opens it finds out what carriers have made of it;
 * some encode the `#` itself.
 */
export function sourceOf(hash: string, search: string): LabSource {
  const text = hash === '' && search.includes('%23') ? search : hash.replace(/^#/, '');
  if (text !== '') return { kind: 'link', text };
  const query = new URLSearchParams(search);
  const key = query.get('kept');
  if (key !== null && /^[a-z0-9-]{1,80}$/.test(key)) return { kind: 'kept', key };
  const wanted = query.get('lab');
  const name = BUILTIN_SCENARIOS.find((candidate) => candidate === wanted) ?? 'first-visit';
  return { kind: 'builtin', name };
}

const START_SPEED = { running: true, rate: 1 } as const;

export function useOpenedLab(onOpened: () => void): Opening {
  const client = useClient();
  const [state, setState] = useState<Pick<Opening, 'phase' | 'progress' | 'error' | 'source'>>({
    source: sourceOf(location.hash, location.search),
    phase: 'opening',
    progress: null,
    error: null,
  });
  const opened = useRef(onOpened);
  opened.current = onOpened;
  const started = useRef(false);
  const turns = useRef(0);
  const shown = useRef(state.source);

  const open = (source: LabSource, how?: 'anew'): void => {
    turns.current += 1;
    const turn = turns.current;
    setState({ phase: 'opening', progress: null, error: null, source });
    const bytes = EMBEDDED ? 0 : useChoices.getState().keepBytes;
    const onProgress: OnProgress = (progress) => {
      if (turn === turns.current) setState((last) => ({ ...last, progress }));
    };
    const keep = bytes === 0 ? undefined : { bytes, anew: how === 'anew' };
    client
      .open(source, START_SPEED, onProgress, keep)
      .catch(failureOf)
      .then((result) => {
        // Another lab was asked for since: what this one came to is no longer the page's state.
        if (turn !== turns.current) return;
        if (result.ok) {
          shown.current = source;
          addressOfFile(source, result.value.keptAs);
          setState({ phase: 'open', progress: null, error: null, source });
          for (const { name, error } of result.value.missingImages)
            if (error.code === 'image-missing') tell('notice.missingImage', { name }, 'info');
            else tellError(error);
          opened.current();
        } else if (client.lab() !== null) {
          setState({ phase: 'open', progress: null, error: null, source: shown.current });
          tellError(result.error);
        } else setState({ phase: 'failed', progress: null, error: result.error, source });
      })
      .catch((error: unknown) =>
        setState({ phase: 'failed', progress: null, error: failureOf(error).error, source }),
      );
  };
  const latest = useRef(open);
  latest.current = open;

  useEffect(() => {
    // React's strict mode runs effects twice; a lab is opened once.
    if (!started.current) latest.current(sourceOf(location.hash, location.search));
    started.current = true;
    const follow = (): void => latest.current(sourceOf(location.hash, location.search));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  // A worker that died is started again by the client; the person is told.
  useEffect(
    () =>
      client.subscribe('failure', () => {
        const failure = client.failure();
        if (failure !== null) tellError(failure.error);
      }),
    [client],
  );

  return { ...state, open, cancel: () => client.cancel() };
}
