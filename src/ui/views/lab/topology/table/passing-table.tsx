/** Packets as they pass, as a table: what the graph draws, for the keyboard and for whoever does not see it. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { LabDescription, SeenFrame } from '#bridge/protocol/answers';
import layout from '../../../../kit/layout.module.css';
import { ScrollX } from '../../../../kit/scroll-x.tsx';
import table from '../../../../kit/table.module.css';
import texts from '../../../../kit/texts.module.css';
import { useAnswer, useClient } from '../../../../parts/lab.tsx';
import { timeText } from '../../../../parts/time-text.ts';
import { useChoices } from '../../../../state/choices.ts';
import { hostRoute } from '../../../../state/routes.ts';
import { LOOKING_ON } from '../../../../state/way.ts';
import { MOST_PASSING, type PassingRow, passingRowsOf } from './passing-rows.ts';

const EVERY_MS = 1000;
/** Points of frames that are kept here of each host, and asked for at once. */
const MOST_POINTS = 400;

/** What was heard of a host, and where to go on. */
interface Heard {
  next: number;
  points: readonly SeenFrame[];
}

export default function PassingTable({ lab }: { readonly lab: LabDescription }) {
  const { t } = useTranslation();
  const client = useClient();
  const heard = useRef(new Map<number, Heard>());
  const hosts = lab.hosts.length;
  const { value } = useAnswer(
    async (): Promise<Result<{ readonly at: VirtualNs; readonly value: readonly PassingRow[] }>> => {
      const rows: PassingRow[] = [];
      let latest = 0;
      for (let host = 0; host < hosts; host++) {
        const before = heard.current.get(host) ?? { next: 1, points: [] };
        const args = { name: LOOKING_ON, points: true, from: before.next, count: MOST_POINTS };
        let answer = await client.ask(host, 'capture', args);
        // Where much passes the last ones are asked for: of those before them it would not be known any more where they are.
        const last = answer.ok ? answer.value.value.kept + answer.value.value.lost : 0;
        if (answer.ok && answer.value.value.next <= last)
          answer = await client.ask(host, 'capture', { ...args, from: Math.max(1, last - MOST_POINTS + 1) });
        if (!answer.ok) continue;
        const { at, value: page } = answer.value;
        // What is counted anew was begun anew.
        const points = page.next < before.next ? [] : [...before.points, ...page.frames].slice(-MOST_POINTS);
        heard.current.set(host, { next: page.next < before.next ? 1 : page.next, points });
        rows.push(...passingRowsOf(host, points, at));
        latest = Math.max(latest, at);
      }
      const ordered = rows.sort((one, other) => other.at - one.at || other.serial - one.serial);
      return ok({ at: latest, value: ordered.slice(0, MOST_PASSING) });
    },
    EVERY_MS,
    [hosts],
  );
  const rows = value ?? [];
  return (
    <section className={layout['card']}>
      <h3>{t('passingTable.title')}</h3>
      {rows.length === 0 ? (
        <p className={texts['quiet']}>{t('passingTable.none')}</p>
      ) : (
        <ScrollX label={t('passingTable.title')}>
          <table className={table['table']} data-testid="topology-passing">
            <thead>
              <tr>
                <th>{t('packets.column.time')}</th>
                <th>{t('packets.column.protocol')}</th>
                <th>{t('wiring.from')}</th>
                <th>{t('wiring.to')}</th>
                <th>{t('passingTable.where')}</th>
                <th>{t('packets.column.info')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.key} data-where={row.where}>
                  <td className={texts['mono']}>{timeText(row.at)}</td>
                  <td>{row.protocol}</td>
                  <td>{row.from ?? ''}</td>
                  <td>{row.to.join(', ')}</td>
                  <td>
                    {t(`passingTable.is.${row.where}`, {
                      host: lab.hosts[row.host]?.name ?? '',
                      switch: row.switch,
                    })}
                  </td>
                  <td className={table['said']}>
                    <button
                      type="button"
                      className={texts['link']}
                      title={t('passing.takeApart')}
                      onClick={() => {
                        const to = { capture: LOOKING_ON, packet: String(row.serial) };
                        useChoices.getState().go(hostRoute(row.host, 'packets', to));
                      }}
                    >
                      {row.info}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </section>
  );
}
