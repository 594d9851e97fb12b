/** The levels of software on a bare machine, from the innermost down: what each had to do for others, by cause. */
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import css from './bare.module.css';

const TAKERS = ['hypervisor', 'system', 'firmware'] as const;

export function LevelsTable({ traps }: Pick<AnswerOf<'bare'>, 'traps'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className={layout['card']}>
      <h3>{t('bare.levels')}</h3>
      <ScrollX label={t('bare.levels')}>
        <table className={table['table']} aria-label={t('bare.levels')} data-testid="bare-levels">
          <thead>
            <tr>
              <th>{t('bare.level')}</th>
              <th>{t('bare.mode')}</th>
              <th className={table['number']}>{t('bare.traps')}</th>
              <th>{t('bare.causes')}</th>
            </tr>
          </thead>
          <tbody>
            {TAKERS.map((taker) => (
              <tr key={taker} data-taker={taker}>
                <td>{t(`bare.taker.${taker}`)}</td>
                <td>{t(`bare.takes.${taker}`)}</td>
                <td className={table['number']}>
                  {format.integer(traps[taker].reduce((sum, { count }) => sum + count, 0))}
                </td>
                <td>
                  <span className={css['causes']}>
                    {traps[taker].map(({ cause, count }) => (
                      <span key={cause}>
                        <span className={texts['mono']}>{cause}</span> <b>{format.integer(count)}</b>
                      </span>
                    ))}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
