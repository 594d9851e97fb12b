/**
 * Opens the lab that the address names, and another one when the address changes or somebody asks for one. The address always names
 * the lab that is on the screen: it is written when a lab is open, and an open lab stays, with its address, if another cannot be opened.
 */
import { useEffect, useRef, useState } from 'react';
import { fail, type LabError, type Result } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { LabSource, OnProgress, OpenedLab, Progress } from '#bridge/protocol/lab-api';
import { useClient } from '../parts/lab.tsx';
import { askedByAddress, entryNumber, goToEntry, onAddress, shownEntry } from '../state/address-bar.ts';
import { type Asked, isSameLab, NOWHERE } from '../state/addresses.ts';
import { useChoices } from '../state/choices.ts';
import { type NoticeAction, tell, tellError } from '../state/notices.ts';
import { routeOfLab } from '../state/routes.ts';
import { EMBEDDED } from './embed.ts';
import { OpenedFiles } from './opened-files.ts';

/** Where images are taken in. */
const TO_IMAGES: NoticeAction = {
  key: 'action.disks',
  run: () => useChoices.getState().openDialog('disks'),
};

/** Another lab was asked for while there is work in this one that is kept nowhere: the person decides. */
export interface Leaving {
  /** `anew`: what the browser keeps of this lab would be given up. */
  readonly what: 'another' | 'anew';
  leave(): void;
  stay(): void;
}

export interface Opening {
  readonly phase: 'opening' | 'open' | 'failed';
  readonly progress: Progress | null;
  readonly error: LabError | null;
  /** What is open, or is being opened. */
  readonly source: LabSource;
  readonly leaving: Leaving | null;
  /** `anew`: from its beginning, also where the browser keeps something to go on from. */
  open(source: LabSource, how?: 'anew'): void;
  /** Tries again what failed. */
  retry(): void;
  cancel(): void;
}

/** One attempt to open a lab. */
interface Attempt {
  readonly source: LabSource;
  readonly asked: Asked;
  /** `replace`: the address names it already. */
  readonly how: 'push' | 'replace';
  readonly anew?: boolean;
}

