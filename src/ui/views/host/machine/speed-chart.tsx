/** Instructions per second of the last two minutes, those of translated code and interpreted ones on top of each other. */
import { useComputedColorScheme } from '@mantine/core';
import { use, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { axisTicks } from '../../../kit/axis.ts';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import chart from '../../../parts/chart/chart.module.css';
import { peakOf, stacked } from '../../../parts/chart/curves.ts';
import { paint } from '../../../parts/chart/paint.ts';
import { useFormat } from '../../../parts/lab.tsx';
import css from './speed-chart.module.css';
import { PastSpeeds } from './use-figures.ts';

const HEIGHT = 120;
const SPAN_MS = 120_000;
/** Shown at least, however little is known. */
const LEAST_SPAN_MS = 30_000;
const NS_PER_MS = 1e6;

const LINES = [
  { key: 'translated', color: 'var(--accent)' },
  { key: 'interpreted', color: 'var(--amber)' },
] as const;

export function SpeedChart() {
  const past = use(PastSpeeds);
  const { t } = useTranslation();
  const format = useFormat();
  const scheme = useComputedColorScheme('light');
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = past.at(-1)?.wallMs ?? 0;
  const shown = past.filter(({ wallMs }) => wallMs > now - SPAN_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn are the speeds up to `now`, in the colours of the scheme
  useEffect(() => {
    if (canvas.current === null) return;
    const curves = {
      atNs: shown.map(({ wallMs }) => (wallMs - now) * NS_PER_MS),
      values: LINES.map(({ key }) => shown.map((speeds) => speeds[key])),
    };
    const { clientWidth: width, clientHeight: height } = canvas.current;
    const picture = {
      curves,
      colors: LINES.map(({ color }) => color),
      fromNs: Math.min(-LEAST_SPAN_MS * NS_PER_MS, curves.atNs[0] ?? 0),
      toNs: 0,
      ticks: axisTicks(peakOf(stacked(curves)), false),
      stacked: true,
      thresholds: [],
      marks: [],
      writeValue: (value: number) => format.count(value),
      writeTime: (ns: number) => `${format.number(ns / 1e9, 0)} s`,
    };
    paint(canvas.current, picture, { width, height });
  }, [now, format, scheme]);
  return (
    <figure className={chart['chart']} title={t('source.instructionsPerSecond')}>
      <figcaption className={css['caption']}>
        <span className={chart['title']}>{t('machine.instructionsPerSecond')}</span>
        {LINES.map(({ key, color }) => (
          <span key={key} className={legend['item']}>
            <Swatch color={color} />
            {t(`machine.${key}`)}
          </span>
        ))}
      </figcaption>
      {shown.length < 2 ? (
        <div className={chart['plot']} style={{ height: HEIGHT }}>
          <div className={chart['empty']}>{t('charts.empty')}</div>
        </div>
      ) : (
        <div className={chart['plot']} style={{ height: HEIGHT }}>
          <canvas ref={canvas} className={chart['canvas']} />
        </div>
      )}
    </figure>
  );
}
