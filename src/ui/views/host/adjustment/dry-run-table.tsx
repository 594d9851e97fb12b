/** What a policy would have done over the samples that the host still has. */
import { useTranslation } from 'react-i18next';
import type { PolicySpec } from '#base/scenario';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { writeAdjustment, writeFigure, writeTarget } from './figures.ts';
import css from './loop.module.css';

interface Props {
  readonly spec: PolicySpec;
  readonly unit: AnswerOf<'adjustment'>['targets'][number]['unit'];
  readonly steps: AnswerOf<'dry-run'>;
}

export function DryRunTable({ spec, unit, steps }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = (value: number): string => writeTarget(format, unit, value);
  const times = { hold: format.duration(spec.holdNs), coolDown: format.duration(spec.coolDownNs) };
  const acts = steps.filter(({ outcome }) => outcome === 'acts');
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined)
    return <p className={texts['quiet']}>{t('adjustment.noSamples')}</p>;
  return (
    <>
      <p role="status">
        {t('adjustment.would', { count: acts.length, from: write(first.from), to: write(last.to) })}
      </p>
      <div className={css['rows']}>
        <ScrollX label={t('adjustment.dryRun')}>
          <table className={table['table']} aria-label={t('adjustment.dryRun')} data-testid="dry-run">
            <thead>
              <tr>
                <th className={table['number']}>{t('adjustment.column.at')}</th>
                <th className={table['number']}>{t('adjustment.column.inputs')}</th>
                <th className={table['number']}>{t('adjustment.column.adjustment')}</th>
                <th className={table['number']}>{t('adjustment.column.change')}</th>
                <th>{t('adjustment.column.why')}</th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={step.at} aria-current={step.outcome === 'acts' || undefined}>
                  <td className={table['number']}>{format.clock(step.at)}</td>
                  <td className={table['number']}>
                    {step.inputs.map((input) => writeFigure(format, input)).join(', ')}
                  </td>
                  <td className={table['number']}>{writeAdjustment(format, unit, step.adjustment)}</td>
                  <td className={table['number']}>
                    {step.outcome === 'acts' ? `${write(step.from)} → ${write(step.to)}` : '–'}
                  </td>
                  <td>
                    {step.damped
                      ? t('adjustment.result.damped')
                      : t(`adjustment.outcome.${step.outcome}`, times)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      </div>
    </>
  );
}
