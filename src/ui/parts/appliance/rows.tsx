/** Tables of what an appliance keeps, and what it has counted. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import texts from '../../kit/texts.module.css';
import { counterText } from '../engine-names.ts';
import { useFormat } from '../lab.tsx';

/** Rows that are drawn at most: tables of one that is flooded are long. */
const MOST_ROWS = 100;

export interface Column<Row> {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly isMono?: boolean;
  readonly cell: (row: Row) => ReactNode;
}
interface RowsProps<Row> {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** What is said where there are none. */
  readonly none: string;
}

export function Rows<Row>({ id, title, rows, columns, none }: RowsProps<Row>) {
  const { t } = useTranslation();
  const classOf = ({ isNumber, isMono }: Column<Row>): string | undefined =>
    isNumber === true ? table['number'] : isMono === true ? texts['mono'] : undefined;
  return (
    <section aria-label={title} data-testid={id}>
      <h3>{title}</h3>
      {rows.length === 0 ? <p className={texts['quiet']}>{none}</p> : null}
      {rows.length === 0 ? null : (
        <ScrollX label={title}>
          <table className={table['table']}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.title} className={column.isNumber === true ? table['number'] : undefined}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MOST_ROWS).map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of several kinds, of which none has a key of its own, in the order of the answer
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column.title} className={classOf(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {rows.length > MOST_ROWS ? (
        <p className={texts['quiet']}>{t('gateway.more', { count: rows.length - MOST_ROWS })}</p>
      ) : null}
    </section>
  );
}

/** @param id of the kind of appliance */
export function Counters({ id, counted }: { readonly id: string } & Pick<AnswerOf<'gateway'>, 'counted'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = (isDrop: boolean): string =>
    counted
      .filter((row) => row.isDrop === isDrop)
      .map((row) => counterText(format, row))
      .join(' · ');
  return (
    <section aria-label={t('gateway.counters')} data-testid={`${id}-counters`}>
      <h3>{t('gateway.counters')}</h3>
      <p className={texts['quiet']}>{list(false)}</p>
      <h3>{t('gateway.drops')}</h3>
      <p className={texts['quiet']}>{list(true) || t('gateway.none.drops')}</p>
    </section>
  );
}

/** Who has been found at an interface. When a card was heard last, not how long ago: that would be another each time. */
export function Neighbours({ id, neighbours, at }: NeighboursProps) {
  const { t } = useTranslation();
  const { clock, count } = useFormat();
  return (
    <Rows
      id={id}
      title={t('gateway.neighbours')}
      rows={neighbours}
      none={t('gateway.none.neighbours')}
      columns={[
        ...(neighbours.some(({ by }) => by !== undefined)
          ? [{ title: t('router.interface'), isMono: true, cell: ({ by }: NeighbourRow) => by }]
          : []),
        { title: t('gateway.column.address'), isMono: true, cell: ({ address }) => address },
        { title: t('switch.mac'), isMono: true, cell: ({ mac }) => mac ?? '–' },
        {
          title: t('table.state'),
          cell: ({ state, waiting = 0 }) =>
            waiting === 0
              ? t(`router.neighbour.${state}`)
              : t('router.waiting', { state: t(`router.neighbour.${state}`), packets: count(waiting) }),
        },
        {
          title: t('switch.heardAt'),
          isNumber: true,
          cell: ({ ageNs }) => (ageNs === undefined ? '–' : clock(at - ageNs)),
        },
      ]}
    />
  );
}
type NeighbourRow = AnswerOf<'gateway'>['neighbours'][number] & { readonly by?: string };
interface NeighboursProps {
  readonly id: string;
  /** With the interface of each, where there are several. */
  readonly neighbours: readonly NeighbourRow[];
  /** When the answer was true. */
  readonly at: number;
}
