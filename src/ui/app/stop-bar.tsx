/**
 * Wherever one is: the lab stands at a breakpoint, which one, and the way there; or a step was asked of a vCPU that waits, for what,
 * and on to its next instruction. Silent while the lab runs or is paused by hand.
 */
import { Button } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { StopReport } from '#bridge/protocol/answers';
import { Icon } from '../kit/icons.tsx';
import { errorSentence } from '../parts/error-text.tsx';
import { useClient, useFormat, useRunning, useStep, useStop } from '../parts/lab.tsx';
import { isAtBreakpoint, stopSentence } from '../parts/stop-sentence.ts';
import { useChoices } from '../state/choices.ts';
import { hostRoute, type Route, wordsOf } from '../state/routes.ts';
import { useWaitingStep } from '../state/waiting-step.ts';
import { EMBEDDED } from './embed.ts';
import css from './stop-bar.module.css';

/** Where the code is that a vCPU stands in. */
function codeOf({ host, vm, vcpu }: StopReport): Route {
  return hostRoute(host, 'machine', { vm, vcpu: String(vcpu) });
}

/** Where a lab stands, in a sentence, and the way there. */
function AtBreakpoint({ stop, isHere }: { readonly stop: StopReport; readonly isHere: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Icon name="alert" size={14} />
      <span>
        {stopSentence(t, stop)} <span className={css['time']}>{format.clock(stop.at)}</span>
      </span>
      {isHere || EMBEDDED ? null : (
        <Button size="compact-xs" variant="default" onClick={() => useChoices.getState().go(codeOf(stop))}>
          {t('stop.show')}
        </Button>
      )}
    </>
  );
}

type Asked = NonNullable<ReturnType<typeof useWaitingStep.getState>['asked']>;

/** What a vCPU waits for that was to do a step; said until time passes. */
function Waiting({ asked: { of, waitsFor } }: { readonly asked: Asked }) {
  const { t } = useTranslation();
  const client = useClient();
  const step = useStep();
  const now = useSyncExternalStore(
    (changed) => client.subscribe('status', changed),
    () => client.status().virtualNs,
  );
  const [at] = useState(now);
  const isOver = now !== at;
  useEffect(() => {
    if (isOver) useWaitingStep.setState({ asked: null });
  }, [isOver]);
  return (
    <>
      <Icon name="alert" size={14} />
      <span>
        {errorSentence(waitsFor)} {t('step.none')}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        title={t('step.hint.next')}
        onClick={() => void step({ ...of, unit: 'next' })}
      >
        {t('step.of.next')}
      </Button>
    </>
  );
}

export function StopBar({ route }: { readonly route: Route }) {
  const stop = useStop();
  const running = useRunning();
  const asked = useWaitingStep((state) => state.asked);
  const at = stop !== undefined && isAtBreakpoint(stop) ? stop : null;
  const waiting = running ? null : asked;
  const isHere = at !== null && String(wordsOf(route)) === String(wordsOf(codeOf(at)));
  return (
    // There from the beginning, so that what comes into it is read out.
    <div className={css['bar']} role="status" data-shown={waiting !== null || at !== null || undefined}>
      {waiting !== null ? (
        <Waiting asked={waiting} />
      ) : at !== null ? (
        <AtBreakpoint stop={at} isHere={isHere} />
      ) : null}
    </div>
  );
}
