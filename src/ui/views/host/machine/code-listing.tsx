/**
 * The instructions of a page as a table: heat, breakpoints, the current one. Only rows on the screen are there; the keyboard
 * moves a cursor, and a screen reader hears which row of how many it is on.
 */
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Hex64 } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useMedia } from '../../../kit/media.ts';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import css from './code-listing.module.css';
import { type CodeRow, halvesOf, lineFrom, rowAt, targetText, visibleRows, wordsOf } from './code-rows.ts';

/** Of a row, in pixels: for a mouse, and for fingers (WCAG 2.5.8). */
const ROW_HEIGHT = { fine: 22, coarse: 32 } as const;
/** Less is not told apart in figures. */
const LEAST_SHARE = 0.001;
/** A phone shows the first four and heat: more in a row without content would make columns there. */
const PHONE_COLUMNS = 4;
const COLUMNS = ['breakpoint', 'address', 'bytes', 'instruction', 'heat', 'code', 'run'] as const;

export interface CodeActions {
  readonly toggle: (address: Hex64) => void;
  readonly runTo: (address: Hex64) => void;
  readonly go: (address: Hex64) => void;
}

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

interface RowProps {
  readonly row: CodeRow;
  readonly index: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly hasStop: boolean;
  readonly isSelected: boolean;
  readonly actions: CodeActions;
}

function idOf(index: number): string {
  return `code-row-${index}`;
}

function Heat({ row }: { readonly row: CodeRow & { readonly kind: 'line' } }) {
  const format = useFormat();
  if (row.line.samples === 0) return null;
  return (
    <>
      <span className={css['bar']} style={{ width: `${Math.max(3, row.heat * 100)}%` }} />
      <span className={css['share']}>
        {row.share < LEAST_SHARE ? `< ${format.percent(LEAST_SHARE)}` : format.percent(row.share)}
      </span>
    </>
  );
}

const Row = memo(function Row({ row, index, height, isCurrent, hasStop, isSelected, actions }: RowProps) {
  const { t } = useTranslation();
  // The first row of the grid is its head.
  const place = { id: idOf(index), 'aria-rowindex': index + 2, style: { height } };
  if (row.kind === 'label')
    return (
      <tr {...place} className={css['label']}>
        <td colSpan={PHONE_COLUMNS}>{row.name}:</td>
      </tr>
    );
  const { line, address } = row;
  const { mnemonic, operands } = wordsOf(line);
  const { upper, lower } = halvesOf(address);
  const { target } = line;
  const state = line.translated ? 'translated' : line.executed ? 'interpreted' : 'never';
  return (
    <tr
      {...place}
      aria-selected={isSelected}
      aria-current={isCurrent ? 'true' : undefined}
      data-address={address}
      data-state={state}
    >
      <td className={css['breakpoint']}>
        <button
          type="button"
          tabIndex={-1}
          aria-pressed={hasStop}
          aria-label={t('machine.breakpointAt', { address: groupedHex(address) })}
          onClick={() => actions.toggle(address)}
        />
      </td>
      <td className={`${texts['mono']} ${css['address']}`}>
        {isCurrent ? (
          <span className={css['here']} role="img" aria-label={t('machine.here')} title={t('machine.here')}>
            <Icon name="right" size={12} />
          </span>
        ) : null}
        <span className={css['upper']}>{upper}</span>
        {lower}
      </td>
      <td className={`${texts['mono']} ${css['bytes']}`}>{line.bytes}</td>
      <td className={`${texts['mono']} ${css['instruction']}`}>
        <b>{mnemonic}</b> {operands}{' '}
        {target === undefined ? null : (
          <button
            type="button"
            className={`${texts['link']} ${texts['mono']}`}
            tabIndex={-1}
            title={t('machine.goTo', { address: groupedHex(target) })}
            onClick={() => actions.go(target)}
          >
            {targetText(line)}
          </button>
        )}
      </td>
      <td className={css['heat']} title={t('source.heat')}>
        <Heat row={row} />
      </td>
      <td className={css['code']} title={t(`machine.codeHint.${state}`)}>
        {t(`machine.code.${state}`)}
      </td>
      <td className={css['run']}>
        <button
          type="button"
          tabIndex={-1}
          aria-label={t('machine.runTo', { address: groupedHex(address) })}
          title={t('machine.runToHere')}
          onClick={() => actions.runTo(address)}
        >
          <Icon name="play" size={12} />
        </button>
      </td>
    </tr>
  );
});

