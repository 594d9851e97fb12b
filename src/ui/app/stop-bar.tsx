/** Wherever one is: the lab stands at a breakpoint, which one, and the way there. Silent while it runs or is paused by hand. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icons.tsx';
import { useFormat, useStop } from '../parts/lab.tsx';
import { isAtBreakpoint, stopSentence } from '../parts/stop-sentence.ts';
import { type Route, useChoices } from '../state/choices.ts';
import { EMBEDDED } from './embed.ts';
import css from './stop-bar.module.css';

export function StopBar({ route }: { readonly route: Route }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stop = useStop();
  const shown = stop !== undefined && isAtBreakpoint(stop) ? stop : null;
  const isHere =
    shown !== null &&
    route.view === 'machine' &&
    route.host === shown.host &&
    route.vm === shown.vm &&
    (route.vcpu ?? 0) === shown.vcpu &&
    route.at === undefined;
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
              onClick={() =>
                useChoices
                  .getState()
                  .go({ view: 'machine', host: shown.host, vm: shown.vm, vcpu: shown.vcpu })
              }
            >
              {t('stop.show')}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
