/**
 * The drawing of a walk: a path from entry to entry, in the order in which the hart reads them. A leg for each VS-stage entry,
 * whose address is a GPA that the G-stage must find first, and a last one for the page itself. Every entry can be clicked.
 */
import type { TFunction } from 'i18next';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { DrawnWalk, EntryFlags, WalkStep } from '#bridge/protocol/answers';
import { groupedHex } from '../../kit/format.ts';
import { Icon } from '../../kit/icons.tsx';
import texts from '../../kit/texts.module.css';
import { levelsOf } from './levels.ts';
import css from './walk-path.module.css';
import { rightsSoFar } from './walk-rights.ts';

/** Flags as letters from the most significant bit, a dash for a clear one. */
function flagLetters(flags: EntryFlags): string {
  return (['d', 'a', 'g', 'u', 'x', 'w', 'r', 'v'] as const)
    .map((flag) => (flags[flag] ? flag.toUpperCase() : '-'))
    .join('');
}

/** Where the walk stands as it is played. */
type Played = 'past' | 'now' | 'ahead';

function playedOf(place: number, at: number | null): Played {
  if (at === null || place < at) return 'past';
  return place === at ? 'now' : 'ahead';
}

/** A place of the path: an entry by its position among the steps, or the end of the walk. */
interface Leg {
  /** Of the VS-stage entry that is looked for; -1: the page itself. */
  readonly vsLevel: number;
  readonly places: readonly number[];
}

/** In which column an entry stands: G-stage from its root down, then what was found: the VS-stage entry, or the end. */
function columnOf({ stage, level }: WalkStep, gLevels: number): number {
  return stage === 'VS' ? gLevels + 1 : gLevels - level;
}

/** Splits the steps where a VS-stage entry has been read; the end of the walk is the place behind the last step. */
function legsOf({ steps }: DrawnWalk): Leg[] {
  const legs: { vsLevel: number; places: number[] }[] = [];
  steps.forEach(({ stage, level, forVsLevel }, place) => {
    const vsLevel = stage === 'VS' ? level : forVsLevel;
    const last = legs.at(-1);
    if (last?.vsLevel === vsLevel) last.places.push(place);
    else legs.push({ vsLevel, places: [place] });
  });
  const last = legs.at(-1);
  if (last === undefined || steps.at(-1)?.stage === 'VS') legs.push({ vsLevel: -1, places: [steps.length] });
  else last.places.push(steps.length);
  return legs;
}

/** What a leg is for; one of the end alone is that of a walk which stopped at an entry. */
function headingOf(t: TFunction, walk: DrawnWalk, { vsLevel, places }: Leg): string {
  if (vsLevel >= 0) return t('walk.forEntry', { level: vsLevel });
  return walk.steps[places[0] ?? 0] === undefined ? t('walk.ends') : t('walk.forFinal');
}

interface CellProps {
  readonly walk: DrawnWalk;
  /** What is permitted up to here; undefined where the entry narrows nothing. */
  readonly rights: string | undefined;
  readonly place: number;
  readonly played: Played;
  readonly chosen: boolean;
  readonly onChoose: (place: number) => void;
}

function Entry({
  walk,
  rights,
  step,
  place,
  played,
  chosen,
  onChoose,
}: CellProps & { readonly step: WalkStep }) {
  const { t } = useTranslation();
  const { stage, level, value, kind, flags } = step;
  const isFault = walk.fault?.step === place;
  return (
    <button
      type="button"
      className={css['cell']}
      data-testid="walk-cell"
      data-stage={stage}
      data-kind={kind}
      data-fault={isFault || undefined}
      data-played={played}
      aria-pressed={chosen}
      aria-current={played === 'now' ? 'step' : undefined}
      onClick={() => onChoose(place)}
      title={t('walk.cellLabel', {
        number: place + 1,
        stage,
        level,
        where: step.entrySpa ?? step.entryGpa ?? '0x0',
        value,
        kind: t(`walk.kind.${kind}`),
      })}
    >
      <span className={css['head']}>
        <span className={css['number']}>{place + 1}</span>
        <b>
          {stage} {level}
        </b>
        <small>[{step.index}]</small>
        {rights === undefined ? null : (
          <small className={css['rights']} title={t('walk.rights')}>
            {rights}
          </small>
        )}
      </span>
      <span className={`${texts['mono']} ${css['content']}`}>
        <span>{groupedHex(value)}</span>
        <span className={css['flags']}>{flagLetters(flags)}</span>
      </span>
      {isFault ? (
        <span className={css['why']}>
          <Icon name="alert" size={12} />
          {t(`walk.why.${walk.fault?.why}`)}
        </span>
      ) : null}
    </button>
  );
}

