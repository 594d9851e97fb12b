/** What the translator has made, and how long it took. */
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { Figures, ShownState } from './figures.ts';
import css from './figures-section.module.css';
import { useNumbers } from './use-numbers.ts';

export function TranslatorCard({
  state,
  figures,
}: {
  readonly state: ShownState;
  readonly figures: Figures;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rate, percent } = useNumbers();
  const { translator } = state;
  const rows: readonly (readonly [label: string, value: string])[] = [
    [t('machine.regionsLive'), format.integer(translator.live)],
    [t('machine.regionsMade'), format.integer(translator.regions)],
    [t('machine.regionsDropped'), format.integer(translator.dropped)],
    [t('machine.codeSize'), format.bytes(translator.bytes)],
    [t('machine.translatedInstructions'), format.count(translator.instructions)],
    [t('machine.translatorMs'), format.duration(translator.ms * 1e6)],
    [t('machine.translatorShare'), percent(figures.translatorTime)],
    [t('machine.perCall'), rate(figures.perCall)],
  ];
  return (
    <section className={layout['card']}>
      <h3>{t('machine.translator')}</h3>
      <dl className={css['facts']}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
