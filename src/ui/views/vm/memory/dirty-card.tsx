/** Which pages a VM writes, and how fast, while its dirty log is on. */
import { SegmentedControl, Switch, useComputedColorScheme } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import legend from '../../../kit/legend.module.css';
import { Swatch } from '../../../kit/swatch.tsx';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import { FRAME_USE_COLORS, pageStateColor } from '../../../parts/palette.ts';
import { SlotStrip } from './slot-strip.tsx';

type Dirty = AnswerOf<'dirty'>;

/** While nothing is logged, only a command of a person changes the answer. */
const SELDOM_MS = 3_600_000;
const LOGGED_MS = 1000;
/** Rounds are counted from here. */
const FIRST_ROUND = 1;
const UNWRITTEN = 0;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly isOn: boolean;
}

export function DirtyCard({ host, vm, isOn }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const dark = useComputedColorScheme('light') === 'dark';
  const card = useRef<HTMLElement>(null);
  const [isOfAll, setOfAll] = useState(false);
  const [everyMs, setEveryMs] = useState(SELDOM_MS);
  const { value, error, at, ask } = useAnswer(
    () => client.ask(host, 'dirty', { vm, ...(isOfAll ? { from: FIRST_ROUND } : {}) }),
    everyMs,
    [host, vm, isOn, isOfAll],
    { card },
  );
  const isLogged = error?.code !== 'vm.noDirtyLog';
  useEffect(() => setEveryMs(isLogged ? LOGGED_MS : SELDOM_MS), [isLogged]);
  const dirty = isLogged ? value : null;
  const set = (on: boolean): void => {
    void command(host, { op: 'vm.setDirtyLog', args: { vm, on } }).then(ask);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="dirty-log">
      <header className={layout['row-wrap']}>
        <h3>{t('dirtyLog.title')}</h3>
        <span className={layout['grow']} />
        <Switch
          label={t('dirtyLog.on')}
          checked={dirty !== null}
          disabled={!isOn && dirty === null}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      </header>
      <p className={texts['quiet']}>{t('dirtyLog.about')}</p>
      {isLogged ? <ErrorAlert error={error} /> : <p>{t('dirtyLog.off')}</p>}
      {dirty === null ? null : (
        <>
          <Rates dirty={dirty} isOfAll={isOfAll} />
          <div className={legend['legend']}>
            <SegmentedControl
              size="xs"
              aria-label={t('dirtyLog.show')}
              value={isOfAll ? 'all' : 'latest'}
              onChange={(which) => setOfAll(which === 'all')}
              data={(['latest', 'all'] as const).map((which) => ({
                value: which,
                label: t(`dirtyLog.shown.${which}`),
              }))}
            />
            <span className={legend['item']}>
              <Swatch color={FRAME_USE_COLORS.dirty} />
              {t('dirtyLog.written')}
            </span>
            <span className={legend['item']}>
              <Swatch color={pageStateColor(UNWRITTEN, dark)} />
              {t('dirtyLog.unwritten')}
            </span>
          </div>
          {dirty.slots.map((slot) => (
            <WrittenPages key={slot.base} slot={slot} />
          ))}
          <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
        </>
      )}
    </section>
  );
}

function Rates({ dirty, isOfAll }: { readonly dirty: Dirty; readonly isOfAll: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { round, roundNs, latest, perSecond, distinct, sinceNs } = dirty;
  const pages = (count: number): string =>
    t('dirtyLog.pages', {
      count,
      number: format.integer(count),
      size: format.bytes(Math.round(count) * PAGE_SIZE),
    });
  return (
    <Facts
      testId="dirty-facts"
      facts={[
        [t('dirtyLog.latest', { time: format.duration(roundNs) }), pages(latest), t('dirtyLog.latestHint')],
        [t('dirtyLog.perSecond'), pages(Math.round(perSecond))],
        ...(isOfAll
          ? [[t('dirtyLog.distinct', { time: format.clock(sinceNs) }), pages(distinct)] as const]
          : []),
        [t('dirtyLog.rounds'), format.integer(round)],
      ]}
    />
  );
}

function WrittenPages({ slot }: { readonly slot: Dirty['slots'][number] }) {
  const { t } = useTranslation();
  const [cursor, setCursor] = useState<number>();
  const { base, bitmap, pages } = slot;
  const isWritten = useCallback(
    (page: number): boolean => ((bitmap[page >>> 3]! >>> (page & 7)) & 1) === 1,
    [bitmap],
  );
  const colorOf = useCallback(
    (page: number, dark: boolean): string =>
      isWritten(page) ? FRAME_USE_COLORS.dirty : pageStateColor(UNWRITTEN, dark),
    [isWritten],
  );
  const describe = (page: number): string => {
    const gpa = groupedHex(`0x${(Number(base) + page * PAGE_SIZE).toString(16)}`);
    return `GPA ${gpa}: ${t(isWritten(page) ? 'dirtyLog.written' : 'dirtyLog.unwritten')}`;
  };
  return (
    <>
      <SlotStrip
        pages={pages}
        label={t('dirtyLog.strip', { base })}
        {...{ colorOf, cursor, describe }}
        onCursor={setCursor}
      />
      <p className={texts['quiet']} role="status">
        {cursor === undefined ? t('addressSpace.hint') : describe(cursor)}
      </p>
    </>
  );
}
