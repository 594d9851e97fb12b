/** The numbers behind a drawing, as a table that is folded away until somebody wants it. */
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';

interface Props {
  readonly label: string;
  readonly testId: string;
  /** What the rows are told by. */
  readonly by: string;
  readonly columns: readonly { readonly key: string; readonly label: string }[];
  readonly rows: readonly { readonly key: number; readonly by: string; readonly values: readonly string[] }[];
}

export function ValuesTable({ label, testId, by, columns, rows }: Props) {
  const { t } = useTranslation();
  return (
    <details>
      <summary>{t('charts.values')}</summary>
      <ScrollX label={label}>
        <table className={table['table']} aria-label={label} data-testid={testId}>
          <thead>
            <tr>
              <th className={table['number']}>{by}</th>
              {columns.map((column) => (
                <th key={column.key} className={table['number']}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key}>
                <td className={table['number']}>{row.by}</td>
                {columns.map(({ key }, column) => (
                  <td key={key} className={table['number']}>
                    {row.values[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </details>
  );
}
