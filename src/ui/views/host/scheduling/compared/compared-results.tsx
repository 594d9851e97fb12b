/** Two runs of one lab, one above the other over one time axis, and what each VM had in the stretch that is shown. */
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../../kit/layout.module.css';
import texts from '../../../../kit/texts.module.css';
import { ErrorAlert } from '../../../../parts/error-text.tsx';
import { LabProvider, useFormat, useHost } from '../../../../parts/lab.tsx';
import { LaneBox } from '../timeline/lane-box.tsx';
import { stretchOf, type TimeWindow } from '../timeline/time-window.ts';
import css from '../timeline/timeline-panel.module.css';
import { useLanes } from '../timeline/use-lanes.ts';
import { WindowButtons } from '../timeline/window-buttons.tsx';
import { useWords } from '../timeline/words.ts';
import { ComparedFigures } from './compared-figures.tsx';
import type { Compared } from './run-compared.ts';

interface Props {
  readonly compared: Compared;
  readonly onClose: () => void;
}

export function ComparedResults({ compared, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { host, fromNs, toNs, runs } = compared;
  const [window, setWindow] = useState<TimeWindow>({ spanNs: toNs - fromNs });
  const [pointedNs, setPointedNs] = useState<number>();
  const now = (): number => toNs;
  const stretch = stretchOf(window, toNs);
  const shared = { window, now, onWindow: setWindow };
  return (
    <>
      <header className={layout['row-wrap']}>
        <span className={texts['quiet']} data-testid="compared-stretch">
          {t('scheduling.compared.stretch', {
            from: format.clock(stretch.fromNs),
            to: format.clock(stretch.toNs),
          })}
        </span>
        <span className={layout['grow']} />
        <WindowButtons {...shared} />
        <Button
          variant="default"
          size="compact-sm"
          disabled={window.endNs === undefined && window.spanNs === toNs - fromNs}
          onClick={() => setWindow({ spanNs: toNs - fromNs })}
        >
          {t('scheduling.compared.whole')}
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={onClose}>
          {t('scheduling.compared.close')}
        </Button>
      </header>
      {runs.map(({ scheduler, client }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: both may be of one scheduler, and change only together
        <LabProvider key={at} client={client}>
          <RunLanes
            {...{ ...shared, host, pointedNs, scheduler }}
            onPoint={setPointedNs}
            hint={at === 0 ? '' : t('timeline.hint')}
          />
        </LabProvider>
      ))}
      <LabProvider client={runs[0].client}>
        <ComparedFigures {...{ compared, stretch }} />
      </LabProvider>
    </>
  );
}

interface RunProps {
  readonly host: number;
  readonly scheduler: string;
  readonly window: TimeWindow;
  readonly now: () => number;
  readonly onWindow: (next: TimeWindow) => void;
  readonly pointedNs: number | undefined;
  readonly onPoint: (atNs: number | undefined) => void;
  readonly hint: string;
}

/** The lanes of the run whose client is given. */
function RunLanes({ host: index, scheduler, pointedNs, ...rest }: RunProps) {
  const host = useHost(index);
  return host === undefined ? null : <Lanes {...{ ...rest, index, host, scheduler, markNs: pointedNs }} />;
}

interface LanesProps extends Omit<RunProps, 'host' | 'pointedNs'> {
  readonly index: number;
  readonly host: NonNullable<ReturnType<typeof useHost>>;
  readonly markNs: number | undefined;
}

function Lanes({ index, host, scheduler, window, now, ...rest }: LanesProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const { value, error } = useLanes(index, host.harts, window, now, box);
  const words = useWords(host);
  const name = t(`scheduling.by.${scheduler}`, { defaultValue: scheduler });
  return (
    <div ref={box} className={css['run']} data-testid={`lanes-of-${scheduler}`}>
      <h4>{name}</h4>
      <ErrorAlert error={error} />
      <LaneBox
        {...{ ...rest, window, now, value, words, harts: host.harts }}
        label={t('scheduling.compared.lanes', { scheduler: name })}
      />
      {value?.lanes.some(({ timeline }) => timeline.merged) === true ? (
        <p className={texts['quiet']}>{t('timeline.merged')}</p>
      ) : null}
    </div>
  );
}
