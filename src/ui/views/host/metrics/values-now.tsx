/** Of what a metric is, with its value now, and of a counter the sum since the thing is there. */
import { useTranslation } from 'react-i18next';
import { readingOf } from '#base/catalogue/metrics';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { writeReading } from '../../../parts/chart/reading.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { keyOf, type MeasuredRow, type Moment, nowOf, sumReading } from '../../../parts/samples/rows.ts';

interface Props {
  readonly row: MeasuredRow;
  /** What a row without labels is of. */
  readonly host: string;
  readonly at: number;
  readonly before: Moment | undefined;
}

export function ValuesNow({ row, host, at, before }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = nowOf(row, at, before);
  if (row.values.length === 0) return <p className={texts['quiet']}>{t('metrics.ofNothing')}</p>;
  return (
    <ScrollX label={t('metrics.values')}>
      <table className={table['table']} aria-label={t('metrics.values')} data-testid="metric-values">
        <thead>
          <tr>
            <th>{t('metrics.column.of')}</th>
            <th className={table['number']}>{t('metrics.column.now')}</th>
            {row.kind === 'counter' ? <th className={table['number']}>{t('metrics.column.sum')}</th> : null}
          </tr>
        </thead>
        <tbody>
          {row.values.map((each, index) => (
            <tr key={keyOf(each)}>
              <td className={table['line']}>
                {Object.entries(each.labels)
                  .map(([name, value]) => `${t(`metrics.label.${name}`)} ${value}`)
                  .join(', ') || host}
              </td>
              <td className={table['number']}>
                {writeReading(format, readingOf(row), now[index] ?? Number.NaN)}
              </td>
              {row.kind === 'counter' ? (
                <td className={table['number']}>{writeReading(format, sumReading(row), each.value)}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
