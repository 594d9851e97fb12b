/** Runs of the same work: how long each took, as a bar whose parts are all of it, and what each part is; the longest is the width of the column. */
import { useTranslation } from 'react-i18next';
import { OVERHEAD_PARTS, OVERHEAD_RUNS } from '#base/catalogue/overhead';
import { languageNow } from '../../../i18n/language.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import { exitDetailText } from '../../../parts/engine-names.ts';
import { useFormat } from '../../../parts/lab.tsx';
import css from './overhead.module.css';
import type { Run } from './use-overhead.ts';

export function RunsTable({ title, runs }: { readonly title: string; readonly runs: readonly Run[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const language = languageNow();
  const [bare] = runs;
  if (bare === undefined) return null;
  // What none of them has needs no column.
  const parts = OVERHEAD_PARTS.filter(({ id }) => runs.some((run) => run.parts[id] > 0));
  const longest = Math.max(...runs.map(({ elapsedNs }) => elapsedNs));
  const duration = (ns: number): string => (ns === 0 ? '–' : format.duration(ns));
  return (
    <section className={layout['card']}>
      <h3>{title}</h3>
      <ScrollX label={title}>
        <table className={table['table']} aria-label={title} data-testid="overhead-runs">
          <thead>
            <tr>
              <th>{t('overhead.run')}</th>
              <td />
              <th className={table['number']}>{t('overhead.time')}</th>
              <th className={table['number']} title={t('overhead.timesHint')}>
                {t('overhead.times')}
              </th>
              {parts.map(({ id, text, hint }) => (
                <th key={id} className={table['number']} title={hint[language]}>
                  {text[language]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map(({ run, elapsedNs, parts: of }) => (
              <tr key={run}>
                <td className={table['line']}>{nameOf(run)}</td>
                <td className={css['bars']} aria-hidden>
                  {parts.map(({ id }) => (
                    <i key={id} className={css[id]} style={{ inlineSize: `${(100 * of[id]) / longest}%` }} />
                  ))}
                </td>
                <td className={table['number']}>{format.duration(elapsedNs)}</td>
                <td className={table['number']}>{format.number(elapsedNs / bare.elapsedNs, 2)}</td>
                {parts.map(({ id }) => (
                  <td key={id} className={table['number']}>
                    {duration(of[id])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <details>
        <summary>{t('overhead.causes')}</summary>
        <Causes runs={runs} />
      </details>
    </section>
  );
}

function nameOf(id: string): string {
  return OVERHEAD_RUNS.find((run) => run.id === id)?.text[languageNow()] ?? id;
}

/** Exits by cause, the costliest first, and what walks have read. */
function Causes({ runs }: { readonly runs: readonly Run[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul>
      {runs.map(({ run, exits, references, instructions }) => (
        <li key={run}>
          {nameOf(run)}
          {': '}
          {t('overhead.counted', {
            instructions: format.integer(instructions),
            own: format.integer(references.own),
            host: format.integer(references.host),
          })}
          {exits.map(({ reason, detail, count, costNs }) => (
            <span key={`${reason} ${detail}`}>
              {'; '}
              {t('overhead.exits', {
                count: format.integer(count),
                reason: t(`exit.${reason}`),
                detail: exitDetailText(t, detail),
                cost: format.duration(costNs),
              })}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
