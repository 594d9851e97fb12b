/** Steps of a vCPU, by instruction, exit and quantum, with their keys; where it stands and why. */
import { Button, Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { Breakpoint, CodeView, StopReport } from '#bridge/protocol/answers';
import type { VcpuBack } from '#bridge/protocol/keeping';
import type { StepUnit } from '#bridge/protocol/lab-api';
import chip from '../../../kit/chip.module.css';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { useShortcuts } from '../../../kit/shortcuts.ts';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { errorSentence } from '../../../parts/error-text.tsx';
import { useClient, useFormat, useRunning } from '../../../parts/lab.tsx';
import { stopSentence } from '../../../parts/stop-sentence.ts';
import { isWait } from '../../../state/waiting-step.ts';
import css from './step-controls.module.css';

const STEPS: readonly { readonly unit: StepUnit; readonly key: string; readonly shown: string }[] = [
  { unit: 'instruction', key: 'F9', shown: 'F9' },
  { unit: 'exit', key: 'Shift+F9', shown: '⇧F9' },
  { unit: 'quantum', key: 'Ctrl+F9', shown: 'Ctrl F9' },
];
const BACK = [
  { id: 'instruction', key: 'F7', shown: 'F7' },
  { id: 'exit', key: 'Shift+F7', shown: '⇧F7' },
  { id: 'stop', key: 'Ctrl+F7', shown: 'Ctrl F7' },
] as const;
/** A way that is over sooner shows no progress. */
const SOON_MS = 300;
const NEXT = { unit: 'next', key: 'Ctrl+Shift+F9' } as const;

interface Props {
  readonly view: CodeView | null;
  readonly stop: StopReport | undefined;
  /** What the vCPU waits for, where it has nothing to do. */
  readonly waitsFor: LabError | undefined;
  readonly onStep: (unit: StepUnit) => void;
  /** Those that the last stop is looked for by. */
  readonly breakpoints: readonly Breakpoint[];
  /** How much of a way back is done; null: none is under way. */
  readonly share: number | null;
  readonly onBack: (back: VcpuBack) => void;
}

/** Ways back, each with why it cannot be gone. */
function BackControls({ view, breakpoints, share, onBack }: Props) {
  const { t } = useTranslation();
  const isBegin = view === null || view.instructions + view.exits === 0;
  const whyNot = (id: (typeof BACK)[number]['id']): string | undefined => {
    if (share !== null) return t('machine.back.underWay');
    if (isBegin) return t('machine.back.begin');
    return id === 'stop' && breakpoints.length === 0 ? t('machine.back.noBreakpoints') : undefined;
  };
  const go = (id: (typeof BACK)[number]['id']): void => {
    if (whyNot(id) === undefined)
      onBack(id === 'stop' ? { kind: 'stop', breakpoints } : { kind: 'step', unit: id });
  };
  useShortcuts(Object.fromEntries(BACK.map(({ id, key }) => [key, () => go(id)])));
  return (
    <div className={layout['row-wrap']} role="toolbar" aria-label={t('machine.back.title')}>
      <span>{t('machine.back.title')}</span>
      {BACK.map(({ id, key, shown }) => (
        <SmallButton
          icon="undo"
          key={id}
          rightSection={<kbd className={css['key']}>{shown}</kbd>}
          title={whyNot(id) ?? t(`machine.back.hint.${id}`)}
          aria-keyshortcuts={key.replace('Ctrl', 'Control')}
          disabled={whyNot(id) !== undefined}
          onClick={() => go(id)}
        >
          {t(`machine.back.of.${id}`)}
        </SmallButton>
      ))}
    </div>
  );
}

/** How far a long way back has come, and its end. */
function LongWay({ share }: { readonly share: number }) {
  const { t } = useTranslation();
  const client = useClient();
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;
  return (
    <div className={layout['row']}>
      <Progress
        className={layout['grow'] ?? ''}
        value={share * 100}
        aria-label={t('machine.back.underWay')}
      />
      <Button size="compact-sm" variant="default" onClick={() => client.cancel()}>
        {t('common.cancel')}
      </Button>
    </div>
  );
}

export function StepControls(props: Props) {
  const { view, stop, waitsFor, onStep, share } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const running = useRunning();
  useShortcuts(Object.fromEntries([...STEPS, NEXT].map(({ unit, key }) => [key, () => onStep(unit)])));
  return (
    <section className={layout['card']} aria-label={t('machine.stepping')}>
      <div className={layout['row-wrap']} role="toolbar" aria-label={t('machine.step')}>
        <span>{t('machine.step')}</span>
        {STEPS.map(({ unit, key, shown }) => (
          <SmallButton
            icon="step"
            key={unit}
            rightSection={<kbd className={css['key']}>{shown}</kbd>}
            title={t(`step.hint.${unit}`)}
            aria-keyshortcuts={key.replace('Ctrl', 'Control')}
            onClick={() => onStep(unit)}
          >
            {t(`step.of.${unit}`)}
          </SmallButton>
        ))}
      </div>
      <BackControls {...props} />
      {share === null ? null : <LongWay share={share} />}
      {view === null ? null : (
        <p className={`${layout['row-wrap']} ${css['where']}`}>
          <span className={chip['mode']}>{view.mode}</span>
          <span className={`${texts['mono']} ${css['code']}`} data-testid="pc">
            pc {groupedHex(view.pc)}
          </span>
          {view.symbol === undefined ? null : (
            <span className={`${texts['mono']} ${css['code']}`}>{`<${view.symbol}>`}</span>
          )}
          <span className={texts['quiet']} title={t('figureSource.retired')}>
            {t('machine.retired', { count: view.instructions, number: format.integer(view.instructions) })}
          </span>
        </p>
      )}
      <p className={css['stop']} aria-live="polite" data-testid="stop">
        {running || stop === undefined
          ? t(running ? 'machine.isRunning' : 'machine.isPaused')
          : stopSentence(t, stop)}{' '}
        {running || stop === undefined ? null : (
          <span className={texts['quiet']}>{format.clock(stop.at)}</span>
        )}
      </p>
      {waitsFor === undefined ? null : (
        <div className={`${layout['row-wrap']} ${css['wait']}`} data-testid="wait">
          <span>{errorSentence(waitsFor)}</span>
          {isWait(waitsFor) ? (
            <Button
              size="compact-sm"
              variant="default"
              title={t('step.hint.next')}
              aria-keyshortcuts={NEXT.key.replace('Ctrl', 'Control')}
              onClick={() => onStep(NEXT.unit)}
            >
              {t('step.of.next')}
            </Button>
          ) : null}
        </div>
      )}
    </section>
  );
}
