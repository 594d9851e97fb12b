/** What harts, TLBs, exits and translator do, in numbers: rates of the last second while the lab runs, totals beside them. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { Meter, MeterGrid } from '../../../kit/meter.tsx';
import texts from '../../../kit/texts.module.css';
import { CostsCard } from './costs-card.tsx';
import { ExitsCard } from './exits-card.tsx';
import type { Figures, ShownState } from './figures.ts';
import css from './figures-section.module.css';
import { HartsTable } from './harts-table.tsx';
import { TlbCard } from './tlb-card.tsx';
import { TranslatorCard } from './translator-card.tsx';
import { useNumbers } from './use-numbers.ts';

export const FiguresSection = memo(function FiguresSection({
  state,
  figures,
}: {
  readonly state: ShownState;
  readonly figures: Figures;
}) {
  const { t } = useTranslation();
  const { rate, percent } = useNumbers();
  return (
    <section className={layout['stack']} aria-label={t('machine.figures')}>
      <MeterGrid>
        <Meter
          label={t('machine.translatedCode')}
          text={percent(figures.translated)}
          fraction={figures.translated}
          source={t('figureSource.translated')}
        />
        <Meter
          label={t('machine.interpretedCode')}
          text={percent(figures.translated === null ? null : 1 - figures.translated)}
          fraction={figures.translated === null ? null : 1 - figures.translated}
          source={t('figureSource.translated')}
        />
        <p className={css['number']} title={t('source.instructionsPerSecond')}>
          <span className={texts['quiet']}>{t('machine.instructionsPerSecond')}</span>{' '}
          <b data-figure="all">{rate(figures.instructions)}</b>
        </p>
        <p className={css['number']}>
          <span className={texts['quiet']}>{t('machine.exitsPerSecond')}</span>{' '}
          <b data-figure="exits">{rate(figures.exits)}</b>
        </p>
      </MeterGrid>
      <HartsTable state={state} figures={figures} />
      <div className={css['cards']}>
        <TlbCard state={state} figures={figures} />
        <ExitsCard state={state} figures={figures} />
        <TranslatorCard state={state} figures={figures} />
        <CostsCard costs={state.costs} />
      </div>
    </section>
  );
});
