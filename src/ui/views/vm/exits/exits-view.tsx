/** Why the VM left the guest, how often, and what it cost: the exit counters as a table with bars. */
import { useTranslation } from 'react-i18next';
import { known } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { exitDetailText } from '../../../parts/engine-names.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { exitColor } from '../../../parts/palette.ts';
import type { VmViewProps } from '../../view.ts';
import css from './exits-view.module.css';

export default function ExitsView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { name } = vm.spec;
  const { value, at, error } = useAnswer(() => client.ask(host, 'exits', { vm: name }), 1000, [
    host,
    name,
    vm.state,
  ]);
  const rows = [...(value?.rows ?? [])].sort(
    (left, right) => right.costNs - left.costNs || right.count - left.count,
  );
  const cost = rows.reduce((sum, row) => sum + row.costNs, 0);
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const share = value === null || value.guestNs + cost === 0 ? null : cost / (value.guestNs + cost);
  const reason = (id: string): string => t(`exit.${id}`, { defaultValue: id });
  return (
    <div className={layout['stack']}>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <p title={t('metricSource.exits')}>
            {t('exits.summary', {
              count,
              number: format.count(count),
              cost: format.duration(cost),
              share: known(share, format.share),
            })}{' '}
            <span className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</span>
          </p>
          <ScrollX label={t('vm.exits')}>
            <table className={table['table']}>
              <thead>
                <tr>
                  <th>{t('exits.cause')}</th>
                  <th className={table['number']}>{t('exits.count')}</th>
                  <th className={table['number']}>{t('exits.cost')}</th>
                  <th className={table['number']}>{t('exits.each')}</th>
                  <th>{t('exits.share')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.reason} data-reason={row.reason}>
                    <td title={t(`exitMeaning.${row.reason}`, { defaultValue: '' })}>{reason(row.reason)}</td>
                    <td className={table['number']}>{format.integer(row.count)}</td>
                    <td className={table['number']}>{format.duration(row.costNs)}</td>
                    <td className={table['number']}>
                      {row.count === 0 ? '–' : format.duration(row.costNs / row.count)}
                    </td>
                    <td className={css['bar-cell']}>
                      {row.costNs === 0 ? null : (
                        <span className={css['share']}>
                          <span className={css['track']}>
                            <span
                              className={css['bar']}
                              style={{
                                width: `${(row.costNs / cost) * 100}%`,
                                background: exitColor(row.reason),
                              }}
                            />
                          </span>
                          <span className={css['percent']}>{format.share(row.costNs / cost)}</span>
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
          {rows.length === 0 ? <p className={texts['quiet']}>{t('exits.none')}</p> : null}
          {value.details.length > 0 ? (
            <>
              <h3>{t('exits.details')}</h3>
              <ScrollX label={t('exits.details')}>
                <table className={table['table']}>
                  <thead>
                    <tr>
                      <th>{t('exits.cause')}</th>
                      <th>{t('exits.detail')}</th>
                      <th className={table['number']}>{t('exits.count')}</th>
                      <th className={table['number']}>{t('exits.cost')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {value.details.map((row) => (
                      <tr key={`${row.reason} ${row.detail}`}>
                        <td>{reason(row.reason)}</td>
                        <td>{exitDetailText(t, row.detail)}</td>
                        <td className={table['number']}>{format.integer(row.count)}</td>
                        <td className={table['number']}>{format.duration(row.costNs)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </ScrollX>
            </>
          ) : null}
        </>
      )}
    </div>
  );
}
