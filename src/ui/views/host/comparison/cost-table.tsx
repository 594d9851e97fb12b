/** What an operation costs each: exits by what they are for, throughput, how long it takes, and time of harts. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { EXIT_ROLES } from '#base/catalogue/compared-devices';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { OwnerSwatch } from '../../../parts/owner-swatch.tsx';

export type ComparedRow = AnswerOf<'comparison'>['rows'][number];
export interface RowsProps {
  readonly rows: readonly ComparedRow[];
  readonly slots: ReadonlyMap<string, number>;
}

const COLUMNS = ['perSecond', 'moved', 'exits'] as const;
/** Of what backs the content, where something does; and of making it, where that takes time. */
const SPACE = ['space'] as const;
const MAKING = ['made', 'making'] as const;
const AFTER = ['most', 'p50', 'p95', 'p99', 'hostCpu', 'hypervisorCpu'] as const;

export function CostTable({ rows, slots }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = (ns: number): string => (ns === 0 ? '–' : format.duration(ns));
  const hasSpace = rows.some(({ backedBytes }) => backedBytes > 0);
  const hasMaking = rows.some(({ makingNs }) => makingNs > 0);
  const after = [...AFTER, ...(hasSpace ? SPACE : []), ...(hasMaking ? MAKING : [])];
  return (
    <section>
      <h3>{t('compare.table')}</h3>
      <ScrollX label={t('compare.table')}>
        <table className={table['table']} aria-label={t('compare.table')} data-testid="comparison-costs">
          <thead>
            <tr>
              <th>{t('compare.vms')}</th>
              <th>{t('compare.column.way')}</th>
              {COLUMNS.map((column) => (
                <th key={column} className={table['number']} title={t(`compare.hint.${column}`)}>
                  {t(`compare.column.${column}`)}
                </th>
              ))}
              {EXIT_ROLES.map((role) => (
                <th key={role} className={table['number']}>
                  {t(`compare.role.${role}`)}
                </th>
              ))}
              {after.map((column) => (
                <th key={column} className={table['number']} title={t(`compare.hint.${column}`)}>
                  {t(`compare.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const each = (count: number): string =>
                row.operations === 0 ? '–' : format.number(count / row.operations, 1);
              const { p50, p95, p99 } = row.latency;
              return (
                <tr key={row.vm}>
                  <td>
                    <OwnerSwatch owner={slots.get(row.vm) ?? 'free'} /> {row.vm}{' '}
                    {row.isLate ? (
                      <Badge color="yellow" variant="light" title={t('compare.lateHint')}>
                        {t('compare.late')}
                      </Badge>
                    ) : null}
                  </td>
                  <td>
                    {[...new Set(row.ways)].map((way) => t(`way.${way}`, { defaultValue: way })).join(' · ')}
                  </td>
                  {[
                    format.integer(Math.round(row.operationsPerSecond)),
                    format.byteRate(row.bytesPerSecond),
                    format.number(row.exitsEach, 1),
                    ...row.roles.map(({ exits }) => each(exits)),
                    row.most === 0 ? '–' : format.integer(row.most),
                    ...[p50, p95, p99].map(duration),
                    ...[row.hostCpu, row.hypervisorCpu].map((share) => format.percent(share)),
                    ...(hasSpace ? [format.bytes(row.backedBytes)] : []),
                    ...(hasMaking ? [format.bytes(row.madeBytes), duration(row.makingNs)] : []),
                  ].map((said, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
                    <td key={column} className={table['number']}>
                      {said}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
    </section>
  );
}
