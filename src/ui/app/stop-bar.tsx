/** Wherever one is: the lab stands at a breakpoint, which one, and the way there. Silent while it runs or is paused by hand. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StopReport } from '#bridge/protocol/answers';
import { Icon } from '../kit/icons.tsx';
import { useFormat, useStop } from '../parts/lab.tsx';
import { isAtBreakpoint, stopSentence } from '../parts/stop-sentence.ts';
import { useChoices } from '../state/choices.ts';
import { hostRoute, type Route, wordsOf } from '../state/routes.ts';
import { EMBEDDED } from './embed.ts';
import css from './stop-bar.module.css';

/** Where the code is that a vCPU stands in. */
function codeOf({ host, vm, vcpu }: StopReport): Route {
  return hostRoute(host, 'machine', { vm, vcpu: String(vcpu) });
}

export function StopBar({ route }: { readonly route: Route }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stop = useStop();
  const shown = stop !== undefined && isAtBreakpoint(stop) ? stop : null;
  const isHere = shown !== null && String(wordsOf(route)) === String(wordsOf(codeOf(shown)));
  return (
    // There from the beginning, so that what comes into it is read out.
    <div className={css['bar']} role="status" data-shown={shown !== null || undefined}>
      {shown === null ? null : (
        <>
          <Icon name="alert" size={14} />
          <span>
            {stopSentence(t, shown)} <span className={css['time']}>{format.clock(shown.at)}</span>
          </span>
          {isHere || EMBEDDED ? null : (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => useChoices.getState().go(codeOf(shown))}
            >
              {t('stop.show')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
