/** What harts, TLBs, exits and translator do, in numbers: rates of the last second while the lab runs, totals beside them. */
import { useTranslation } from 'react-i18next';
import type { MachineState } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { Meter, MeterGrid } from '../../../kit/meter.tsx';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { Figure, Figures } from './figures.ts';
import css from './figures-section.module.css';

function useNumbers(): { rate: (value: Figure) => string; percent: (value: Figure) => string } {
  const format = useFormat();
  return {
    rate: (value) => (value === null ? '–' : format.count(value)),
    percent: (value) => (value === null ? '–' : format.percent(value)),
  };
}

function Harts({ state, figures }: { readonly state: MachineState; readonly figures: Figures }) {
  const { t } = useTranslation();
  const { rate, percent } = useNumbers();
  return (
    <ScrollX label={t('machine.harts')}>
      <table className={table['table']} data-testid="harts">
        <thead>
          <tr>
            <th>{t('machine.hart')}</th>
            <th>{t('machine.runs')}</th>
            <th className={table['number']} title={t('source.instructionsPerSecond')}>
              {t('machine.instructionsPerSecond')}
            </th>
            <th className={table['number']} title={t('source.translated')}>
              {t('machine.translatedShare')}
            </th>
            <th className={table['number']}>{t('machine.inGuest')}</th>
            <th className={table['number']} title={t('source.stalls')}>
              {t('machine.stalls')}
            </th>
            <th className={table['number']}>{t('machine.inHypervisor')}</th>
            <th className={table['number']}>{t('machine.idle')}</th>
          </tr>
        </thead>
        <tbody>
          {state.harts.map(({ vm, vcpu }, index) => {
            const hart = figures.harts[index];
            if (hart === undefined) return null;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a hart is its index
              <tr key={index}>
                <td>hart {index}</td>
                <td>{vm === undefined ? t('machine.nobody') : `${vm}, vCPU ${vcpu}`}</td>
                <td className={table['number']} data-figure="instructions">
                  {rate(hart.instructions)}
                </td>
                <td className={table['number']}>{percent(hart.translated)}</td>
                <td className={table['number']}>{percent(hart.guest)}</td>
                <td className={table['number']}>{percent(hart.stall)}</td>
                <td className={table['number']}>{percent(hart.hypervisor)}</td>
                <td className={table['number']}>{percent(hart.idle)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

function Tlb({ state, figures }: { readonly state: MachineState; readonly figures: Figures }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rate, percent } = useNumbers();
  const { tlb } = state;
  return (
    <section className={layout['card']}>
      <h3>{t('machine.tlb')}</h3>
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
                  title={t(isEstimate ? 'source.tlbHitsEstimate' : 'source.tlbHits')}
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
      <p className={texts['quiet']}>{t('machine.tlbNote')}</p>
      <h4>{t('machine.stages')}</h4>
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
      <p className={texts['quiet']}>{t('machine.stagesNote')}</p>
    </section>
  );
}

function Exits({ state, figures }: { readonly state: MachineState; readonly figures: Figures }) {
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
                  <td className={table['number']}>{rate(figures.exitRates.get(reason) ?? null)}</td>
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

function TranslatorFacts({ state, figures }: { readonly state: MachineState; readonly figures: Figures }) {
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

/** The tables that virtual time is made of. */
function Costs({ costs }: { readonly costs: MachineState['costs'] }) {
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

export function FiguresSection({
  state,
  figures,
}: {
  readonly state: MachineState;
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
          fraction={figures.translated ?? 0}
          source={t('source.translated')}
        />
        <Meter
          label={t('machine.interpretedCode')}
          text={percent(figures.translated === null ? null : 1 - figures.translated)}
          fraction={figures.translated === null ? 0 : 1 - figures.translated}
          source={t('source.translated')}
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
      <Harts state={state} figures={figures} />
      <div className={css['cards']}>
        <Tlb state={state} figures={figures} />
        <Exits state={state} figures={figures} />
        <TranslatorFacts state={state} figures={figures} />
        <Costs costs={state.costs} />
      </div>
    </section>
  );
}
