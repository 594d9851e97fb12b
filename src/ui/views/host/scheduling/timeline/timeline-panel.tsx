/** Who ran on which physical CPU, from seconds to single exits: lanes to zoom and move, with who, from when to when and why in words. */
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostDescription } from '#bridge/protocol/answers';
import layout from '../../../../kit/layout.module.css';
import texts from '../../../../kit/texts.module.css';
import { ErrorAlert } from '../../../../parts/error-text.tsx';
import { useClient, useFormat } from '../../../../parts/lab.tsx';
import { nowOf } from '../../../../parts/timeline-drawing.ts';
import { LaneBox } from './lane-box.tsx';
import { RunQueue } from './run-queue.tsx';
import { SliceTable } from './slice-table.tsx';
import { showing, type TimeWindow } from './time-window.ts';
import { useLanes } from './use-lanes.ts';
import { WindowButtons } from './window-buttons.tsx';
import { useWords } from './words.ts';

const FIRST_SPAN_NS = 200e6;

export function TimelinePanel({ index, host }: { readonly index: number; readonly host: HostDescription }) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const [window, setWindow] = useState<TimeWindow>({ spanNs: FIRST_SPAN_NS });
  const now = (): number => nowOf(client, index);
  const { value, error } = useLanes(index, host.harts, window, now, card);
  const words = useWords(host);
  const { lanes = [], stretch = { fromNs: 0, toNs: 1 } } = value ?? {};
  const shared = { window, now, onWindow: setWindow };
  return (
    <section ref={card} className={layout['card']} data-testid="cpu-timeline">
      <header className={layout['row-wrap']}>
        <h3>{t('timeline.title')}</h3>
        <span className={layout['grow']} />
        <span className={texts['quiet']} data-testid="timeline-span">
          {format.duration(stretch.toNs - stretch.fromNs)}
        </span>
        <WindowButtons {...shared} />
        <Button
          variant="default"
          size="compact-sm"
          disabled={window.endNs === undefined}
          onClick={() => setWindow({ spanNs: window.spanNs })}
        >
          {t('timeline.follow')}
        </Button>
      </header>
      <ErrorAlert error={error} />
      <LaneBox
        {...{ ...shared, value, words, harts: host.harts }}
        label={t('timeline.lanes')}
        hint={t('timeline.hint')}
      />
      {lanes.some(({ timeline }) => timeline.truncated) ? (
        <p className={texts['quiet']}>{t('timeline.truncated')}</p>
      ) : null}
      {lanes.some(({ timeline }) => timeline.merged) ? (
        <p className={texts['quiet']}>{t('timeline.merged')}</p>
      ) : null}
      <SliceTable {...{ lanes, words }} onPick={(atNs) => setWindow(showing(window, now(), atNs))} />
      <RunQueue {...{ index, stretch, card }} pinnedNs={window.endNs} />
    </section>
  );
}
