/** The memory of a VM beside the oldest model of it: one base and one bound, so that SPA = GPA + offset; and what that model cannot do. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';

type Offsets = AnswerOf<'offsets'>;

/** Runs that are listed: the largest. */
const LISTED = 8;

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly isOn: boolean;
}

export function OffsetsCard({ host, vm, isOn }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const { value, error } = useAnswer(() => client.ask(host, 'offsets', { vm }), 5000, [host, vm, isOn], {
    ...{ card, changedBy: 'guests' },
  });
  return (
    <section ref={card} className={layout['card']} data-testid="offsets">
      <h3>{t('offsets.title')}</h3>
      <p className={texts['quiet']}>{t('offsets.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <p>{t(standing(value), { count: value.runs, offsets: format.integer(value.offsets) })}</p>
          <Facts
            facts={[
              [t('offsets.runs'), format.integer(value.runs), t('offsets.runsHint')],
              [t('offsets.offsets'), format.integer(value.offsets), t('offsets.offsetsHint')],
              [
                t('offsets.tables'),
                t('offsets.tablesOf', {
                  count: value.tableFrames,
                  size: format.bytes(value.tableFrames * PAGE_SIZE),
                }),
                t('offsets.tablesHint'),
              ],
            ]}
          />
          {value.largest.length === 0 ? null : <Runs runs={value.largest.slice(0, LISTED)} />}
          <p className={texts['quiet']}>{t('offsets.cannot')}</p>
        </>
      )}
    </section>
  );
}

/** The sentence of how the VM lies. */
function standing({ kept, runs, offsets }: Offsets): string {
  if (runs === 0) return 'offsets.standing.none';
  if (kept) return 'offsets.standing.kept';
  return offsets === 1 ? 'offsets.standing.one' : 'offsets.standing.scattered';
}

/** SPA less GPA, with its sign. */
function offsetText(gpa: string, spa: string): string {
  const offset = Number(spa) - Number(gpa);
  return `${offset < 0 ? '−' : '+'}${groupedHex(`0x${Math.abs(offset).toString(16)}`)}`;
}

function Runs({ runs }: { readonly runs: Offsets['largest'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ScrollX label={t('offsets.largest')}>
      <table className={table['table']} aria-label={t('offsets.largest')} data-testid="offset-runs">
        <thead>
          <tr>
            <th>GPA</th>
            <th>SPA</th>
            <th>{t('offsets.offset')}</th>
            <th className={table['number']}>{t('frames.size')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ gpa, spa, bytes }) => (
            <tr key={gpa}>
              <td className={texts['mono']}>{groupedHex(gpa)}</td>
              <td className={texts['mono']}>{groupedHex(spa)}</td>
              <td className={texts['mono']}>{offsetText(gpa, spa)}</td>
              <td className={table['number']}>{format.bytes(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
