/** Where the harts of a bare machine are now. */
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';

export function HartsTable({ harts }: Pick<AnswerOf<'bare'>, 'harts'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className={layout['card']}>
      <h3>{t('bare.harts')}</h3>
      <ScrollX label={t('bare.harts')}>
        <table className={table['table']} aria-label={t('bare.harts')}>
          <thead>
            <tr>
              <th className={table['number']}>{t('bare.hart')}</th>
              <th>{t('bare.now')}</th>
              <th>{t('bare.pc')}</th>
              <th className={table['number']}>{t('bare.instructions')}</th>
            </tr>
          </thead>
          <tbody>
            {harts.map(({ mode, pc, isWaiting, instructions }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: harts have no other name
              <tr key={index}>
                <td className={table['number']}>{index}</td>
                <td>{isWaiting ? `${mode}, ${t('bare.waits')}` : mode}</td>
                <td className={texts['mono']}>{groupedHex(pc)}</td>
                <td className={table['number']}>{format.integer(instructions)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