/** A link that was pasted: what stands before it is no part of it. */
export function linkIn(pasted: string): LabSource {
  return { kind: 'link', text: (/#\s*([1-9].*)/s.exec(pasted)?.[1] ?? pasted).trim() };
}

const START_SPEED = { running: true, rate: 1 } as const;

export function useOpenedLab(onOpened: () => void): Opening {
  const client = useClient();
  const files = useRef(new OpenedFiles()).current;
  const first = useRef<Attempt | null>(null);
  first.current ??= attemptAt(askedByAddress(), files);
  const [state, setState] = useState<Pick<Opening, 'phase' | 'progress' | 'error' | 'source'>>({
    source: first.current.source,
    phase: 'opening',
    progress: null,
    error: null,
  });
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const opened = useRef(onOpened);
  opened.current = onOpened;
  const started = useRef(false);
  const turns = useRef(0);
  const shown = useRef(first.current.source);
  const latest = useRef(first.current);

  const openNow = (attempt: Attempt): void => {
    const { source, asked, anew = false } = attempt;
    turns.current += 1;
    const turn = turns.current;
    latest.current = attempt;
    setState({ phase: 'opening', progress: null, error: null, source });
    const bytes = EMBEDDED ? 0 : useChoices.getState().keepBytes;
    const onProgress: OnProgress = (progress) => {
      if (turn === turns.current) setState((last) => ({ ...last, progress }));
    };
    const keep = bytes === 0 ? undefined : { bytes, anew };
    const show = ({ keptAs, missingImages }: OpenedLab): void => {
      shown.current = source;
      const lab = files.nameOf(asked.lab, source, keptAs);
      useChoices.getState().show({ ...asked, lab }, attempt.how);
      setState({ phase: 'open', progress: null, error: null, source });
      for (const { name, error } of missingImages)
        if (error.code === 'image-missing') tell('notice.missingImage', { name }, 'warning');
        else tellError(error, error.code === 'vm.layerMissing' ? TO_IMAGES : undefined);
      opened.current();
    };
    const refuse = (error: LabError): void => {
      if (client.lab() === null) {
        setState({ phase: 'failed', progress: null, error, source });
        return;
      }
      setState({ phase: 'open', progress: null, error: null, source: shown.current });
      const { lab, route, selected } = useChoices.getState();
      latest.current = { source: shown.current, asked: { lab, route, selected }, how: 'replace' };
      useChoices.getState().show(latest.current.asked, 'replace');
      tellError(error);
    };
    const given: Promise<Result<OpenedLab>> = files.isGone(asked.lab)
      ? Promise.resolve(fail('file.gone'))
      : client.open(source, START_SPEED, onProgress, keep).then((result) => {
          // A file of which the browser has nothing any more, but the page has.
          const again = result.ok ? undefined : files.ofKept(asked.lab);
          return again === undefined ? result : client.open(again, START_SPEED, onProgress, keep);
        });
    given
      .catch(failureOf)
      .then((result) => {
        // Another lab was asked for since: what this one came to is no longer the page's state.
        if (turn !== turns.current) return;
        if (result.ok) show(result.value);
        else refuse(result.error);
      })
      .catch((error: unknown) => refuse(failureOf(error).error));
  };

  /** Opens it, unless the person would rather stay with what is kept nowhere. */
  const open = (attempt: Attempt): void => {
    const isGivenUp = attempt.anew === true && client.keeping().newest !== undefined;
    if (!client.hasUnkeptWork() && !isGivenUp) {
      openNow(attempt);
      return;
    }
    setLeaving({
      what: attempt.anew === true ? 'anew' : 'another',
      leave() {
        setLeaving(null);
        openNow(attempt);
      },
      stay() {
        setLeaving(null);
        if (attempt.how === 'replace') backToShown();
      },
    });
  };

  /** A person went back or forward, or edited the address. */
  const follow = (): void => {
    const asked = askedByAddress();
    const { lab, show } = useChoices.getState();
    if (client.lab() !== null && isSameLab(asked.lab, lab)) {
      // Another lab that is being opened is not wanted any more.
      if (!isSameLab(latest.current.asked.lab, lab)) client.cancel();
      setLeaving(null);
      show(asked, 'replace');
    } else if (!isSameLab(asked.lab, latest.current.asked.lab)) open(attemptAt(asked, files));
  };
  const newest = useRef(follow);
  newest.current = follow;
  const begin = useRef(openNow);
  begin.current = openNow;

  useEffect(() => {
    // React's strict mode runs effects twice; a lab is opened once.
    if (!started.current) begin.current(latest.current);
    started.current = true;
    return onAddress(() => newest.current());
  }, []);

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (client.hasUnkeptWork()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [client]);

  // A worker that died is started again by the client; the person is told.
  useEffect(
    () =>
      client.subscribe('failure', () => {
        const failure = client.failure();
        if (failure !== null) tellError(failure.error);
      }),
    [client],
  );

  return {
    ...state,
    leaving,
    open(source, how) {
      const { lab, route, selected } = useChoices.getState();
      const isSame = source.kind !== 'state' && isSameLab(lab, files.addressOf(source));
      const again = { source, asked: { lab, route, selected }, how: 'replace' } as const;
      if (how === 'anew') open({ ...again, anew: true });
      else if (isSame) openNow(again);
      else {
        const route = source.kind === 'builtin' ? routeOfLab(source.name) : NOWHERE.route;
        open({ source, asked: { ...NOWHERE, route, lab: files.addressOf(source) }, how: 'push' });
      }
    },
    retry: () => openNow(latest.current),
    cancel: () => client.cancel(),
  };
}

function attemptAt(asked: Asked, files: OpenedFiles): Attempt {
  return { source: files.sourceOf(asked.lab), asked, how: 'replace' };
}

/** The address names again what is on the screen. */
function backToShown(): void {
  const here = entryNumber();
  const { show, ...asked } = useChoices.getState();
  if (here === undefined || here === shownEntry()) show(asked, 'replace');
  else goToEntry(shownEntry());
}
