/** What each hart runs, how fast, and what its time goes to. */
import { useTranslation } from 'react-i18next';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import type { Figures, ShownState } from './figures.ts';
import { useNumbers } from './use-numbers.ts';

export function HartsTable({ state, figures }: { readonly state: ShownState; readonly figures: Figures }) {
  const { t } = useTranslation();
  const { rate, percent } = useNumbers();
  return (
    <ScrollX label={t('machine.harts')}>
      <table className={table['table']} data-testid="harts">
        <thead>
          <tr>
            <th>{t('machine.hart')}</th>
            <th>{t('machine.runs')}</th>
            <th className={table['number']} title={t('source.instructionsPerSecond')}>
              {t('machine.instructionsPerSecond')}
            </th>
            <th className={table['number']} title={t('figureSource.translated')}>
              {t('machine.translatedShare')}
            </th>
            <th className={table['number']}>{t('machine.inGuest')}</th>
            <th className={table['number']} title={t('source.stalls')}>
              {t('machine.stalls')}
            </th>
            <th className={table['number']}>{t('machine.inHypervisor')}</th>
            <th className={table['number']}>{t('machine.idle')}</th>
          </tr>
        </thead>
        <tbody>
          {state.harts.map(({ vm, vcpu }, index) => {
            const hart = figures.harts[index];
            if (hart === undefined) return null;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a hart is its index
              <tr key={index}>
                <td>hart {index}</td>
                <td>{vm === undefined ? t('machine.nobody') : `${vm}, vCPU ${vcpu}`}</td>
                <td className={table['number']} data-figure="instructions">
                  {rate(hart.instructions)}
                </td>
                <td className={table['number']}>{percent(hart.translated)}</td>
                <td className={table['number']}>{percent(hart.guest)}</td>
                <td className={table['number']}>{percent(hart.stall)}</td>
                <td className={table['number']}>{percent(hart.hypervisor)}</td>
                <td className={table['number']}>{percent(hart.idle)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}
