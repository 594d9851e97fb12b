/**
 * The guide of the lab: its steps one at a time, above whatever view one is at, so that it lies over nothing. A step that says what comes
 * true when it is done is ticked by the running lab; any other by the person who goes on to the next.
 */
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GuidePlace, GuideStep, GuideText } from '#base/scenario';
import type { LabDescription } from '#bridge/protocol/answers';
import { languageNow } from '../../i18n/language.ts';
import { Icon } from '../../kit/icons.tsx';
import { SmallButton } from '../../kit/small-button.tsx';
import texts from '../../kit/texts.module.css';
import { useAnswer, useClient } from '../../parts/lab.tsx';
import { useChoices } from '../../state/choices.ts';
import { beginGuide, markDone, useGuide } from '../../state/guide.ts';
import { hostRoute, labRoute, type Route, viewOf, vmRoute } from '../../state/routes.ts';
import { useViews } from '../views.tsx';
import { askChecks } from './checks.ts';
import css from './guide-panel.module.css';

/** The machine is asked so often which steps have come true. */
const LOOK_MS = 1000;

type Guide = NonNullable<LabDescription['guide']>;

/** The steps themselves; those of labs that come along are fetched when they are wanted. */
function useSteps(guide: Guide): readonly GuideStep[] {
  const own = typeof guide === 'string' ? null : guide;
  const [found, setFound] = useState<{ readonly of: Guide; readonly steps: readonly GuideStep[] }>();
  useEffect(() => {
    if (own !== null) return;
    let live = true;
    void import('#base/guides/guides').then(({ guideNamed }) => {
      if (live) setFound({ of: guide, steps: guideNamed(String(guide)) });
    });
    return () => {
      live = false;
    };
  }, [guide, own]);
  return own ?? (found?.of === guide ? found.steps : []);
}

/** In the page's language. */
function say(text: GuideText): string {
  return typeof text === 'string' ? text : text[languageNow()];
}

/** A sentence; what stands between grave accents is to be typed. */
function Sentence({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
  return (
    <p className={className}>
      {text.split('`').map((part, index) => (index % 2 === 0 ? part : <code key={part}>{part}</code>))}
    </p>
  );
}

function routeOf({ host, vm, view }: GuidePlace): Route {
  if (vm !== undefined) return vmRoute(host ?? 0, vm, view);
  return host === undefined ? labRoute(view ?? 'topology') : hostRoute(host, view);
}

/** Leads to where a step is done; nothing where the lab has no such place now. */
function Way({ at, lab }: { readonly at: GuidePlace; readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const views = useViews();
  const route = routeOf(at);
  const host = route.place === 'lab' ? undefined : lab.hosts[route.host];
  const isThere =
    route.place === 'lab' ||
    (host !== undefined && (route.place === 'host' || host.vms.some(({ spec }) => spec.name === route.vm)));
  if (!isThere) return null;
  const { title, icon } = viewOf(views, route);
  const name = route.place === 'vm' ? route.vm : host?.name;
  const view = t(title);
  return (
    <SmallButton icon={icon} onClick={() => useChoices.getState().go(route)}>
      {t('guide.show', { place: name === undefined ? view : `${name} · ${view}` })}
    </SmallButton>
  );
}

interface StepProps {
  readonly steps: readonly GuideStep[];
  readonly at: number;
  readonly lab: LabDescription;
}

function Step({ steps, at, lab }: StepProps) {
  const { t } = useTranslation();
  const isDone = useGuide((state) => state.done.includes(at));
  const step = steps[at];
  if (step === undefined) return null;
  const isLast = at === steps.length - 1;
  const goOn = (): void => {
    if (step.check === undefined) markDone([at]);
    useGuide.setState(isLast ? { isShown: false } : { step: at + 1 });
  };
  return (
    <div className={css['step']}>
      <h2>{say(step.title)}</h2>
      <Sentence text={say(step.do)} />
      {step.see === undefined ? null : <Sentence text={say(step.see)} className={texts['quiet']} />}
      <div className={css['row']}>
        {step.at === undefined ? null : <Way at={step.at} lab={lab} />}
        <Button
          size="compact-sm"
          variant="default"
          disabled={at === 0}
          onClick={() => useGuide.setState({ step: at - 1 })}
        >
          {t('guide.back')}
        </Button>
        <Button
          size="compact-sm"
          variant={isDone || step.check === undefined ? 'filled' : 'default'}
          onClick={goOn}
        >
          {t(isLast ? 'guide.finish' : 'guide.next')}
        </Button>
        {step.check === undefined ? null : (
          <span className={texts['quiet']} role="status">
            {t(isDone ? 'guide.cameTrue' : 'guide.waits')}
          </span>
        )}
      </div>
    </div>
  );
}

/** A button for each step: how far one is, and the way to any of them. */
function Steps({ steps, at }: Pick<StepProps, 'steps' | 'at'>) {
  const { t } = useTranslation();
  const done = useGuide((state) => state.done);
  return (
    <ol className={css['steps']}>
      {steps.map(({ title }, index) => {
        const isDone = done.includes(index);
        const name = t(isDone ? 'guide.doneStep' : 'guide.step', { step: index + 1, title: say(title) });
        return (
          <li key={name}>
            <button
              type="button"
              aria-label={name}
              title={name}
              aria-current={index === at ? 'step' : undefined}
              data-done={isDone || undefined}
              onClick={() => useGuide.setState({ step: index, isFolded: false })}
            >
              {isDone ? <Icon name="check" size={12} /> : index + 1}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** Asks the running lab which of the steps that are not done have come true. */
function useChecks(steps: readonly GuideStep[]): void {
  const client = useClient();
  const done = useGuide((state) => state.done);
  const open = steps.flatMap(({ check }, step) =>
    check === undefined || done.includes(step) ? [] : [{ check, step }],
  );
  const { value } = useAnswer(open.length === 0 ? null : () => askChecks(client, open), LOOK_MS, [
    steps,
    open.length,
  ]);
  useEffect(() => {
    if (value !== null) markDone(value.filter((step) => step < steps.length));
  }, [value, steps]);
}

function Panel({ steps, lab }: { readonly steps: readonly GuideStep[]; readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const { step, done, isFolded } = useGuide();
  const at = Math.min(step, steps.length - 1);
  useChecks(steps);
  return (
    <section className={css['panel']} aria-label={t('guide.title')}>
      <div className={css['row']}>
        <button
          type="button"
          className={css['fold']}
          aria-expanded={!isFolded}
          onClick={() => useGuide.setState({ isFolded: !isFolded })}
        >
          <Icon name={isFolded ? 'right' : 'down'} size={12} />
          {t('guide.progress', { done: done.length, of: steps.length })}
        </button>
        <Steps steps={steps} at={at} />
        <ActionIcon
          className={css['close'] ?? ''}
          variant="subtle"
          color="gray"
          aria-label={t('guide.close')}
          title={t('guide.close')}
          onClick={() => useGuide.setState({ isShown: false })}
        >
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
      {isFolded ? null : <Step key={at} steps={steps} at={at} lab={lab} />}
    </section>
  );
}

interface Props {
  readonly guide: Guide;
  readonly lab: LabDescription;
}

export default function GuidePanel({ guide, lab }: Props) {
  const of = JSON.stringify(guide);
  useEffect(() => beginGuide(of), [of]);
  const steps = useSteps(guide);
  const isShown = useGuide((state) => state.of === of && state.isShown);
  return isShown && steps.length > 0 ? <Panel steps={steps} lab={lab} /> : null;
}
