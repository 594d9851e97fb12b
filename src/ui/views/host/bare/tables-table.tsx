/** The registers of the first hart that name page tables: whose each is, and where its root lies. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';

type Table = AnswerOf<'bare'>['harts'][number]['tables'][number];

const OFF = 0;
/** By MODE; with x4 in hgatp. */
const SCHEMES: Readonly<Record<number, string>> = { 8: 'Sv39', 9: 'Sv48', 10: 'Sv57' };

function schemeOf(t: TFunction, { register, mode }: Table): string {
  const scheme = SCHEMES[mode];
  if (scheme === undefined) return t(mode === OFF ? 'bare.modes.off' : 'bare.modes.other');
  return register === 'hgatp' ? `${scheme}x4` : scheme;
}

export function TablesTable({ harts }: Pick<AnswerOf<'bare'>, 'harts'>) {
  const { t } = useTranslation();
  const [hart] = harts;
  if (hart === undefined) return null;
  return (
    <section className={layout['card']}>
      <h3>{t('bare.tables')}</h3>
      <ScrollX label={t('bare.tables')}>
        <table className={table['table']} aria-label={t('bare.tables')} data-testid="bare-tables">
          <thead>
            <tr>
              <th>{t('bare.register')}</th>
              <td />
              <th>{t('bare.scheme')}</th>
              <th>{t('bare.root')}</th>
              <th className={table['number']}>{t('bare.id')}</th>
            </tr>
          </thead>
          <tbody>
            {hart.tables.map((each) => (
              <tr key={each.register} title={each.value}>
                <td className={texts['mono']}>{each.register}</td>
                <td>{t(`bare.of.${each.register}`)}</td>
                <td>{schemeOf(t, each)}</td>
                <td className={texts['mono']}>{each.mode === OFF ? '–' : groupedHex(each.root)}</td>
                <td className={table['number']}>{each.mode === OFF ? '–' : each.id}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
