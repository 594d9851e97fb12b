/** A chart of metrics over virtual time; the chart library comes with the first one. */
import { lazy, Suspense } from 'react';
import css from './chart.module.css';
import type { MetricChartProps } from './metric-chart.tsx';

const MetricChart = lazy(() => import('./metric-chart.tsx'));

export function Chart(props: MetricChartProps) {
  return (
    <Suspense fallback={<div className={css['chart']} style={{ height: props.height ?? 150 }} />}>
      <MetricChart {...props} />
    </Suspense>
  );
}
