/** The tables that virtual time is made of. */
import { useTranslation } from 'react-i18next';
import type { MachineState } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';

export function CostsCard({ costs }: { readonly costs: MachineState['costs'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = [
    ...costs.events.map(({ name, ns }) => ({ key: name, text: t(`cost.${name}`), ns })),
    ...costs.exits.map(({ reason, ns }) => ({
      key: reason,
      text: t('machine.exitCost', { reason: t(`exit.${reason}`) }),
      ns,
    })),
  ];
  return (
    <section className={layout['card']}>
      <h3>{t('machine.costs')}</h3>
      <ScrollX label={t('machine.costs')}>
        <table className={table['table']} data-testid="costs">
          <thead>
            <tr>
              <th>{t('machine.event')}</th>
              <th className={table['number']}>{t('machine.takes')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, text, ns }) => (
              <tr key={key}>
                <td>{text}</td>
                <td className={table['number']}>{format.duration(ns)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <p className={texts['quiet']}>{t('machine.costsNote')}</p>
    </section>
  );
}
