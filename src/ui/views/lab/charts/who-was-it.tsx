/** Who it was: the VMs of a host at the instant that was picked in a chart, by how much more of its metric they had than usually. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import { SmallButton } from '../../../kit/small-button.tsx';
import { Swatch } from '../../../kit/swatch.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { writeReading } from '../../../parts/chart/reading.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { vmColor } from '../../../parts/palette.ts';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute } from '../../../state/routes.ts';

/** What was picked: an instant in the chart of a metric of a host. */
export interface Picked {
  readonly host: number;
  readonly metric: string;
  readonly title: string;
  readonly atNs: number;
}

const SPAN_NS = 1e9;
const EVERY_MS = 60_000;
/** A chart shows so much before and behind. */
const AROUND_NS = 15e9;

export function WhoWasIt({ picked, onClose }: { readonly picked: Picked; readonly onClose: () => void }) {
  const { host, metric, title } = picked;
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const atNs = Math.round(picked.atNs);
  const asks = () => client.ask(host, 'contributors', { metric, atNs, spanNs: SPAN_NS });
  const { value, error } = useAnswer(asks, EVERY_MS, [host, metric, atNs], { card });
  const show = (vm: string): void => {
    const { go, setRange } = useChoices.getState();
    setRange({ kind: 'part', fromNs: Math.max(0, atNs - AROUND_NS), toNs: atNs + AROUND_NS });
    go(hostRoute(host, 'metrics', { metric, of: vm }));
  };
  return (
    <section ref={card} className={layout['card']} data-testid="who-was-it">
      <header className={layout['row-wrap']}>
        <h3>{t('charts.who.title', { title, time: format.clock(atNs) })}</h3>
        <span className={layout['grow']} />
        <SmallButton icon="close" onClick={onClose}>
          {t('charts.who.close')}
        </SmallButton>
      </header>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <p className={texts['quiet']} role="status">
            {said(
              value.vms
                .filter(({ isUnusual, value: had, usual }) => isUnusual && had > usual)
                .map(({ vm }) => vm),
            )}{' '}
            {t('charts.who.about')}
          </p>
          <ScrollX label={t('charts.who.table')}>
            <table className={table['table']}>
              <thead>
                <tr>
                  <th>{t('charts.who.vm')}</th>
                  <th className={table['number']}>{t('charts.who.had')}</th>
                  <th className={table['number']}>{t('charts.who.usual')}</th>
                  <th className={table['number']}>{t('charts.who.more')}</th>
                  <th className={table['number']} title={t('charts.who.distanceHint')}>
                    {t('charts.who.distance')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {value.vms.map(({ vm, slot, value: had, usual, distance, isUnusual }) => (
                  <tr key={vm} aria-current={isUnusual}>
                    <td className={table['line']}>
                      <Swatch color={vmColor(slot)} />{' '}
                      <button type="button" className={texts['link']} onClick={() => show(vm)}>
                        {vm}
                      </button>
                    </td>
                    <td className={table['number']}>{writeReading(format, value.reading, had)}</td>
                    <td className={table['number']}>{writeReading(format, value.reading, usual)}</td>
                    <td className={table['number']}>{writeReading(format, value.reading, had - usual)}</td>
                    <td className={table['number']}>{format.number(distance, 1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        </>
      )}
    </section>
  );

  function said(names: readonly string[]): string {
    return names.length === 0 ? t('charts.who.nobody') : t('charts.who.it', { names: names.join(', ') });
  }
}
