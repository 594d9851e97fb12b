/** What each VM had of the CPUs under two schedulers, side by side: a row for each figure, a column for each scheduler. */
import { useTranslation } from 'react-i18next';
import { ok } from '#base/result';
import { ScrollX } from '../../../../kit/scroll-x.tsx';
import table from '../../../../kit/table.module.css';
import texts from '../../../../kit/texts.module.css';
import type { Stretch } from '../../../../parts/chart/stretch.ts';
import { useAnswer, useFormat } from '../../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../../parts/owner-swatch.tsx';
import { FIGURES, figuresText, type Queue } from '../timeline/figures.ts';
import type { Compared } from './run-compared.ts';

const EVERY_MS = 1000;

interface Props {
  readonly compared: Compared;
  readonly stretch: Stretch;
}

export function ComparedFigures({ compared: { host, runs }, stretch }: Props) {
  const { t } = useTranslation();
  const { fromNs, toNs } = stretch;
  const { value } = useAnswer(
    async () => {
      const queues: Queue[] = [];
      let at = 0;
      for (const { client } of runs) {
        const answer = await client.ask(host, 'run-queue', { fromNs, toNs });
        if (!answer.ok) return answer;
        at = answer.value.at;
        queues.push(answer.value.value);
      }
      return ok({ at, value: queues });
    },
    EVERY_MS,
    [runs, host, fromNs, toNs],
  );
  if (value === null) return null;
  const names = runs.map(({ scheduler }) => t(`scheduling.by.${scheduler}`, { defaultValue: scheduler }));
  return (
    <>
      <ScrollX label={t('scheduling.compared.figures')}>
        <table
          className={table['table']}
          aria-label={t('scheduling.compared.figures')}
          data-testid="compared-figures"
        >
          <thead>
            <tr>
              <th>{t('timeline.column.vm')}</th>
              <th>{t('scheduling.compared.figure')}</th>
              {names.map((name, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: both may be of one scheduler
                <th key={at} className={table['number']}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          {value[0]?.vms.map(({ vm }) => (
            <VmFigures key={vm} vm={vm} queues={value} />
          ))}
        </table>
      </ScrollX>
      {value.some(({ truncated }) => truncated) ? (
        <p className={texts['quiet']}>{t('timeline.truncated')}</p>
      ) : null}
    </>
  );
}

function VmFigures({ vm, queues }: { readonly vm: string; readonly queues: readonly Queue[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const all = queues.map((queue) => queue.vms.find((each) => each.vm === vm));
  const said = queues.map((queue, at) => {
    const own = all[at];
    return own === undefined ? undefined : figuresText(format, queue, own);
  });
  // A VM of one vCPU is never apart from itself.
  const isApart = all.some((own) => (own?.apartNs ?? 0) > 0);
  const figures = isApart ? FIGURES : FIGURES.filter((figure) => figure !== 'apart');
  return (
    <tbody>
      {figures.map((figure, row) => (
        <tr key={figure}>
          {row > 0 ? null : (
            <th rowSpan={figures.length} scope="rowgroup">
              <OwnerSwatch owner={all[0]?.slot ?? 'free'} /> {vm}
            </th>
          )}
          <td title={figure === 'apart' ? t('timeline.apartHint') : undefined}>
            {t(`timeline.column.${figure}`)}
          </td>
          {said.map((own, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: both may be of one scheduler
            <td key={at} className={table['number']}>
              {own?.[figure] ?? '–'}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
