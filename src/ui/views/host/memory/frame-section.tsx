/** The frame map with its legend and its past, the frame under the cursor, and the table that says the same. */
import { SegmentedControl } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { FRAME_STATES } from '#base/catalogue/frame-states';
import { frameOwnerOf, type ViewReader } from '#base/views';
import type { HostDescription } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import {
  bytesFor,
  COLOUR_MODES,
  type ColourMode,
  type Frames,
  saidOf,
  tells,
} from '../../../parts/frame-map/colouring.ts';
import { FIRST_FRAME } from '../../../parts/frame-map/frame-map.ts';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import { AccessLogSwitch } from './access-log-switch.tsx';
import { FrameCanvas } from './frame-canvas.tsx';
import { FrameLegend } from './frame-legend.tsx';
import { MappingLinks, Mappings } from './frame-mappings.tsx';
import css from './frame-section.module.css';
import { FrameTable } from './frame-table.tsx';
import { useOwnerName } from './owner-name.ts';
import { SeenInVm } from './seen-in-vm.tsx';
import { TimeScrub } from './time-scrub.tsx';
import { useMapHistory } from './use-map-history.ts';

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly view: ViewReader;
  /** Frame number (SPA ≫ 12) that the address names. */
  readonly askedFrame: number | undefined;
  readonly mode: ColourMode;
}

/** Browsers refuse addresses that change with every repeat of a key. */
const ADDRESS_AFTER_MS = 150;

/** Another frame or other colours are no other place to come back to. */
function goTo(index: number, spfn: number | undefined, mode: ColourMode): void {
  const frame = spfn === undefined ? {} : { frame: `0x${spfn.toString(16)}` };
  const colours = mode === 'owner' ? {} : { colours: mode };
  useChoices.getState().go(hostRoute(index, 'memory', { ...frame, ...colours }), 'replace');
}

/** The frame that is chosen, counted from the first one of RAM: the address names it, and follows when it has come to rest. */
function useCursor(index: number, frames: number, asked: number | undefined, mode: ColourMode) {
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
      goTo(index, cursor, mode);
    }, ADDRESS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [cursor, index, mode]);
  const place = cursor === undefined ? -1 : cursor - FIRST_FRAME;
  return [
    place >= 0 && place < frames ? place : undefined,
    (next: number) => setCursor(next + FIRST_FRAME),
  ] as const;
}

/** Marks of all frames, while colours tell them. */
function useMarks(index: number, isWanted: boolean) {
  const client = useClient();
  const answer = useAnswer(
    isWanted
      ? () => client.ask(index, 'frame-marks', { from: FIRST_FRAME, count: Number.MAX_SAFE_INTEGER })
      : null,
    1000,
    [index, isWanted],
  );
  const { value, error } = answer;
  const version = useRef({ marks: value?.marks, count: 0 });
  if (version.current.marks !== value?.marks)
    version.current = { marks: value?.marks, count: version.current.count + 1 };
  return { marks: value?.marks, ages: value?.ages, error, version: version.current.count };
}

/** Where nothing is noted there are no ages, and the map shows that. */
function agesOr({ marks, ages }: Pick<Frames, 'marks' | 'ages'>, view: ViewReader): Uint8Array | undefined {
  return ages ?? (marks === undefined ? undefined : NO_AGES.of(view.layout.frames));
}
/** The same array for the same number of frames. */
const NO_AGES = {
  last: new Uint8Array(0),
  of(frames: number): Uint8Array {
    if (this.last.length !== frames) this.last = new Uint8Array(frames);
    return this.last;
  },
};

export function FrameSection({ index, host, view, askedFrame, mode }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const ownerName = useOwnerName(host);
  const [cursor, setCursor] = useCursor(index, view.layout.frames, askedFrame, mode);
  const marked = useMarks(index, mode !== 'owner');
  const isMarked = mode !== 'owner';
  const moment = useMapHistory(view, {
    marks: isMarked ? marked.marks : undefined,
    ages: isMarked ? marked.ages : undefined,
  });
  const { past } = moment;
  // Of the past only what was known then can be told.
  const shownMode = past === null || tells(mode, { marks: past.marks, ages: past.ages }) ? mode : 'owner';
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
  const look = (): { readonly frames: Frames; readonly version: string } =>
    past === null
      ? {
          frames: {
            owners: view.owners,
            states: view.states,
            marks: marked.marks,
            ages: agesOr(marked, view),
          },
          version: `${view.framesGeneration()} ${marked.version}`,
        }
      : { frames: { ...past, marks: past.marks, ages: past.ages }, version: `past ${moment.atNs}` };
  const describe = (frame: number): string => {
    const { frames } = look();
    const [owner, state] = [frames.owners[frame] ?? 0, frames.states[frame] ?? 0];
    const word =
      shownMode === 'owner'
        ? t(`frameState.${FRAME_STATES[state]?.id ?? 'free'}`)
        : t(`frames.is.${saidOf(shownMode, state, bytesFor(shownMode, frames)?.[frame] ?? 0)}`);
    const [spfn, who] = [`0x${(frame + FIRST_FRAME).toString(16)}`, ownerName(frameOwnerOf(owner))];
    return t('frames.describe', { frame: spfn, owner: who, state: word });
  };
  return (
    <section className={layout['card']}>
      <header className={layout['row-wrap']}>
        <h3>{t('frames.title')}</h3>
        <span className={layout['grow']} />
        <SegmentedControl
          size="xs"
          aria-label={t('frames.colours')}
          value={shownMode}
          onChange={(next) => goTo(index, spfn, COLOUR_MODES.find((each) => each === next) ?? 'owner')}
          data={COLOUR_MODES.map((value) => ({
            ...{ value, label: t(`frames.by.${value}`) },
            disabled: past !== null && !tells(value, { marks: past.marks, ages: past.ages }),
          }))}
        />
      </header>
      <FrameLegend host={host} mode={shownMode} />
      <p className={texts['quiet']} data-testid="hypervisor-frames">
        {shownMode === 'owner'
          ? t('frames.ofHypervisor', {
              count: tables,
              number: format.integer(tables),
              size: format.bytes(tables * PAGE_SIZE),
            })
          : t(`frames.about.${shownMode}`)}
      </p>
      {shownMode === 'age' || shownMode === 'heat' ? (
        <AccessLogSwitch index={index} isOn={marked.marks !== undefined && marked.ages !== undefined} />
      ) : null}
      <FrameCanvas
        count={view.layout.frames}
        mode={shownMode}
        look={look}
        cursor={cursor}
        onCursor={setCursor}
        describe={describe}
        more={(frame) =>
          past === null ? <Mappings index={index} host={host} spfn={frame + FIRST_FRAME} /> : null
        }
      />
      <TimeScrub moment={moment} />
      <p className={css['detail']} role="status" data-testid="frame-detail">
        {row === undefined
          ? t('frames.mapHint')
          : t('frames.detail', {
              frame: `0x${row.spfn.toString(16)}`,
              address: `0x${(row.spfn * PAGE_SIZE).toString(16)}`,
              owner: ownerName(row.owner),
              state: t(`frameState.${row.state}`),
            })}
        {row === undefined ? null : <MappingLinks index={index} mappings={row.mappings} />}
      </p>
      {row?.mappings[0] === undefined ? null : (
        <SeenInVm key={row.mappings[0].vm} index={index} host={host} mapping={row.mappings[0]} />
      )}
      <ErrorAlert error={detail.error ?? marked.error} />
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
