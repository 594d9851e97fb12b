/** Taking frames back: what was taken from whom and why and given back, how the host stands, and which VMs lose pages only to ask for them again. */
import { Switch } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { USUAL_SWAP } from '#base/catalogue/usual';
import type { ViewReader } from '#base/views';
import type { AnswerOf, HostDescription } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { Chart } from '../../../parts/chart/chart.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import { METRIC, metricSource } from '../../../parts/metric-text.ts';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';
import { HYPERVISOR_COLOR, vmColor } from '../../../parts/palette.ts';
import css from './reclaim-card.module.css';
import { ReclaimCourse } from './reclaim-course.tsx';
import { isThrashing, movesTogether, rateOf } from './reclaim-figures.ts';
import { type DiskState, diskState, ReclaimSettings } from './reclaim-settings.tsx';

type Reclaim = AnswerOf<'reclaim'>;

/** Moves that are listed. */
const LISTED = 12;
/** Curves of a chart; VMs beyond are one. */
const MOST_CURVES = 8;

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly view: ViewReader | undefined;
}

export function ReclaimCard({ index, host, view }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const { value, error, at, ask } = useAnswer(() => client.ask(index, 'reclaim', {}), 1000, [index], {
    card,
  });
  const set = (on: boolean, settings = USUAL_SWAP): void => {
    void command(index, { op: 'host.setSwap', args: { on, ...settings } }).then(ask);
  };
  const setDisk = (args: DiskState): void => {
    void command(index, { op: 'host.setSwapDisk', args }).then(ask);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="reclaim">
      <header className={layout['row-wrap']}>
        <h3>{t('reclaim.title')}</h3>
        <span className={layout['grow']} />
        <Switch
          label={t('reclaim.on')}
          checked={value?.settings !== undefined}
          disabled={value === null}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      </header>
      <p className={texts['quiet']}>{t('reclaim.aboutAll')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          {value.settings === undefined ? null : (
            <ReclaimSettings
              key={JSON.stringify(value.settings)}
              settings={value.settings}
              policies={value.policies}
              disk={value.swap}
              onSet={(settings) => set(true, settings)}
              onDisk={setDisk}
            />
          )}
          <Standing reclaim={value} at={at} />
          <ReclaimCourse reclaim={value} at={at} />
          <Traffic host={host} view={view} />
          <ByVm reclaim={value} host={host} view={view} />
          <Moves reclaim={value} />
        </>
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </section>
  );
}

/** How the host stands. */
function Standing({ reclaim, at }: { readonly reclaim: Reclaim; readonly at: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, free, frames, compressed, swap, spentNs } = reclaim;
  return (
    <Facts
      testId="reclaim-standing"
      facts={[
        [t('reclaim.state'), t(`hostMemory.${state}`), t(`hostMemory.hint.${state}`)],
        [
          t('reclaim.free'),
          `${format.usedOf(free * PAGE_SIZE, frames * PAGE_SIZE)} (${format.percent(free / frames)})`,
        ],
        [
          t('reclaim.compressed'),
          t('reclaim.compressedIn', {
            pages: format.integer(compressed.pages),
            frames: format.integer(compressed.frames),
            most: format.integer(compressed.most),
          }),
        ],
        [
          t('reclaim.area'),
          `${format.usedOf(swap.used * PAGE_SIZE, swap.capacity * PAGE_SIZE)}${
            swap.reads && swap.writes ? '' : ` · ${t(`reclaim.diskState.${diskState(swap)}`)}`
          }`,
        ],
        [
          t('reclaim.spared'),
          t('reclaim.sparedOf', {
            count: swap.sparedWrites,
            number: format.integer(swap.sparedWrites),
            cached: format.integer(swap.cached),
          }),
          t('reclaim.sparedHint'),
        ],
        [t('reclaim.backlog'), format.duration(swap.backlogNs), t('reclaim.backlogHint')],
        [
          t('sharing.spent'),
          t('sharing.spentOf', {
            time: format.duration(spentNs),
            share: format.percent(at === 0 ? 0 : spentNs / at),
          }),
        ],
      ]}
    />
  );
}

/** What went to the swap area and what came back, over time, a curve for each VM. */
function Traffic({ host, view }: Pick<Props, 'host' | 'view'>) {
  const { t } = useTranslation();
  const linesOf = (metric: string) => {
    const own = host.vms.slice(0, MOST_CURVES);
    const rest = host.vms.slice(MOST_CURVES).map(({ slot }) => slot);
    return [
      ...own.map(({ slot, spec }) => ({
        ...{ key: spec.name, label: spec.name, color: vmColor(slot), slots: [slot], metric },
      })),
      ...(rest.length === 0
        ? []
        : [{ key: 'rest', label: t('charts.other'), color: HYPERVISOR_COLOR, slots: rest, metric }]),
    ];
  };
  return (
    <div className={css['charts']}>
      {(['swap-out', 'swap-in'] as const).map((metric) => (
        <Chart
          key={metric}
          title={t(`metric.${metric}`)}
          source={metricSource(t, METRIC[metric])}
          view={view}
          lines={linesOf(metric)}
          unit="byte-rate"
          height={110}
          stacked
        />
      ))}
    </div>
  );
}

function ByVm({ reclaim, host, view }: Omit<Props, 'index'> & { readonly reclaim: Reclaim }) {
  const { t } = useTranslation();
  const format = useFormat();
  const slots = new Map(host.vms.map(({ slot, spec }) => [spec.name, slot]));
  const bytes = (pages: number): string => (pages === 0 ? '–' : format.bytes(pages * PAGE_SIZE));
  const columns = ['resident', 'used', 'ballooned', 'compressed', 'swapped', 'out', 'in', 'price'] as const;
  return (
    <ScrollX label={t('reclaim.byVm')}>
      <table className={table['table']} aria-label={t('reclaim.byVm')} data-testid="reclaim-vms">
        <thead>
          <tr>
            <th>{t('sharing.vm')}</th>
            {columns.map((column) => (
              <th
                key={column}
                className={table['number']}
                title={t(`reclaim.hint.${column}`, { defaultValue: '' })}
              >
                {t(`reclaim.column.${column}`)}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {reclaim.vms.map((row) => {
            const slot = slots.get(row.vm);
            const inRate = slot === undefined ? 0 : rateOf(view, slot, 'swap-in');
            const outRate = slot === undefined ? 0 : rateOf(view, slot, 'swap-out');
            const said: Readonly<Record<(typeof columns)[number], string>> = {
              resident: bytes(row.resident),
              used: row.usedPercent === undefined ? '–' : format.percent(row.usedPercent / 100),
              ...{ ballooned: bytes(row.ballooned), compressed: bytes(row.compressed) },
              ...{ swapped: bytes(row.swapped), out: bytes(row.swappedOut), in: bytes(row.swappedIn) },
              price: row.price === undefined ? '–' : format.number(row.price, 2),
            };
            return (
              <tr key={row.vm}>
                <td>
                  <OwnerSwatch owner={slot ?? 'free'} /> {row.vm}
                </td>
                {columns.map((column) => (
                  <td key={column} className={table['number']}>
                    {said[column]}
                  </td>
                ))}
                <td>
                  {row.isReserved ? <span className={texts['quiet']}>{t('reclaim.reserved')}</span> : null}
                  {isThrashing(inRate, outRate) ? (
                    <b className={css['thrash']} title={t('reclaim.thrashHint')}>
                      {t('reclaim.thrashes', { rate: format.byteRate(inRate) })}
                    </b>
                  ) : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

/** The last ones, the newest first. */
function Moves({ reclaim }: { readonly reclaim: Reclaim }) {
  const { t } = useTranslation();
  const format = useFormat();
  const moves = movesTogether(reclaim);
  if (moves.length === 0) return <p className={texts['quiet']}>{t('reclaim.nothing')}</p>;
  return (
    <ScrollX label={t('reclaim.moves')}>
      <table className={table['table']} aria-label={t('reclaim.moves')} data-testid="takings">
        <thead>
          <tr>
            <th>{t('reclaim.at')}</th>
            <th>{t('sharing.vm')}</th>
            <th className={table['number']}>{t('reclaim.pages')}</th>
            <th>{t('reclaim.way')}</th>
            <th>{t('reclaim.why')}</th>
          </tr>
        </thead>
        <tbody>
          {moves
            .slice(-LISTED)
            .reverse()
            .map(([name, { at, vm, kind, way, pages, why, need }]) => (
              <tr key={name} className={kind === 'given' ? css['given'] : undefined}>
                <td>{format.clock(at)}</td>
                <td>{vm}</td>
                <td className={table['number']}>
                  {kind === 'given' ? '+' : '−'}
                  {format.integer(pages)}
                </td>
                <td>{t(`reclaim.ways.${kind}.${way}`)}</td>
                <td>{t(`reclaim.whys.${why}`, { vm: need })}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
