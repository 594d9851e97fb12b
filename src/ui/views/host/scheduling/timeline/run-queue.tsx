/** How often each VM came onto a CPU in a stretch, how long it had waited for it, and why it left. */
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../../kit/scroll-x.tsx';
import table from '../../../../kit/table.module.css';
import texts from '../../../../kit/texts.module.css';
import type { Stretch } from '../../../../parts/chart/stretch.ts';
import { LatencyHistogram } from '../../../../parts/disks/latency-histogram.tsx';
import { useAnswer, useClient, useFormat } from '../../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../../parts/owner-swatch.tsx';
import { vmColor } from '../../../../parts/palette.ts';
import { FIGURES, figuresText, type Queue } from './figures.ts';

interface Props {
  readonly index: number;
  readonly stretch: Stretch;
  /** Where the stretch ends, unless it goes with the time. */
  readonly pinnedNs: number | undefined;
  readonly card: RefObject<HTMLElement | null>;
}

const EVERY_MS = 1000;
const NO_DELAYS = { p50: '–', p95: '–', most: '–' } as const;

export function RunQueue({ index, stretch, pinnedNs, card }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const { value } = useAnswer(
    () => client.ask(index, 'run-queue', stretch),
    EVERY_MS,
    [index, stretch.toNs - stretch.fromNs, pinnedNs],
    { card },
  );
  if (value === null || value.switches === 0) return null;
  return (
    <>
      <p className={texts['quiet']}>{t('timeline.perSecond', { count: Math.round(value.perSecond) })}</p>
      <RunQueueTable answer={value} />
      <LatencyHistogram
        label={t('timeline.delays')}
        series={value.vms.map(({ vm, slot, delays: { histogram } }) => ({
          ...{ name: vm, color: vmColor(slot), histogram },
        }))}
      />
    </>
  );
}

export function RunQueueTable({ answer }: { readonly answer: Queue }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('timeline.queue')}>
      <table className={table['table']} aria-label={t('timeline.queue')} data-testid="run-queue">
        <thead>
          <tr>
            <th>{t('timeline.column.vm')}</th>
            {FIGURES.map((column) => (
              <th
                key={column}
                className={table['number']}
                title={column === 'apart' ? t('timeline.apartHint') : undefined}
              >
                {t(`timeline.column.${column}`)}
              </th>
            ))}
            <th>{t('timeline.column.left')}</th>
          </tr>
        </thead>
        <tbody>
          {answer.vms.map((figures) => {
            const { vm, slot, delays, apartNs, reasons } = figures;
            const said = {
              ...figuresText(format, answer, figures),
              ...(delays.count === 0 ? NO_DELAYS : {}),
              ...(apartNs === 0 ? { apart: '–' } : {}),
            };
            return (
              <tr key={vm}>
                <td>
                  <OwnerSwatch owner={slot} /> {vm}
                </td>
                {FIGURES.map((column) => (
                  <td key={column} className={table['number']}>
                    {said[column]}
                  </td>
                ))}
                <td>
                  {reasons
                    .map(({ why, count }) => `${t(`switchReason.${why}`)} ${format.integer(count)}`)
                    .join(' · ')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}
