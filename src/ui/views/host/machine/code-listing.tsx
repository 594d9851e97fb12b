/**
 * The instructions of a page as a table: heat, breakpoints, the current one. Only rows on the screen are there; the keyboard
 * moves a cursor, and a screen reader hears which row of how many it is on.
 */
import { type CSSProperties, type KeyboardEvent, type MouseEvent, memo, useLayoutEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hex64 } from '#bridge/protocol/answers';
import longTable from '../../../kit/long-table.module.css';
import { Gap, useRowHeight } from '../../../kit/long-table.tsx';
import texts from '../../../kit/texts.module.css';
import { type RowWindow, useRowWindow } from '../../../kit/use-row-window.ts';
import css from './code-listing.module.css';
import { type CodeActions, idOf, PHONE_COLUMNS, Row } from './code-row.tsx';
import { type CodeRow, halvesOf, lineFrom, rowAt } from './code-rows.ts';

const COLUMNS = ['breakpoint', 'address', 'bytes', 'instruction', 'heat', 'code', 'run'] as const;

interface ListingProps {
  readonly rows: readonly CodeRow[];
  readonly pc: Hex64;
  readonly stops: ReadonlySet<Hex64>;
  readonly cursor: Hex64 | null;
  readonly onCursor: (address: Hex64) => void;
  /** This row is brought onto the screen whenever it is another one, or `reveal` has changed. */
  readonly shown: Hex64 | null;
  readonly reveal: number;
  readonly actions: CodeActions;
}

function Head() {
  const { t } = useTranslation();
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <th key={column} scope="col" className={css[column]}>
            {column === 'breakpoint' || column === 'run' ? (
              <span className={texts['sr-only']}>{t(`machine.column.${column}`)}</span>
            ) : (
              t(`machine.column.${column}`)
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** What the keys do with the cursor and the line under it; true for a key that does something. */
function useKeys(
  { rows, onCursor, actions }: ListingProps,
  cursorIndex: number,
  { page, bring }: RowWindow,
): (event: KeyboardEvent) => boolean {
  const move = (by: number): void => {
    const next = lineFrom(rows, cursorIndex < 0 ? (by < 0 ? rows.length : -1) : cursorIndex, by);
    const row = rows[next];
    if (row === undefined) return;
    onCursor(row.address);
    bring(next, true);
  };
  const row = rows[cursorIndex];
  const line = row?.kind === 'line' ? row.line : undefined;
  return ({ key, altKey, ctrlKey, metaKey }) => {
    if (altKey || ctrlKey || metaKey) return false;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page(),
      PageUp: -page(),
      Home: -rows.length,
      End: rows.length,
    };
    const by = steps[key];
    if (by !== undefined) move(by);
    else if (key === ' ') line !== undefined && actions.toggle(line.address);
    else if (key === 'Enter') line !== undefined && actions.runTo(line.address);
    else if (key === 'ArrowRight') line?.target !== undefined && actions.go(line.target);
    else return false;
    return true;
  };
}

export const CodeListing = memo(function CodeListing(props: ListingProps) {
  const { rows, pc, stops, cursor, onCursor, shown, reveal, actions } = props;
  const { t } = useTranslation();
  const height = useRowHeight();
  const rowWindow = useRowWindow(rows.length, height);
  const { scroller, from, to, look, bring } = rowWindow;

  const shownIndex = shown === null ? -1 : rowAt(rows, shown);
  const first = rows[0]?.address;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever what is to be seen is elsewhere, or a person asks again
  useLayoutEffect(() => bring(shownIndex, false), [shownIndex, first, reveal]);

  const cursorIndex = cursor === null ? -1 : rowAt(rows, cursor);
  const onKey = useKeys(props, cursorIndex, rowWindow);
  const onClick = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    const address = row?.dataset['address'];
    if (address !== undefined) onCursor(address);
  };
  const isCursorThere = cursorIndex >= from && cursorIndex < to;
  const last = halvesOf(rows.at(-1)?.address ?? '0x0');
  return (
    <div ref={scroller} className={`${longTable['scroller']} ${css['listing']}`} onScroll={look}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with a cursor is a grid (WAI-ARIA 1.2)
        role="grid"
        className={`${longTable['table']} ${css['table']}`}
        aria-label={t('machine.listing')}
        aria-describedby="code-keys"
        aria-rowcount={rows.length + 1}
        tabIndex={0}
        aria-activedescendant={isCursorThere ? idOf(cursorIndex) : undefined}
        data-testid="listing"
        style={{ '--upper': `${last.upper.length}ch`, '--lower': `${last.lower.length}ch` } as CSSProperties}
        onKeyDown={(event) => {
          if (onKey(event)) event.preventDefault();
        }}
        onClick={onClick}
      >
        <Head />
        <tbody>
          <Gap height={from * height} columns={PHONE_COLUMNS} />
          {rows.slice(from, to).map((row, at) => (
            <Row
              key={row.key}
              row={row}
              index={from + at}
              height={height}
              isCurrent={row.kind === 'line' && row.address === pc}
              hasStop={stops.has(row.address)}
              isSelected={from + at === cursorIndex}
              actions={actions}
            />
          ))}
          <Gap height={(rows.length - to) * height} columns={PHONE_COLUMNS} />
        </tbody>
      </table>
    </div>
  );
});
