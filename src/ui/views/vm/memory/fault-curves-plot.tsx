/** Faults of each policy by the number of frames, as curves. They stand still, so that Recharts draws them. */
import { useTranslation } from 'react-i18next';
import { CartesianGrid, Line, LineChart, ReferenceDot, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import type { AnswerOf } from '#bridge/protocol/answers';
import { useFormat } from '../../../parts/lab.tsx';
import { isOnPlot } from './live-dot.ts';
import { policyColor } from './policy-color.ts';

const HEIGHT = 260;
const TICK = { fontSize: 11, fill: 'var(--quiet)' } as const;

export default function FaultCurvesPlot({ curves: answer }: { readonly curves: AnswerOf<'fault-curves'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { frames, curves, live, pages } = answer;
  const rows = frames.map((count, at) => ({
    frames: count,
    ...Object.fromEntries(curves.map(({ policy, faults }) => [policy, (faults[at] ?? 0) - pages])),
  }));
  // Who does not see it has the table below.
  return (
    <div aria-hidden="true">
      <ResponsiveContainer width="100%" height={HEIGHT}>
        <LineChart data={rows} accessibilityLayer={false} margin={{ top: 8, right: 16, bottom: 16, left: 8 }}>
          <CartesianGrid stroke="var(--line)" />
          <XAxis
            dataKey="frames"
            type="number"
            domain={[0, 'dataMax']}
            tick={TICK}
            stroke="var(--line)"
            label={{ value: t('faultCurves.frames'), position: 'insideBottom', offset: -8, ...TICK }}
          />
          <YAxis
            tick={TICK}
            stroke="var(--line)"
            width={64}
            tickFormatter={(value: number) => format.count(value)}
          />
          {curves.map(({ policy }, index) => (
            <Line
              key={policy}
              dataKey={policy}
              stroke={policyColor(policy, index)}
              strokeWidth={policy === 'optimal' ? 3 : 1.5}
              dot={false}
              isAnimationActive={false}
            />
          ))}
          {!isOnPlot(answer) ? null : (
            <ReferenceDot
              x={live.frames}
              y={live.faults}
              r={5}
              fill="var(--red)"
              stroke="var(--panel)"
              ifOverflow="extendDomain"
            />
          )}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
