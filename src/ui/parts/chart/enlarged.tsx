/**
 * A chart by itself, as large as the page allows, with what a person takes from it: a comparison of its curves, their values
 * as a table, a picture and a file of exactly the stretch that is chosen.
 */

import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bar, BarChart, CartesianGrid, Cell, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { axisTicks } from '../../kit/axis.ts';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import { saveFile } from '../../kit/save-file.ts';
import { ScrollX } from '../../kit/scroll-x.tsx';
import { SmallButton } from '../../kit/small-button.tsx';
import { Swatch } from '../../kit/swatch.tsx';
import table from '../../kit/table.module.css';
import { useChoices } from '../../state/choices.ts';
import { useFormat } from '../lab.tsx';
import css from './chart.module.css';
import type { ChartProps } from './chart.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { ChartRangePicker, StretchForm } from './chart-range.tsx';
import { courseOf, curvesOf, type SampleSource } from './curves.ts';
import { NO_MARKS } from './marks.ts';
import { Plot } from './plot.tsx';
import { writeReading } from './reading.ts';
import { saveCurves } from './save-curves.ts';
import { type Stretch, sampledStretch } from './stretch.ts';
import { ValuesTable } from './values-table.tsx';

const HEIGHT = 300;
/** Rows of the table of values; all of them are in the file. */
const MOST_ROWS = 60;
const HEAD = 24;
const TICK = { fontSize: 11, fill: 'var(--quiet)' } as const;

/** The canvas under a line of text, on the colour of the panel. */
function pictureOf(canvas: HTMLCanvasElement, text: string): Promise<Blob | null> {
  const scale = globalThis.devicePixelRatio;
  const whole = document.createElement('canvas');
  whole.width = canvas.width;
  whole.height = canvas.height + HEAD * scale;
  const context = whole.getContext('2d');
  if (context === null) return Promise.resolve(null);
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue('--panel');
  context.fillRect(0, 0, whole.width, whole.height);
  context.fillStyle = style.getPropertyValue('--ink');
  context.font = `${12 * scale}px system-ui, sans-serif`;
  context.fillText(text, 8 * scale, 16 * scale);
  context.drawImage(canvas, 0, HEAD * scale);
  return new Promise((resolve) => whole.toBlob(resolve));
}

export default function Enlarged({
  onClose,
  ...props
}: ChartProps & { readonly view: SampleSource; readonly onClose: () => void }) {
  const { title, view, unit } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const range = useChoices((state) => state.range);
  const now = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const lines = props.lines.filter(({ key }) => !hidden.has(key));
  const stretchNow = (): Stretch => sampledStretch(range, view);
  // What stands below the curves is of the moment at which it was asked for; a file, of that at which it is saved.
  const stretch = stretchNow();
  const all = curvesOf(view, lines, stretch, Number.POSITIVE_INFINITY);
  const few = curvesOf(view, lines, stretch, MOST_ROWS);
  const courses = lines.map((line, index) => ({ line, course: courseOf(all.values[index] ?? []) }));
  const write = (value: number | undefined): string => writeReading(format, unit, value ?? Number.NaN);
  const nameOf = ({ fromNs, toNs }: Stretch): string =>
    `${title} ${format.clock(fromNs)}–${format.clock(toNs)}`.replaceAll(':', '.');
  // What is not known is no bar, rather than one of length 0.
  const bars = courses.flatMap(({ line, course }) =>
    course === undefined ? [] : [{ ...line, mean: course.mean }],
  );
  const ticks = axisTicks(
    Math.max(0, ...bars.map(({ mean }) => mean)),
    unit === 'bytes' || unit === 'byte-rate',
  );
  const savePicture = async (): Promise<void> => {
    if (canvas.current === null) return;
    const name = nameOf(stretchNow());
    const legend = lines.map(({ label }) => label).join(' · ');
    const blob = await pictureOf(canvas.current, `${name} – ${legend}`);
    if (blob !== null) saveFile(new Uint8Array(await blob.arrayBuffer()), `${name}.png`);
  };
  const saveTable = (): void => {
    const saved = stretchNow();
    saveCurves(view, lines, saved, nameOf(saved));
  };
  return (
    <Dialog opened onClose={onClose} title={title} closeLabel={t('common.close')} size="xl">
      <div className={layout['stack']}>
        <div className={layout['row-wrap']}>
          <ChartRangePicker />
          <StretchForm />
          <span className={layout['grow']} />
          <SmallButton icon="download" onClick={() => void savePicture()}>
            PNG
          </SmallButton>
          <SmallButton icon="download" onClick={saveTable}>
            {t('charts.csv')}
          </SmallButton>
        </div>
        <div className={layout['row-wrap']}>
          <ChartLegend lines={props.lines} hidden={hidden} onChange={setHidden} />
          <span className={layout['grow']} />
          <span ref={now} className={css['now']} />
        </div>
        <Plot
          label={title}
          view={view}
          lines={lines}
          unit={unit}
          isStacked={props.stacked ?? false}
          height={HEIGHT}
          thresholds={props.thresholds ?? []}
          max={props.max}
          marks={props.marks ?? NO_MARKS}
          onPick={props.onPick}
          now={now}
          canvas={canvas}
        />
        <h3>{t('charts.compared')}</h3>
        <div aria-hidden="true">
          <ResponsiveContainer width="100%" height={30 + 26 * bars.length}>
            <BarChart data={bars} layout="vertical" accessibilityLayer={false} margin={{ right: 24 }}>
              <CartesianGrid horizontal={false} stroke="var(--line)" />
              <XAxis
                type="number"
                domain={[0, ticks.at(-1) ?? 1]}
                ticks={ticks}
                tickFormatter={(value: number) => write(value)}
                tick={TICK}
              />
              <YAxis type="category" dataKey="label" width={110} tick={TICK} tickLine={false} />
              <Bar dataKey="mean" isAnimationActive={false}>
                {bars.map(({ key, color }) => (
                  <Cell key={key} fill={color} />
                ))}
              </Bar>
            </BarChart>
          </ResponsiveContainer>
        </div>
        <ScrollX label={t('charts.compared')}>
          <table className={table['table']} data-testid="compared">
            <thead>
              <tr>
                <th>{t('charts.curve')}</th>
                <th className={table['number']}>{t('charts.least')}</th>
                <th className={table['number']}>{t('charts.mean')}</th>
                <th className={table['number']}>{t('charts.most')}</th>
              </tr>
            </thead>
            <tbody>
              {courses.map(({ line, course }) => (
                <tr key={line.key}>
                  <td>
                    <Swatch color={line.color} /> {line.label}
                  </td>
                  <td className={table['number']}>{write(course?.least)}</td>
                  <td className={table['number']}>{write(course?.mean)}</td>
                  <td className={table['number']}>{write(course?.most)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
        <ValuesTable
          label={t('charts.values')}
          testId="values"
          by={t('clock.virtual')}
          columns={lines}
          rows={few.atNs.map((at, index) => ({
            key: at,
            by: format.clock(at),
            values: lines.map((_, line) => write(few.values[line]?.[index])),
          }))}
        />
      </div>
    </Dialog>
  );
}
