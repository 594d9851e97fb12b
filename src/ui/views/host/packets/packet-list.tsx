/** Packets as a list of which only what is on the screen is there; the keyboard moves through it. */
import { type CSSProperties, type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import longTable from '../../../kit/long-table.module.css';
import { Gap, useRowHeight } from '../../../kit/long-table.tsx';
import texts from '../../../kit/texts.module.css';
import { useRowWindow } from '../../../kit/use-row-window.ts';
import { protocolColor } from '../../../parts/protocol-color.ts';
import { timeText } from '../../../parts/time-text.ts';
import type { PacketRow } from './packet-rows.ts';
import css from './packets.module.css';
import { pointText } from './point-text.ts';

const COLUMNS = ['number', 'time', 'port', 'source', 'destination', 'protocol', 'length', 'info'] as const;

interface Props {
  readonly rows: readonly PacketRow[];
  readonly chosen: PacketRow | undefined;
  readonly onChoose: (row: PacketRow) => void;
}

const idOf = (row: PacketRow): string => `packet-${row.seen.serial}`;

export function PacketList({ rows, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const height = useRowHeight();
  const { scroller, from, to, look, bring, page } = useRowWindow(rows.length, height);
  const at = chosen === undefined ? -1 : rows.indexOf(chosen);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is chosen
  useLayoutEffect(() => bring(at, true), [chosen]);
  // Who looks at the end sees what comes, unless a packet was chosen.
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there are more
  useLayoutEffect(() => {
    if (isAtEnd.current && chosen === undefined) bring(rows.length - 1, true);
  }, [rows.length]);
  const onScroll = (): void => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {};
    isAtEnd.current = scrollTop + clientHeight >= scrollHeight - height;
    look();
  };
  const onKey = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ...{
        ArrowDown: 1,
        ArrowUp: -1,
        PageDown: page(),
        PageUp: -page(),
        Home: -rows.length,
        End: rows.length,
      },
    };
    const by = steps[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(rows.length - 1, (at < 0 && by > 0 ? -1 : at) + by))];
    if (next !== undefined) onChoose(next);
  };
  const onClick = ({ target }: MouseEvent): void => {
    const index = target instanceof Element ? target.closest('tr')?.getAttribute('data-index') : null;
    const row = index === null || index === undefined ? undefined : rows[Number(index)];
    if (row !== undefined) onChoose(row);
  };
  return (
    <div ref={scroller} className={`${longTable['scroller']} ${css['list']}`} onScroll={onScroll}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with a cursor is a grid (WAI-ARIA 1.2)
        role="grid"
        className={`${longTable['table']} ${css['table']}`}
        aria-label={t('packets.list')}
        aria-rowcount={rows.length + 1}
        tabIndex={0}
        aria-activedescendant={at >= from && at < to && chosen !== undefined ? idOf(chosen) : undefined}
        data-testid="packets"
        onKeyDown={onKey}
        onClick={onClick}
      >
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <th key={column} scope="col" className={css[column]}>
                {t(`packets.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap height={from * height} columns={COLUMNS.length} />
          {rows.slice(from, to).map((row, index) => {
            const { seen, summary } = row;
            return (
              <tr
                key={seen.serial}
                id={idOf(row)}
                style={{ height, '--protocol': protocolColor(summary.protocol) } as CSSProperties}
                aria-rowindex={from + index + 2}
                aria-selected={row === chosen}
                data-index={from + index}
                data-weight={row.weight}
                data-dropped={seen.point === 'dropped' || undefined}
              >
                <td className={css['number']}>{seen.serial}</td>
                <td className={`${css['time']} ${texts['mono']}`}>{timeText(seen.at)}</td>
                <td className={css['port']} title={pointText(t, seen)}>
                  {seen.portName} <span aria-hidden="true">{ARROWS[seen.point ?? 'decided']}</span>
                  <span className={texts['sr-only']}>{pointText(t, seen)}</span>
                </td>
                <td className={`${css['source']} ${texts['mono']}`}>{summary.source}</td>
                <td className={`${css['destination']} ${texts['mono']}`}>{summary.destination}</td>
                <td className={css['protocol']}>{summary.protocol}</td>
                <td className={css['length']}>{seen.length}</td>
                <td className={css['info']} title={summary.info}>
                  {seen.point === 'dropped' ? `✕ ${pointText(t, seen)} · ` : ''}
                  {seen.domain === undefined || seen.domain === 0 ? '' : `VLAN ${seen.domain} · `}
                  {summary.info}
                </td>
              </tr>
            );
          })}
          <Gap height={(rows.length - to) * height} columns={COLUMNS.length} />
        </tbody>
      </table>
    </div>
  );
}

const ARROWS: Readonly<Record<string, string>> = { accepted: '→', delivered: '←', dropped: '✕' };
