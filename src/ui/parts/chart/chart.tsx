/** A chart of metrics over virtual time in its frame: title, newest value, curves. What it is enlarged to comes when asked for. */
import { ActionIcon } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reading } from '#base/catalogue/metrics';
import { useTurn } from '../../kit/frame-clock.ts';
import { Icon } from '../../kit/icons.tsx';
import { later } from '../../kit/later.tsx';
import legend from '../../kit/legend.module.css';
import { Swatch } from '../../kit/swatch.tsx';
import texts from '../../kit/texts.module.css';
import type { ChartRange } from '../../state/choices.ts';
import css from './chart.module.css';
import type { ChartLine, SampleSource } from './curves.ts';
import { type ChartMark, NO_MARKS } from './marks.ts';
import { Plot } from './plot.tsx';

const Enlarged = later(() => import('./enlarged.tsx'));

const HEIGHT = 150;
/** More names than these stand in one legend for all charts of the view. */
const MOST_NAMES = 3;

export interface ChartProps {
  readonly title: string;
  readonly source?: string;
  readonly view: SampleSource | undefined;
  readonly lines: readonly ChartLine[];
  readonly unit: Reading;
  readonly stacked?: boolean;
  readonly height?: number;
  /** Drawn as lines where alarms use them. */
  readonly thresholds?: readonly number[];
  /** Upper end of the axis; without it the data decides. */
  readonly max?: number;
  /** What happened and what was typed, marked on the curves. */
  readonly marks?: readonly ChartMark[];
  /** Its own stretch; that of all charts where it has none. */
  readonly range?: ChartRange | undefined;
  /** A click on a point of time. */
  readonly onPick?: (atNs: number) => void;
}

export function Chart(props: ChartProps) {
  const { title, source, view, lines, height = HEIGHT } = props;
  const { t } = useTranslation();
  const now = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isEnlarged, setEnlarged] = useState(false);
  const isTurn = useTurn();
  return (
    <figure className={css['chart']} title={source}>
      <figcaption>
        <span className={css['title']}>{title}</span>
        {lines.length > 1 && lines.length <= MOST_NAMES
          ? lines.map((line) => (
              <span key={line.key} className={legend['item']}>
                <Swatch color={line.color} />
                <span className={`${texts['name']} ${legend['name']}`} title={line.label}>
                  {line.label}
                </span>
              </span>
            ))
          : null}
        <span className={css['end']}>
          <span ref={now} className={css['now']} data-testid="now" />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t('charts.enlarge', { title })}
            title={t('charts.enlarge', { title })}
            onClick={() => setEnlarged(true)}
          >
            <Icon name="enlarge" size={14} />
          </ActionIcon>
        </span>
      </figcaption>
      {view === undefined || !isTurn ? (
        <div className={css['plot']} style={{ height }} />
      ) : (
        <Plot
          label={title}
          view={view}
          lines={lines}
          unit={props.unit}
          isStacked={props.stacked ?? false}
          height={height}
          thresholds={props.thresholds ?? []}
          max={props.max}
          marks={props.marks ?? NO_MARKS}
          onPick={props.onPick}
          range={props.range}
          now={now}
          canvas={canvas}
        />
      )}
      {isEnlarged && view !== undefined ? (
        <Enlarged {...props} view={view} onClose={() => setEnlarged(false)} />
      ) : null}
    </figure>
  );
}