/** Stands for the rows that are not on the screen. */
function Gap({ height }: { readonly height: number }) {
  return height === 0 ? null : (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row of nothing has no focus
    <tr aria-hidden="true" style={{ height }}>
      <td colSpan={PHONE_COLUMNS} />
    </tr>
  );
}

export function CodeListing({ rows, pc, stops, cursor, onCursor, shown, reveal, actions }: ListingProps) {
  const { t } = useTranslation();
  const coarse = useMedia('(pointer: coarse)');
  const height = coarse ? ROW_HEIGHT.coarse : ROW_HEIGHT.fine;
  const scroller = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 60 });

  const look = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const next = visibleRows(element.scrollTop, element.clientHeight, height, rows.length);
    setRange((last) => (last.from === next.from && last.to === next.to ? last : next));
  };
  const latestLook = useRef(look);
  latestLook.current = look;
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => latestLook.current());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows, another look
  useLayoutEffect(() => latestLook.current(), [rows.length, height]);

  /** Brings a row onto the screen; into its middle where it was not there. */
  const bring = (index: number, isNear: boolean): void => {
    const element = scroller.current;
    if (element === null || index < 0) return;
    const head = element.querySelector('thead')?.clientHeight ?? 0;
    const room = element.clientHeight - head;
    const top = index * height;
    const isAbove = top < element.scrollTop;
    const isBelow = top + height > element.scrollTop + room;
    if (!isAbove && !isBelow) return;
    if (isNear) element.scrollTop = isAbove ? top : top + height - room;
    else element.scrollTop = Math.max(0, top - room / 3);
    look();
  };
  const shownIndex = shown === null ? -1 : rowAt(rows, shown);
  const first = rows[0]?.address;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever what is to be seen is elsewhere, or a person asks again
  useLayoutEffect(() => bring(shownIndex, false), [shownIndex, first, reveal]);

  const cursorIndex = cursor === null ? -1 : rowAt(rows, cursor);
  const move = (by: number): void => {
    const next = lineFrom(rows, cursorIndex < 0 ? (by < 0 ? rows.length : -1) : cursorIndex, by);
    const row = rows[next];
    if (row === undefined) return;
    onCursor(row.address);
    bring(next, true);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2);
    const row = rows[cursorIndex];
    const line = row?.kind === 'line' ? row.line : undefined;
    switch (event.key) {
      case 'ArrowDown':
        move(1);
        break;
      case 'ArrowUp':
        move(-1);
        break;
      case 'PageDown':
        move(pageRows);
        break;
      case 'PageUp':
        move(-pageRows);
        break;
      case 'Home':
        move(-rows.length);
        break;
      case 'End':
        move(rows.length);
        break;
      case ' ':
        if (line !== undefined) actions.toggle(line.address);
        break;
      case 'Enter':
        if (line !== undefined) actions.runTo(line.address);
        break;
      case 'ArrowRight':
        if (line?.target !== undefined) actions.go(line.target);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    const address = row?.dataset['address'];
    if (address !== undefined) onCursor(address);
  };
  const { from } = range;
  const to = Math.min(range.to, rows.length);
  const isCursorThere = cursorIndex >= from && cursorIndex < to;
  const last = halvesOf(rows.at(-1)?.address ?? '0x0');
  return (
    <div ref={scroller} className={css['listing']} onScroll={look}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with a cursor is a grid (WAI-ARIA 1.2)
        role="grid"
        className={css['table']}
        aria-label={t('machine.listing')}
        aria-describedby="code-keys"
        aria-rowcount={rows.length + 1}
        tabIndex={0}
        aria-activedescendant={isCursorThere ? idOf(cursorIndex) : undefined}
        data-testid="listing"
        style={{ '--upper': `${last.upper.length}ch`, '--lower': `${last.lower.length}ch` } as CSSProperties}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
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
        <tbody>
          <Gap height={from * height} />
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
          <Gap height={(rows.length - to) * height} />
        </tbody>
      </table>
    </div>
  );
}
