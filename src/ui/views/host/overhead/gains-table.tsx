/** What each optimisation brings: two runs that differ by it, once both are there. */
import { useTranslation } from 'react-i18next';
import { exitNsOf, gainsAmong } from '#base/catalogue/overhead';
import { languageNow } from '../../../i18n/language.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { Run } from './use-overhead.ts';

const exitsOf = ({ exits }: Run): number => exits.reduce((sum, { count }) => sum + count, 0);
const walkedOf = ({ references }: Run): number => references.own + references.host;

export function GainsTable({ runs }: { readonly runs: readonly Run[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const pairs = gainsAmong(runs);
  if (pairs.length === 0) return null;
  const title = t('overhead.gains');
  const duration = (ns: number): string => (ns === 0 ? '–' : format.duration(ns));
  const columns = [
    { id: 'time', of: ({ elapsedNs }: Run) => duration(elapsedNs) },
    { id: 'exitTime', of: (run: Run) => duration(exitNsOf(run.parts)) },
    { id: 'exitCount', of: (run: Run) => format.integer(exitsOf(run)) },
    { id: 'walked', of: (run: Run) => format.integer(walkedOf(run)) },
  ] as const;
  return (
    <section className={layout['card']}>
      <h3>{title}</h3>
      <ScrollX label={title}>
        <table className={table['table']} aria-label={title} data-testid="overhead-gains">
          <thead>
            <tr>
              <th>{t('overhead.gain')}</th>
              {columns.map(({ id }) => (
                <th key={id} className={table['number']} title={t('overhead.gainHint')}>
                  {t(`overhead.${id}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ id, text, before, after }) => (
              <tr key={id}>
                <td className={table['line']}>{text[languageNow()]}</td>
                {columns.map((column) => (
                  <td key={column.id} className={table['number']}>
                    {column.of(before)} → {column.of(after)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
