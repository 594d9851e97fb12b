/** How often the TLB knew an address, and what walks cost where it did not. */
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { Figures, ShownState } from './figures.ts';
import { useNumbers } from './use-numbers.ts';

interface Props {
  readonly state: ShownState;
  readonly figures: Figures;
}

/** By kind of access. */
function Accesses({ state: { tlb }, figures }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rate } = useNumbers();
  return (
    <ScrollX label={t('machine.tlb')}>
      <table className={table['table']} data-testid="tlb">
        <thead>
          <tr>
            <th>{t('machine.access')}</th>
            <th className={table['number']}>{t('machine.hits')}</th>
            <th className={table['number']}>{t('machine.missesPerSecond')}</th>
            <th className={table['number']}>{t('machine.missesPerThousand')}</th>
            <th className={table['number']}>{t('machine.total')}</th>
          </tr>
        </thead>
        <tbody>
          {figures.accesses.map(({ kind, misses, missesPerThousand, hits, isEstimate }) => (
            <tr key={kind}>
              <td>{t(`access.${kind}`)}</td>
              <td
                className={table['number']}
                title={t(isEstimate ? 'source.tlbHitsEstimate' : 'figureSource.tlbHits')}
              >
                {hits === null ? '–' : `${isEstimate ? '≈ ' : ''}${format.number(hits * 100, 3)} %`}
              </td>
              <td className={table['number']}>{rate(misses)}</td>
              <td className={table['number']}>
                {missesPerThousand === null ? '–' : format.number(missesPerThousand, 3)}
              </td>
              <td className={table['number']}>{format.count(tlb.misses[kind])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

/** By stage of the walk. */
function Stages({ state: { tlb }, figures }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rate, percent } = useNumbers();
  return (
    <ScrollX label={t('machine.stages')}>
      <table className={table['table']} data-testid="stages">
        <thead>
          <tr>
            <th>{t('machine.stage')}</th>
            <th className={table['number']} title={t('source.tableHits')}>
              {t('machine.hits')}
            </th>
            <th className={table['number']}>{t('machine.hitsPerSecond')}</th>
            <th className={table['number']}>{t('machine.missesPerSecond')}</th>
            <th className={table['number']}>{t('machine.references')}</th>
            <th className={table['number']}>{t('machine.total')}</th>
          </tr>
        </thead>
        <tbody>
          {(['vs', 'g'] as const).map((stage) => {
            const { walks, hits, references } = figures[stage];
            const both = walks !== null && hits !== null;
            return (
              <tr key={stage}>
                <td>{t(`machine.stageOf.${stage}`)}</td>
                <td className={table['number']}>{percent(hits)}</td>
                <td className={table['number']}>{rate(both ? walks * hits : walks)}</td>
                <td className={table['number']}>{rate(both ? walks * (1 - hits) : walks)}</td>
                <td className={table['number']}>
                  {references === null ? '–' : format.number(references, 2)}
                </td>
                <td className={table['number']}>{format.count(tlb.walks[stage])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

export function TlbCard(props: Props) {
  const { t } = useTranslation();
  return (
    <section className={layout['card']}>
      <h3>{t('machine.tlb')}</h3>
      <Accesses {...props} />
      <p className={texts['quiet']}>{t('machine.tlbNote')}</p>
      <h4>{t('machine.stages')}</h4>
      <Stages {...props} />
      <p className={texts['quiet']}>{t('machine.stagesNote')}</p>
    </section>
  );
}
