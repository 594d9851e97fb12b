/** What the cards of a host were given, fixed and on demand, by the same figures: reserved, used, left over. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat, useHostAnswer } from '../../../parts/lab.tsx';

type Column = readonly [name: string, value: string, hint?: string];
interface Row {
  readonly switch: string;
  readonly allocation: 'fixed' | 'on-demand';
  readonly columns: readonly Column[];
}

function Compared({ name, rows }: { readonly name: string; readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  const [first] = rows;
  if (first === undefined) return null;
  return (
    <>
      <h4>{name}</h4>
      <ScrollX label={name}>
        <table className={table['table']} aria-label={name}>
          <thead>
            <tr>
              <th>{t('cardAllocation.switch')}</th>
              <th>{t('bandwidth.allocation')}</th>
              {first.columns.map(([column, , hint]) => (
                <th key={column} className={table['number']} title={hint}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.switch} ${row.allocation}`}>
                <td className={texts['mono']}>{row.switch}</td>
                <td>{t(`bandwidth.allocations.${row.allocation}`)}</td>
                {row.columns.map(([column, value]) => (
                  <td key={column} className={table['number']}>
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}

export function AllocationSection({ index }: { readonly index: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const { value } = useHostAnswer(index, 'card-allocation', {}, 500, { card });
  if (value === null) return null;
  return (
    <section ref={card} className={layout['card']} data-testid="card-allocation">
      <h3>{t('cardAllocation.title')}</h3>
      <p className={texts['quiet']}>{t('cardAllocation.about')}</p>
      <Compared
        name={t('cardAllocation.ports')}
        rows={value.ports.map((row) => ({
          ...row,
          columns: [
            [t('cardAllocation.cards'), format.integer(row.cards)],
            [
              t('cardAllocation.reserved'),
              format.integer(row.reserved),
              t('cardAllocation.reservedPortsHint'),
            ],
            [t('cardAllocation.used'), format.integer(row.used), t('cardAllocation.usedPortsHint')],
            [t('cardAllocation.left'), format.integer(row.left), t('cardAllocation.leftPortsHint')],
          ],
        }))}
      />
      <Compared
        name={t('cardAllocation.bandwidth')}
        rows={value.bandwidth.map((row) => ({
          ...row,
          columns: [
            [t('bandwidth.whole'), format.bitRate(row.whole)],
            [t('cardAllocation.reserved'), format.bitRate(row.reserved), t('cardAllocation.reservedHint')],
            [t('cardAllocation.used'), format.bitRate(row.used), t('bandwidth.usedHint')],
            [t('cardAllocation.borrowed'), format.bitRate(row.borrowed), t('bandwidth.borrowedHint')],
            [t('cardAllocation.left'), format.bitRate(row.left), t('cardAllocation.leftHint')],
            [t('cardAllocation.refused'), format.bitRate(row.refused), t('cardAllocation.refusedHint')],
          ],
        }))}
      />
    </section>
  );
}
