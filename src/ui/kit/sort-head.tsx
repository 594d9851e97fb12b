/** The head of a column by which a table can be sorted. */
import { Icon } from './icons.tsx';
import css from './sort-head.module.css';
import table from './table.module.css';

interface Props {
  readonly title: string;
  readonly isNumber?: boolean;
  /** How the table is sorted by it now; `none`: it is not. */
  readonly sorted: 'ascending' | 'descending' | 'none';
  readonly onSort: () => void;
}

export function SortHead({ title, isNumber = false, sorted, onSort }: Props) {
  return (
    <th className={isNumber ? table['number'] : undefined} aria-sort={sorted}>
      <button type="button" className={css['sort']} onClick={onSort}>
        {title}
        <span className={css['arrow']} data-shown={sorted !== 'none'} data-up={sorted === 'ascending'}>
          <Icon name="down" size={11} />
        </span>
      </button>
    </th>
  );
}
