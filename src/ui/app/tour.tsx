/** Three steps on the first visit: what one sees. Never in the way: it blocks nothing, Escape ends it, and the guide of a lab comes first. */
import { Button } from '@mantine/core';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { useChoices } from '../state/choices.ts';
import css from './tour.module.css';
import { useCurrentView } from './views.tsx';

/** What each step points at: the element with this `data-tour`; its texts are `tour.<target>`. */
const STEPS = ['topology', 'console', 'open-vm'] as const;

const CARD_WIDTH = 320;
const GAP = 12;

interface Place {
  readonly left: number;
  readonly top: number;
  readonly target: { left: number; top: number; width: number; height: number };
}

function placeAt(target: string): Place | null {
  const box = document.querySelector(`[data-tour="${target}"]`)?.getBoundingClientRect();
  if (box === undefined) return null;
  const room = { width: window.innerWidth, height: window.innerHeight };
  const left = Math.max(
    GAP,
    Math.min(box.left + box.width / 2 - CARD_WIDTH / 2, room.width - CARD_WIDTH - GAP),
  );
  const below = box.bottom + GAP + 180 < room.height;
  const top = below ? box.bottom + GAP : Math.max(GAP, Math.min(box.top + GAP, room.height - 200));
  return { left, top, target: { left: box.left, top: box.top, width: box.width, height: box.height } };
}

export function Tour({ hasGuide }: { readonly hasGuide: boolean }) {
  const { t } = useTranslation();
  const tour = useChoices((state) => state.tour);
  const dialog = useChoices((state) => state.dialog);
  const view = useCurrentView();
  const [step, setStep] = useState(0);
  const [place, setPlace] = useState<Place | null>(null);
  const isWanted = tour === 'asked' || (tour === 'first' && !hasGuide);
  const shown = isWanted && view.id === 'topology' && dialog === null;
  const target = STEPS[step];

  useLayoutEffect(() => {
    if (!shown || target === undefined) return;
    const update = (): void => setPlace(placeAt(target));
    update();
    const timer = setInterval(update, 500);
    window.addEventListener('resize', update);
    return () => {
      clearInterval(timer);
      window.removeEventListener('resize', update);
    };
  }, [shown, target]);

  useEffect(() => {
    if (!shown) return;
    const listen = (event: KeyboardEvent): void => {
      if (
        event.key === 'Escape' &&
        !(event.target instanceof Element && event.target.closest('[data-terminal]'))
      )
        useChoices.getState().finishTour();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [shown]);

  if (!shown || place === null || target === undefined) return null;
  const last = step === STEPS.length - 1;
  const finish = (): void => {
    setStep(0);
    useChoices.getState().finishTour();
  };
  return (
    <>
      <div className={css['ring']} style={place.target} aria-hidden="true" />
      <section
        className={css['card']}
        role="dialog"
        aria-label={t('tour.label')}
        style={{ left: place.left, top: place.top, width: CARD_WIDTH }}
      >
        <p className={texts['quiet']}>{t('tour.count', { step: step + 1, of: STEPS.length })}</p>
        <h2>{t(`tour.${target}.title`)}</h2>
        <p>{t(`tour.${target}.text`)}</p>
        <div className={layout['row-end']}>
          {last ? null : (
            <Button variant="subtle" color="gray" onClick={finish}>
              {t('tour.skip')}
            </Button>
          )}
          <Button onClick={() => (last ? finish() : setStep(step + 1))}>
            {t(last ? 'tour.done' : 'tour.next')}
          </Button>
        </div>
      </section>
    </>
  );
}
