/** The frame list of the allocator itself, page by page, with the totals: the map in words. */
import { ActionIcon, NativeSelect } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FRAME_STATES, type FrameStateId } from '#base/catalogue/frame-states';
import { type FrameOwner, frameOwnerByte, frameOwnerOf } from '#base/views';
import type { FrameQuery, HostDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { FIRST_FRAME } from '../../../parts/frame-map/frame-map.ts';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { BEGINNING, pagesBefore, pagesTo, ROWS } from './frame-pages.ts';
import { FrameRows, type RowOrder, USUAL_ORDER } from './frame-rows.tsx';
import css from './frame-table.module.css';
import { useOwnerName } from './owner-name.ts';

const ALL = 'all';
/** What the hypervisor has of the host's RAM: page tables, each charged to its VM. */
const HYPERVISOR = String(frameOwnerByte('hypervisor'));
const OF_HYPERVISOR: FrameStateId = 'page-table';

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  /** The frame that is chosen, as owner and state are now. */
  readonly cursor: number | undefined;
  readonly chosen: { readonly owner: FrameOwner; readonly state: FrameStateId } | undefined;
  readonly onPick: (spfn: number) => void;
}

export function FrameTable({ index, host, cursor, chosen, onPick }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const ownerName = useOwnerName(host);
  const [owner, setOwner] = useState(ALL);
  const [state, setState] = useState(ALL);
  const [starts, setStarts] = useState(BEGINNING);
  const [order, chooseOrder] = useState(USUAL_ORDER);
  // In the order of their numbers a page begins with a frame; in another one with a place in the order.
  const isUsual = order.by === 'frame' && !order.descending;
  const first = starts.at(-1) ?? 0;
  const wantedState = owner === HYPERVISOR ? OF_HYPERVISOR : state;
  const query: FrameQuery = {
    ...(isUsual ? { from: first } : { from: 0, skip: first, order: order.by, descending: order.descending }),
    count: ROWS,
    ...(owner === ALL || owner === HYPERVISOR ? {} : { owner: frameOwnerOf(Number(owner)) }),
    ...(wantedState === ALL ? {} : { state: wantedState as FrameStateId }),
  };
  const { value, error, at } = useAnswer(() => client.ask(index, 'frames', query), 1000, [
    ...[index, first, owner, state, order],
  ]);
  const owners: readonly FrameOwner[] = ['free', 'hypervisor', ...host.vms.map((vm) => vm.slot)];
  const rows = value?.rows ?? [];
  const restart = (): void => setStarts(BEGINNING);
  const back = pagesBefore(starts, isUsual ? FIRST_FRAME : 0);
  const setOrder = (next: RowOrder): void => {
    chooseOrder(next);
    restart();
  };

  // The table goes where a frame is chosen on the map; what would hide it is chosen no more.
  const latest = useRef({ query, chosen, rows });
  latest.current = { query, chosen, rows };
  useEffect(() => {
    const { query, chosen, rows } = latest.current;
    if (cursor === undefined || rows.some(({ spfn }) => spfn === cursor)) return;
    const hasOwner = query.owner === undefined || query.owner === chosen?.owner;
    const hasState = query.state === undefined || query.state === chosen?.state;
    const isHidden = !(hasOwner && hasState);
    if (isHidden) {
      setOwner(ALL);
      setState(ALL);
    }
    const isFiltered = query.owner !== undefined || query.state !== undefined;
    chooseOrder(USUAL_ORDER);
    setStarts(pagesTo(cursor, FIRST_FRAME, isFiltered && !isHidden));
  }, [cursor]);
  const last = rows.at(-1);
  return (
    <div className={css['tables']}>
      <div className={layout['stack']}>
        <div className={layout['row-wrap']}>
          <NativeSelect
            aria-label={t('frames.owner')}
            value={owner}
            onChange={(event) => {
              setOwner(event.currentTarget.value);
              restart();
            }}
            data={[
              { value: ALL, label: t('frames.allOwners') },
              ...owners.map((candidate) => ({
                value: String(frameOwnerByte(candidate)),
                label: ownerName(candidate),
              })),
            ]}
          />
          <NativeSelect
            aria-label={t('frames.state')}
            value={wantedState}
            disabled={owner === HYPERVISOR}
            onChange={(event) => {
              setState(event.currentTarget.value);
              restart();
            }}
            data={[
              { value: ALL, label: t('frames.allStates') },
              ...FRAME_STATES.map(({ id }) => ({ value: id, label: t(`frameState.${id}`) })),
            ]}
          />
          <span className={texts['quiet']}>
            {t('frames.matching', { count: value?.total ?? 0, number: format.integer(value?.total ?? 0) })}
          </span>
          <span className={layout['grow']} />
          <ActionIcon
            variant="default"
            aria-label={t('frames.previous')}
            disabled={back === undefined}
            onClick={() => back !== undefined && setStarts(back)}
          >
            <Icon name="left" size={14} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={t('frames.next')}
            disabled={rows.length < ROWS || last === undefined}
            onClick={() =>
              last !== undefined && setStarts([...starts, isUsual ? last.spfn + 1 : first + ROWS])
            }
          >
            <Icon name="right" size={14} />
          </ActionIcon>
        </div>
        <ErrorAlert error={error} />
        <ScrollX label={t('frames.title')}>
          <FrameRows {...{ rows, cursor, ownerName, onPick, order }} onOrder={setOrder} />
        </ScrollX>
      </div>
      <div>
        <ScrollX label={t('frames.totals')}>
          <table className={table['table']} aria-label={t('frames.totals')}>
            <thead>
              <tr>
                <th>{t('frames.owner')}</th>
                <th>{t('frames.state')}</th>
                <th className={table['number']}>{t('frames.count')}</th>
                <th className={table['number']}>{t('frames.size')}</th>
              </tr>
            </thead>
            <tbody>
              {value?.totals.map((total) => (
                <tr key={`${total.owner} ${total.state}`}>
                  <td>
                    <OwnerSwatch owner={total.owner} /> {ownerName(total.owner)}
                  </td>
                  <td>{t(`frameState.${total.state}`)}</td>
                  <td className={table['number']}>{format.integer(total.count)}</td>
                  <td className={table['number']}>{format.bytes(total.count * 4096)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
        <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
      </div>
    </div>
  );
}
