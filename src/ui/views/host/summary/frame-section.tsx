/** The frame map with its legend, the frame under the cursor, and the table that says the same. */
import { SegmentedControl } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { FRAME_STATES, type FramePattern } from '#base/catalogue/frame-states';
import { frameOwnerOf, type ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import { FrameCanvas } from './frame-canvas.tsx';
import { FIRST_FRAME } from './frame-map.ts';
import css from './frame-section.module.css';
import { FrameTable } from './frame-table.tsx';
import { useOwnerName } from './owner-name.ts';

/** States that are seen by a pattern. */
const DRAWN_STATES = FRAME_STATES.filter(({ pattern }) => (pattern as FramePattern) !== 'plain');

const ZOOMS = [0, 4, 8, 12] as const;

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly view: ViewReader;
  /** Frame number (SPA ≫ 12) that the address names. */
  readonly askedFrame: number | undefined;
}

function Legend({ host }: { readonly host: HostDescription }) {
  const { t } = useTranslation();
  return (
    <div className={legend['legend']} data-testid="owners">
      {host.vms.map((vm) => (
        <span key={vm.slot} className={legend['item']}>
          <OwnerSwatch owner={vm.slot} />
          <span className={`${texts['name']} ${legend['name']}`} title={vm.spec.name}>
            {vm.spec.name}
          </span>
        </span>
      ))}
      <span className={legend['item']}>
        <OwnerSwatch owner="hypervisor" />
        {t('owner.hypervisor')}
      </span>
      <span className={legend['item']}>
        <OwnerSwatch owner="free" />
        {t('owner.free')}
      </span>
      <span className={css['gap']} />
      {DRAWN_STATES.map(({ id, pattern }) => (
        <span key={id} className={legend['item']}>
          <span className={css['pattern']} data-pattern={pattern} />
          {t(`frameState.${id}`)}
        </span>
      ))}
    </div>
  );
}

/** Browsers refuse addresses that change with every repeat of a key. */
const ADDRESS_AFTER_MS = 150;

/** The frame that is chosen, counted from the first one of RAM: the address names it, and follows when it has come to rest. */
function useCursor(index: number, frames: number, asked: number | undefined) {
  const [cursor, setCursor] = useState(asked);
  const named = useRef(asked);
  useEffect(() => {
    if (asked === named.current) return;
    named.current = asked;
    setCursor(asked);
  }, [asked]);
  useEffect(() => {
    if (cursor === named.current || cursor === undefined) return;
    const timer = setTimeout(() => {
      named.current = cursor;
      const frame = `0x${cursor.toString(16)}`;
      useChoices.getState().go(hostRoute(index, 'summary', { frame }), 'replace');
    }, ADDRESS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [cursor, index]);
  const place = cursor === undefined ? -1 : cursor - FIRST_FRAME;
  return [
    place >= 0 && place < frames ? place : undefined,
    (next: number) => setCursor(next + FIRST_FRAME),
  ] as const;
}

export function FrameSection({ index, host, view, askedFrame }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const ownerName = useOwnerName(host);
  const [zoom, setZoom] = useState<number>(0);
  const [cursor, setCursor] = useCursor(index, view.layout.frames, askedFrame);
  const spfn = cursor === undefined ? undefined : cursor + FIRST_FRAME;
  const detail = useAnswer(
    () => client.ask(index, 'frames', { from: spfn ?? 0, count: spfn === undefined ? 0 : 1 }),
    1000,
    [index, spfn],
  );
  const tables = (detail.value?.totals ?? []).reduce(
    (sum, { state, count }) => (state === 'page-table' ? sum + count : sum),
    0,
  );
  const row = detail.value?.rows.find((candidate) => candidate.spfn === spfn);
  const name = (frame: number): string => `0x${(frame + FIRST_FRAME).toString(16)}`;
  return (
    <section className={layout['card']}>
      <header className={layout['row-wrap']}>
        <h3>{t('frames.title')}</h3>
        <span className={layout['grow']} />
        <SegmentedControl
          size="xs"
          aria-label={t('frames.zoom')}
          value={String(zoom)}
          onChange={(value) => setZoom(Number(value))}
          data={ZOOMS.map((size) => ({
            value: String(size),
            label: size === 0 ? t('frames.fit') : `${size} px`,
          }))}
        />
      </header>
      <Legend host={host} />
      <p className={texts['quiet']} data-testid="hypervisor-frames">
        {t('frames.ofHypervisor', {
          count: tables,
          number: format.integer(tables),
          size: format.bytes(tables * PAGE_SIZE),
        })}
      </p>
      <FrameCanvas
        view={view}
        zoom={zoom}
        cursor={cursor}
        onCursor={setCursor}
        describe={(frame, owner, state) =>
          t('frames.describe', {
            frame: name(frame),
            owner: ownerName(owner),
            state: t(`frameState.${state}`),
          })
        }
      />
      <p className={css['detail']} role="status" data-testid="frame-detail">
        {row === undefined
          ? t('frames.mapHint')
          : t('frames.detail', {
              frame: `0x${row.spfn.toString(16)}`,
              address: `0x${(row.spfn * 4096).toString(16)}`,
              owner: ownerName(row.owner),
              state: t(`frameState.${row.state}`),
            })}
        {row?.mappings.map((mapping) => (
          <span key={`${mapping.vm} ${mapping.gfn}`} className={chip['field']} data-set="">
            {t('frames.mapping', {
              vm: mapping.vm,
              gfn: `0x${mapping.gfn.toString(16)}`,
              permissions: mapping.permissions,
            })}
          </span>
        ))}
      </p>
      <ErrorAlert error={detail.error} />
      <FrameTable
        index={index}
        host={host}
        cursor={spfn}
        chosen={
          cursor === undefined
            ? undefined
            : {
                owner: frameOwnerOf(view.owners[cursor] ?? 0),
                state: FRAME_STATES[view.states[cursor] ?? 0]?.id ?? 'free',
              }
        }
        onPick={(frame) => setCursor(frame - FIRST_FRAME)}
      />
    </section>
  );
}
