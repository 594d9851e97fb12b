/** How long requests took, by doubling: a row for each class, a bar for each of those who are held against each other and have any there. */
import { useTranslation } from 'react-i18next';
import texts from '../../kit/texts.module.css';
import { useFormat } from '../lab.tsx';
import css from './latency-histogram.module.css';

export interface LatencySeries {
  readonly name: string;
  readonly color: string;
  /** Counts by class: `below` is where it ends, in nanoseconds. */
  readonly histogram: readonly { readonly below: number; readonly count: number }[];
}

interface Props {
  readonly series: readonly LatencySeries[];
  /** What took so long, where it is not requests. */
  readonly label?: string;
}

export function LatencyHistogram({ series, label: given }: Props) {
  const { t } = useTranslation();
  const label = given ?? t('storage.latency');
  const format = useFormat();
  const classes = [...new Set(series.flatMap(({ histogram }) => histogram.map(({ below }) => below)))];
  if (classes.length === 0) return <p className={texts['quiet']}>{t('storage.noLatency')}</p>;
  const used = series.filter(({ histogram }) => histogram.length > 0);
  return (
    <section className={css['histogram']} aria-label={label} data-testid="latencies">
      <h4>{label}</h4>
      {classes
        .sort((a, b) => a - b)
        .map((below) => (
          <div key={below} className={css['row']}>
            <span className={css['class']}>{t('storage.below', { time: format.duration(below) })}</span>
            <span className={css['bars']}>
              {used.map(({ name, color, histogram }) => {
                const total = histogram.reduce((sum, each) => sum + each.count, 0);
                const count = histogram.find((each) => each.below === below)?.count ?? 0;
                if (count === 0) return null;
                const said = t('storage.countOf', { name, count, share: format.share(count / total) });
                return (
                  <span key={name} className={css['bar']} title={said}>
                    <i style={{ inlineSize: `${(100 * count) / total}%`, background: color }} />
                    <span className={css['count']}>{format.integer(count)}</span>
                  </span>
                );
              })}
            </span>
          </div>
        ))}
    </section>
  );
}
