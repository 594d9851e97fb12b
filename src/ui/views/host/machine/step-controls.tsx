/** Steps of a vCPU, by instruction, exit and quantum, with their keys; where it stands and why. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import type { CodeView, StopReport } from '#bridge/protocol/answers';
import type { StepUnit } from '#bridge/protocol/lab-api';
import chip from '../../../kit/chip.module.css';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { useShortcuts } from '../../../kit/shortcuts.ts';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { errorSentence } from '../../../parts/error-text.tsx';
import { useFormat, useRunning } from '../../../parts/lab.tsx';
import { stopSentence } from '../../../parts/stop-sentence.ts';
import { isWait } from '../../../state/waiting-step.ts';
import css from './step-controls.module.css';

const STEPS: readonly { readonly unit: StepUnit; readonly key: string; readonly shown: string }[] = [
  { unit: 'instruction', key: 'F9', shown: 'F9' },
  { unit: 'exit', key: 'Shift+F9', shown: '⇧F9' },
  { unit: 'quantum', key: 'Ctrl+F9', shown: 'Ctrl F9' },
];
const NEXT = { unit: 'next', key: 'Ctrl+Shift+F9' } as const;

interface Props {
  readonly view: CodeView | null;
  readonly stop: StopReport | undefined;
  /** What the vCPU waits for, where it has nothing to do. */
  readonly waitsFor: LabError | undefined;
  readonly onStep: (unit: StepUnit) => void;
}

export function StepControls({ view, stop, waitsFor, onStep }: Props) {
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
