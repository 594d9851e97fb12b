/** Sharing: whether the host looks for equal pages and how fast, what that gave and took, by VM, and the largest clusters. */
import { Button, NumberInput, Switch } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { USUAL_SHARING } from '#base/catalogue/usual';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import { type LastTwo, useLastTwo } from '../../../parts/last-two.ts';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';
import { breaksOf, savedFrames } from './sharing-figures.ts';

type Sharing = AnswerOf<'sharing'>;

const NS_PER_MS = 1_000_000;
/** Clusters that are listed. */
const LISTED = 12;

interface Props {
  readonly index: number;
  /** Slot of a VM, by its name. */
  readonly slots: ReadonlyMap<string, number>;
}

export function SharingCard({ index, slots }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const answer = useAnswer(() => client.ask(index, 'sharing', {}), 1000, [index], { card });
  const { value, error, at, ask } = answer;
  const two = useLastTwo(answer);
  const set = (on: boolean, rate = USUAL_SHARING): void => {
    void command(index, { op: 'host.setSharing', args: { on, ...rate } }).then(ask);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="sharing">
      <header className={layout['row-wrap']}>
        <h3>{t('sharing.title')}</h3>
        <span className={layout['grow']} />
        <Switch
          label={t('sharing.on')}
          checked={value?.settings !== undefined}
          disabled={value === null}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      </header>
      <p className={texts['quiet']}>{t('sharing.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          {value.settings === undefined ? null : (
            <Rate
              key={`${value.settings.pages} ${value.settings.periodNs}`}
              settings={value.settings}
              onSet={(rate) => set(true, rate)}
            />
          )}
          <Figures sharing={value} at={at} two={two} />
          <ByVm sharing={value} slots={slots} />
          <Clusters sharing={value} index={index} />
        </>
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </section>
  );
}

interface RateProps {
  readonly settings: NonNullable<Sharing['settings']>;
  readonly onSet: (rate: NonNullable<Sharing['settings']>) => void;
}

/** How many pages it looks at in one go, and how often. */
function Rate({ settings, onSet }: RateProps) {
  const { t } = useTranslation();
  const [pages, setPages] = useState<number | string>(settings.pages);
  const [ms, setMs] = useState<number | string>(settings.periodNs / NS_PER_MS);
  const rate = { pages: Math.round(Number(pages)), periodNs: Math.round(Number(ms) * NS_PER_MS) };
  const isSame = rate.pages === settings.pages && rate.periodNs === settings.periodNs;
  const { sharingPages, sharingPeriodNs } = LIMITS;
  return (
    <form
      className={layout['row-form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSame) onSet(rate);
      }}
    >
      <WholeNumber label={t('sharing.pages')} value={pages} limits={sharingPages} onChange={setPages} />
      <NumberInput
        label={t('sharing.period')}
        value={ms}
        min={sharingPeriodNs.least / NS_PER_MS}
        max={sharingPeriodNs.most / NS_PER_MS}
        clampBehavior="blur"
        onChange={setMs}
      />
      <Button type="submit" variant="default" disabled={isSame}>
        {t('sharing.set')}
      </Button>
    </form>
  );
}

interface FiguresProps {
  readonly sharing: Sharing;
  readonly at: number;
  readonly two: LastTwo<Sharing> | null;
}

/** What came of it in all, and what it took. */
function Figures({ sharing, at, two }: FiguresProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { counts, spentNs, pages, frames } = sharing;
  const saved = savedFrames(sharing);
  const all = format.integer(breaksOf(sharing));
  const lately = two === null ? 0 : breaksOf(two.now) - breaksOf(two.before);
  const breaks =
    two === null || lately <= 0
      ? all
      : t('sharing.breaksLately', { all, lately: format.integer(lately), span: format.duration(two.ns) });
  const facts = [
    [t('sharing.saved'), `${format.bytes(saved * PAGE_SIZE)} (${format.integer(saved)})`],
    [
      t('sharing.inFrames'),
      t('sharing.pagesInFrames', { pages: format.integer(pages), frames: format.integer(frames) }),
    ],
    [
      t('sharing.merged'),
      t('sharing.mergedOf', { merged: format.integer(counts.merged), zeros: format.integer(counts.zeros) }),
    ],
    [t('sharing.breaks'), breaks],
    [
      t('sharing.looked'),
      t('sharing.lookedIn', { pages: format.count(counts.looked), count: counts.passes }),
    ],
    [
      t('sharing.spent'),
      t('sharing.spentOf', {
        time: format.duration(spentNs),
        share: format.percent(at === 0 ? 0 : spentNs / at),
      }),
    ],
  ] as const;
  return <Facts facts={facts} />;
}

function ByVm({ sharing, slots }: { readonly sharing: Sharing; readonly slots: Props['slots'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('sharing.byVm')}>
      <table className={table['table']} aria-label={t('sharing.byVm')} data-testid="sharing-vms">
        <thead>
          <tr>
            <th>{t('sharing.vm')}</th>
            <th className={table['number']}>{t('sharing.resident')}</th>
            <th className={table['number']}>{t('sharing.shared')}</th>
            <th className={table['number']} title={t('sharing.answersForHint')}>
              {t('sharing.answersFor')}
            </th>
            <th className={table['number']}>{t('sharing.saves')}</th>
          </tr>
        </thead>
        <tbody>
          {sharing.vms.map(({ vm, pages, shared, frames }) => (
            <tr key={vm}>
              <td>
                <OwnerSwatch owner={slots.get(vm) ?? 'free'} /> {vm}
              </td>
              <td className={table['number']}>{format.bytes(pages * PAGE_SIZE)}</td>
              <td className={table['number']}>{format.bytes(shared * PAGE_SIZE)}</td>
              <td className={table['number']}>{format.bytes(Math.round(frames) * PAGE_SIZE)}</td>
              <td className={table['number']}>
                {pages === 0 ? '–' : format.percent(Math.max(0, 1 - frames / pages))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Clusters({ sharing, index }: { readonly sharing: Sharing; readonly index: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (sharing.clusters.length === 0) return <p className={texts['quiet']}>{t('sharing.none')}</p>;
  return (
    <>
      <h4>{t('sharing.clusters')}</h4>
      <ScrollX label={t('sharing.clusters')}>
        <table className={table['table']} aria-label={t('sharing.clusters')} data-testid="clusters">
          <thead>
            <tr>
              <th>{t('frames.frame')}</th>
              <th>{t('sharing.content')}</th>
              <th className={table['number']}>{t('sharing.pagesOf')}</th>
              <th>{t('sharing.ofVms')}</th>
            </tr>
          </thead>
          <tbody>
            {sharing.clusters.slice(0, LISTED).map(({ spfn, isZero, pages, vms }) => {
              const frame = `0x${spfn.toString(16)}`;
              return (
                <tr key={spfn}>
                  <td>
                    <button
                      type="button"
                      className={`${texts['link']} ${texts['mono']}`}
                      onClick={() => useChoices.getState().go(hostRoute(index, 'memory', { frame }))}
                    >
                      {frame}
                    </button>
                  </td>
                  <td>{t(isZero ? 'sharing.zeros' : 'sharing.bytes')}</td>
                  <td className={table['number']}>{format.integer(pages)}</td>
                  <td>{vms.map(({ vm, pages: own }) => `${vm} ${format.integer(own)}`).join(', ')}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}
