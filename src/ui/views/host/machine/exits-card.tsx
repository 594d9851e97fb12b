/** Exits by their cause. */
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { Figures, ShownState } from './figures.ts';
import { useNumbers } from './use-numbers.ts';

export function ExitsCard({ state, figures }: { readonly state: ShownState; readonly figures: Figures }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rate } = useNumbers();
  return (
    <section className={layout['card']}>
      <h3>{t('machine.exits')}</h3>
      <ScrollX label={t('machine.exits')}>
        <table className={table['table']} data-testid="exits">
          <thead>
            <tr>
              <th>{t('exits.cause')}</th>
              <th className={table['number']}>{t('machine.perSecond')}</th>
              <th className={table['number']}>{t('machine.total')}</th>
            </tr>
          </thead>
          <tbody>
            {state.exits
              .filter(({ count }) => count > 0)
              .map(({ reason, count }) => (
                <tr key={reason}>
                  <td>{t(`exit.${reason}`)}</td>
                  <td className={table['number']}>{rate(figures.exitRates[reason] ?? null)}</td>
                  <td className={table['number']}>{format.count(count)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </ScrollX>
      <p className={texts['quiet']}>
        {t('machine.trapsAndInterrupts', {
          traps: rate(figures.traps),
          interrupts: rate(figures.interrupts),
        })}
      </p>
    </section>
  );
}
