/** The frame map with its legend, the frame under the cursor, and the table that says the same. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FRAME_STATES, type FramePattern } from '#base/catalogue/frame-states';
import type { ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { FrameCanvas } from './frame-canvas.tsx';
import css from './frame-section.module.css';
import { FrameTable } from './frame-table.tsx';
import { useOwnerName } from './owner-name.ts';

/** RAM begins here (base/addresses); a frame's number counts from the address 0. */
const FIRST_FRAME = 0x8000_0000 / 4096;

/** States that are seen by a pattern. */
const DRAWN_STATES = FRAME_STATES.filter(({ pattern }) => (pattern as FramePattern) !== 'plain');

const ZOOMS = [0, 4, 8, 12] as const;

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly view: ViewReader;
  /** Frame number (SPA ≫ 12) to show first. */
  readonly initialFrame: number | undefined;
}

function Legend({ host }: { readonly host: HostDescription }) {
  const { t } = useTranslation();
  return (
    <div className={legend['legend']} data-testid="owners">
      {host.vms.map((vm) => (
        <span key={vm.slot} className={legend['item']}>
          <OwnerSwatch owner={vm.slot} />
          {vm.spec.name}
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

export function FrameSection({ index, host, view, initialFrame }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const ownerName = useOwnerName(host);
  const [zoom, setZoom] = useState<number>(0);
  const first = initialFrame === undefined ? undefined : initialFrame - FIRST_FRAME;
  const [cursor, setCursor] = useState<number | undefined>(
    first !== undefined && first >= 0 && first < view.layout.frames ? first : undefined,
  );
  const spfn = cursor === undefined ? undefined : cursor + FIRST_FRAME;
  const detail = useAnswer(
    spfn === undefined ? null : () => client.ask(index, 'frames', { from: spfn, count: 1 }),
    1000,
    [index, spfn],
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
        onPick={(frame) => setCursor(frame - FIRST_FRAME)}
      />
    </section>
  );
}
