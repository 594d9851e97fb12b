/** The way of one packet, step by step: what was decided at each, and where that is in the graph. */
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dissect } from '#base/packets/dissect';
import { summaryOf } from '#base/packets/summary';
import type { LabDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../../kit/icons.tsx';
import layout from '../../../../kit/layout.module.css';
import texts from '../../../../kit/texts.module.css';
import { askWay } from '../../../../parts/ask-way.ts';
import { ErrorAlert } from '../../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../../parts/lab.tsx';
import { protocolColor } from '../../../../parts/protocol-color.ts';
import { timeText } from '../../../../parts/time-text.ts';
import { decisionText, stepPlaces } from '../../../../parts/way-text.ts';
import { useChoices } from '../../../../state/choices.ts';
import { hostRoute } from '../../../../state/routes.ts';
import { type FrameRef, markWay, showWay } from '../../../../state/way.ts';
import { marksOf } from './marks.ts';
import css from './way-panel.module.css';

interface Props {
  readonly lab: LabDescription;
  readonly of: FrameRef;
}

const NO_STEPS: readonly never[] = [];

export default function WayPanel({ lab, of }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { host: index, capture, frame, serial } = of;
  const [at, setAt] = useState(0);
  const isKnown = frame > 0;
  const { value, error } = useAnswer(
    isKnown ? () => askWay(client, lab, index, { name: capture, frame }) : null,
    1000,
    [index, capture, frame, lab],
  );
  const found = isKnown ? (value?.way ?? undefined) : undefined;
  const steps = found?.steps ?? NO_STEPS;
  useEffect(() => {
    markWay(marksOf(lab.hosts, steps, at));
  }, [lab, steps, at]);
  const summary = found === undefined ? undefined : summaryOf(dissect(found.bytes));
  const places = stepPlaces(lab, steps);
  const close = (): void => showWay(null);
  return (
    <section className={css['panel']} aria-label={t('packets.way')} data-testid="way-panel">
      <header className={layout['row']}>
        {summary === undefined ? (
          <h3>{t('packets.way')}</h3>
        ) : (
          <>
            <i className={css['sign']} style={{ background: protocolColor(summary.protocol) }} />
            <h3 className={texts['name']} title={summary.info}>
              {summary.protocol} {summary.source} → {summary.destination} {summary.info}
            </h3>
          </>
        )}
        <span className={layout['grow']} />
        <Button
          size="compact-sm"
          variant="light"
          onClick={() =>
            useChoices
              .getState()
              .go(hostRoute(index, 'packets', { capture, packet: String(found?.serial ?? serial) }))
          }
        >
          {t('passing.takeApart')}
        </Button>
        <Step by={-1} {...{ at, count: steps.length, setAt }} />
        <Step by={1} {...{ at, count: steps.length, setAt }} />
        <ActionIcon size={26} variant="default" aria-label={t('common.close')} onClick={close}>
          <Icon name="close" size={12} />
        </ActionIcon>
      </header>
      <ErrorAlert error={error} />
      {isKnown && (value === null || found !== undefined) ? null : (
        <p className={texts['quiet']}>{t('packets.noWay')}</p>
      )}
      <ol className={css['steps']}>
        {steps.map((step, number) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps never change places
          <li key={number}>
            <button
              type="button"
              aria-current={number === at ? 'step' : undefined}
              data-step={step.kind}
              onClick={() => setAt(number)}
            >
              <span className={texts['mono']}>{timeText(step.at)}</span>
              <span>{places[number]}</span>
              <b>{t(`packets.step.${step.kind}`)}</b>
              <span className={texts['quiet']}>{decisionText(t, format, step)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface StepProps {
  readonly by: -1 | 1;
  readonly at: number;
  readonly count: number;
  readonly setAt: (at: number) => void;
}

function Step({ by, at, count, setAt }: StepProps) {
  const { t } = useTranslation();
  const text = t(by < 0 ? 'passing.before' : 'passing.next');
  return (
    <ActionIcon
      size={26}
      variant="default"
      aria-label={text}
      title={text}
      disabled={at + by < 0 || at + by >= count}
      onClick={() => setAt(at + by)}
    >
      <Icon name={by < 0 ? 'left' : 'right'} size={12} />
    </ActionIcon>
  );
}
