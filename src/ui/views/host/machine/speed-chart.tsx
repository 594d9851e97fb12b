/** Instructions per second of the last two minutes, those of translated code and interpreted ones on top of each other. */
import { useTranslation } from 'react-i18next';
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { axisTicks } from '../../../kit/axis.ts';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import chart from '../../../parts/chart.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { Speeds } from './figures.ts';
import css from './speed-chart.module.css';

const HEIGHT = 120;
const SPAN_MS = 120_000;
const TICK = { fontSize: 10, fill: 'var(--quiet)' } as const;

export default function SpeedChart({ past }: { readonly past: readonly Speeds[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = past.at(-1)?.wallMs ?? 0;
  const rows = past
    .filter(({ wallMs }) => wallMs > now - SPAN_MS)
    .map(({ wallMs, ...speeds }) => ({ at: (wallMs - now) / 1000, ...speeds }));
  const peak = rows.reduce((most, row) => Math.max(most, row.translated + row.interpreted), 0);
  const ticks = axisTicks(peak, false);
  const lines = [
    { key: 'translated', color: 'var(--accent)' },
    { key: 'interpreted', color: 'var(--amber)' },
  ] as const;
  return (
    <figure className={chart['chart']} title={t('source.instructionsPerSecond')}>
      <figcaption className={css['caption']}>
        <span className={chart['title']}>{t('machine.instructionsPerSecond')}</span>
        {lines.map(({ key, color }) => (
          <span key={key} className={legend['item']}>
            <Swatch color={color} />
            {t(`machine.${key}`)}
          </span>
        ))}
      </figcaption>
      {rows.length < 2 ? (
        <div className={chart['empty']} style={{ height: HEIGHT }}>
          {t('charts.empty')}
        </div>
      ) : (
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <AreaChart data={rows} margin={{ top: 6, right: 6, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis
              dataKey="at"
              type="number"
              domain={[Math.min(-30, rows[0]?.at ?? 0), 0]}
              tickFormatter={(at: number) => `${format.number(at, 0)} s`}
              tick={TICK}
              tickLine={false}
              axisLine={{ stroke: 'var(--line)' }}
              minTickGap={40}
              height={20}
            />
            <YAxis
              domain={[0, ticks.at(-1) ?? 1]}
              ticks={ticks}
              interval={0}
              width={56}
              tickFormatter={(value: number) => format.count(value)}
              tick={TICK}
              tickLine={false}
              axisLine={false}
            />
            {lines.map(({ key, color }) => (
              <Area
                key={key}
                dataKey={key}
                stackId="all"
                stroke="none"
                fill={color}
                fillOpacity={0.75}
                type="linear"
                isAnimationActive={false}
                dot={false}
                activeDot={false}
              />
            ))}
          </AreaChart>
        </ResponsiveContainer>
      )}
    </figure>
  );
}
