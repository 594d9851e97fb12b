/** The log of what policies decided: what each saw, what it concluded, what came of it. The latest first. */
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { writeAdjustment, writeFigure, writeTarget } from './figures.ts';
import css from './loop.module.css';

interface Props {
  readonly answer: AnswerOf<'adjustment'>;
}

export function DecisionsTable({ answer: { policies, decisions } }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (decisions.length === 0) return <p className={texts['quiet']}>{t('adjustment.noDecisions')}</p>;
  const units = new Map(policies.map(({ spec, unit }) => [spec.name, unit]));
  return (
    <div className={css['rows']}>
      <ScrollX label={t('adjustment.decisions')}>
        <table className={table['table']} aria-label={t('adjustment.decisions')} data-testid="decisions">
          <thead>
            <tr>
              <th className={table['number']}>{t('adjustment.column.at')}</th>
              <th>{t('adjustment.column.policy')}</th>
              <th className={table['number']}>{t('adjustment.column.inputs')}</th>
              <th className={table['number']}>{t('adjustment.column.adjustment')}</th>
              <th className={table['number']}>{t('adjustment.column.change')}</th>
              <th>{t('adjustment.column.result')}</th>
            </tr>
          </thead>
          <tbody>
            {decisions.toReversed().map((each) => {
              const unit = each.unit ?? units.get(each.policy) ?? 'count';
              const write = (value: number): string => writeTarget(format, unit, value);
              return (
                <tr key={`${each.at}/${each.policy}`}>
                  <td className={table['number']}>{format.clock(each.at)}</td>
                  <td className={table['line']}>{each.policy}</td>
                  <td className={table['number']}>
                    {each.inputs.map((input) => writeFigure(format, input)).join(', ')}
                  </td>
                  <td className={table['number']}>{writeAdjustment(format, unit, each.adjustment)}</td>
                  <td className={table['number']}>
                    {write(each.from)} → {write(each.to)}
                  </td>
                  <td title={each.code}>{t(`adjustment.result.${each.result}`)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
    </div>
  );
}
