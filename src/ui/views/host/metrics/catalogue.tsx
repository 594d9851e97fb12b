/** All that the host measures, a row for each metric; the one that is chosen is charted above. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readingOf } from '#base/catalogue/metrics';
import { languageNow } from '../../../i18n/language.ts';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SearchField } from '../../../kit/search-field.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { writeReading } from '../../../parts/chart/reading.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { found, isKept, type MeasuredRow, type Moment, nowOf } from '../../../parts/samples/rows.ts';
import css from './metrics.module.css';

interface Props {
  readonly rows: readonly MeasuredRow[];
  readonly at: number;
  readonly before: Moment | undefined;
  /** Its id. */
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

export function Catalogue({ rows, at, before, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [sought, setSought] = useState('');
  const language = languageNow();
  const shown = found(rows, sought);
  /** Of several things, from the least to the most. */
  const now = (row: MeasuredRow): string => {
    const known = nowOf(row, at, before).filter((value) => !Number.isNaN(value));
    if (known.length === 0) return '–';
    const [least, most] = [Math.min(...known), Math.max(...known)].map((value) =>
      writeReading(format, readingOf(row), value),
    );
    return least === most ? (least ?? '') : t('metrics.fromTo', { least, most });
  };
  return (
    <section className={layout['card']}>
      <header className={layout['row-wrap']}>
        <h3>{t('metrics.catalogue')}</h3>
        <span className={texts['quiet']} role="status">
          {t('metrics.shown', { shown: shown.length, count: rows.length })}
        </span>
        <span className={layout['grow']} />
        <SearchField label={t('metrics.find')} value={sought} onChange={setSought} />
      </header>
      <ScrollX label={t('metrics.catalogue')}>
        <table className={table['table']} data-testid="metric-catalogue">
          <thead>
            <tr>
              <th>{t('metrics.column.metric')}</th>
              <th>{t('metrics.column.of')}</th>
              <th>{t('metrics.column.unit')}</th>
              <th className={table['number']}>{t('metrics.column.things')}</th>
              <th className={table['number']} title={t('metrics.nowHint')}>
                {t('metrics.column.now')}
              </th>
              <th>{t('metrics.column.meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.id} aria-current={row.id === chosen}>
                <td className={table['line']}>
                  <button
                    type="button"
                    className={texts['link']}
                    title={row.name}
                    onClick={() => onChoose(row.id)}
                  >
                    {row.title[language]}
                  </button>
                  {isKept(row) ? (
                    <span className={css['charted']} title={t('metrics.charted')}>
                      <Icon name="chart" size={12} />
                    </span>
                  ) : null}
                </td>
                <td className={table['line']}>{t(`metrics.scope.${row.scope}`)}</td>
                <td className={table['line']}>{t(`metrics.reading.${readingOf(row)}`)}</td>
                <td className={table['number']}>{format.integer(row.values.length)}</td>
                <td className={table['number']}>{now(row)}</td>
                <td className={css['meaning']}>{row.meaning[language]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