/** Where the walk ends: at the page, or nowhere. */
function End({ walk, rights, played }: Pick<CellProps, 'walk' | 'rights' | 'played'>) {
  const { t } = useTranslation();
  const { spa, fault } = walk;
  return (
    <div
      className={css['end']}
      data-ok={spa !== undefined || undefined}
      data-played={played}
      data-testid="walk-end"
    >
      {spa === undefined ? (
        <>
          <b>{t('walk.noSpa')}</b>
          {fault === undefined ? null : <small>{t('walk.cause', { cause: fault.cause })}</small>}
          {fault?.step === undefined && fault !== undefined ? (
            <small>{t(`walk.why.${fault.why}`)}</small>
          ) : null}
        </>
      ) : (
        <>
          <small>SPA</small>
          <b className={texts['mono']}>{groupedHex(spa)}</b>
          {rights === undefined ? null : (
            <small>
              {t('walk.permits')} <span className={texts['mono']}>{rights}</span>
            </small>
          )}
        </>
      )}
    </div>
  );
}

/** From the end of a leg down to the beginning of the next one. */
function Turn({ played }: { readonly played: Played }) {
  return <div className={css['turn']} data-played={played} aria-hidden="true" />;
}

interface PathProps {
  readonly walk: DrawnWalk;
  /** The place that is reached as the walk is played; null: all is shown. */
  readonly at: number | null;
  readonly chosen: number | null;
  readonly onChoose: (place: number) => void;
}

export function WalkPath({ walk, at, chosen, onChoose }: PathProps) {
  const { t } = useTranslation();
  const rights = rightsSoFar(walk);
  const gLevels = levelsOf(walk.gMode);
  return (
    <ol
      className={css['path']}
      aria-label={t('walk.gridLabel')}
      style={{ '--columns': gLevels + 1 } as CSSProperties}
    >
      {legsOf(walk).map((leg, index) => {
        const { vsLevel, places } = leg;
        let before = 0;
        return (
          <li key={vsLevel}>
            {index === 0 ? null : <Turn played={playedOf(places[0] ?? 0, at)} />}
            <h3>{headingOf(t, walk, leg)}</h3>
            <ol className={css['leg']}>
              {places.map((place) => {
                const step = walk.steps[place];
                const column =
                  step === undefined ? Math.min(gLevels + 1, before + 1) : columnOf(step, gLevels);
                const skipped = before === 0 ? 0 : column - before - 1;
                const isFirst = before === 0;
                before = column;
                const played = playedOf(place, at);
                return (
                  <li
                    key={place}
                    className={css['place']}
                    data-first={isFirst || undefined}
                    data-played={played}
                    style={{ '--column': column, '--skipped': skipped } as CSSProperties}
                  >
                    {step === undefined ? (
                      <End
                        walk={walk}
                        rights={rights.findLast((each) => each !== undefined)}
                        played={played}
                      />
                    ) : (
                      <Entry
                        {...{ walk, step, place, played, onChoose }}
                        rights={rights[place]}
                        chosen={place === (at ?? chosen)}
                      />
                    )}
                  </li>
                );
              })}
            </ol>
          </li>
        );
      })}
    </ol>
  );
}
