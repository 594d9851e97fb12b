/** Rows of the list of frames: what the map says of each, in words, in an order that its heads choose. */
import { useTranslation } from 'react-i18next';
import { ageIn, HEAT_ROUNDS, heatIn, NO_WARMTH } from '#base/catalogue/frame-ages';
import { FRAME_STATE } from '#base/catalogue/frame-states';
import type { FrameOwner } from '#base/views';
import type { AnswerOf, FrameQuery } from '#bridge/protocol/answers';
import { SortHead } from '../../../kit/sort-head.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { accessOf, usedFor } from '../../../parts/frame-map/colouring.ts';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import css from './frame-table.module.css';

type Row = AnswerOf<'frames'>['rows'][number];
type By = NonNullable<FrameQuery['order']>;

export interface RowOrder {
  readonly by: By;
  readonly descending: boolean;
}
export const USUAL_ORDER: RowOrder = { by: 'frame', descending: false };

/** Left to right; of those that nothing is put in order by, none. */
const COLUMNS: readonly { readonly title: string; readonly by?: By; readonly isHighFirst?: boolean }[] = [
  { title: 'frames.frame', by: 'frame' },
  { title: 'frames.address' },
  { title: 'frames.owner', by: 'owner' },
  { title: 'frames.state', by: 'state' },
  { title: 'frames.use', by: 'use', isHighFirst: true },
  { title: 'frames.access' },
  { title: 'frames.age', by: 'age' },
  { title: 'frames.heat', by: 'heat', isHighFirst: true },
  { title: 'frames.mappings', by: 'mappings', isHighFirst: true },
];

interface Props {
  readonly rows: readonly Row[];
  readonly cursor: number | undefined;
  readonly ownerName: (owner: FrameOwner) => string;
  readonly onPick: (spfn: number) => void;
  readonly order: RowOrder;
  readonly onOrder: (order: RowOrder) => void;
}

export function FrameRows({ rows, cursor, ownerName, onPick, order, onOrder }: Props) {
  const { t } = useTranslation();
  return (
    <table className={table['table']} data-testid="frame-table">
      <thead>
        <tr>
          {COLUMNS.map(({ title, by, isHighFirst = false }) =>
            by === undefined ? (
              <th key={title}>{t(title)}</th>
            ) : (
              <SortHead
                key={title}
                title={t(title)}
                sorted={order.by === by ? (order.descending ? 'descending' : 'ascending') : 'none'}
                onSort={() => onOrder({ by, descending: order.by === by ? !order.descending : isHighFirst })}
              />
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.spfn} aria-current={row.spfn === cursor ? 'true' : undefined}>
            <td>
              <button
                type="button"
                className={`${texts['link']} ${texts['mono']}`}
                onClick={() => onPick(row.spfn)}
              >
                0x{row.spfn.toString(16)}
              </button>
            </td>
            <td className={texts['mono']}>0x{(row.spfn * 4096).toString(16)}</td>
            <td className={css['owner']}>
              <OwnerSwatch owner={row.owner} /> {ownerName(row.owner)}
            </td>
            <td>{t(`frameState.${row.state}`)}</td>
            <td>{t(`frames.is.${usedFor(FRAME_STATE[row.state], row.marks)}`)}</td>
            <td>{t(`frames.is.${accessOf(FRAME_STATE[row.state], row.marks)}`)}</td>
            <td>{row.age === NO_WARMTH ? '–' : t(`frames.is.${ageIn(row.age) ?? 'unknown'}`)}</td>
            <td>{row.age === NO_WARMTH ? '–' : `${heatIn(row.age)} / ${HEAT_ROUNDS}`}</td>
            <td className={texts['mono']}>
              {row.mappings
                .map((mapping) => `${mapping.vm} 0x${mapping.gfn.toString(16)} ${mapping.permissions}`)
                .join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
