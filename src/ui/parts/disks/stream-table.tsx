/** Disks of VMs on a physical disk: who waits, for how long, and who has had how much of it; shares and limits can be changed. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isPassedThrough } from '#base/catalogue/disk-ways';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import { useCommand, useFormat } from '../lab.tsx';
import { OwnerSwatch } from '../owner-swatch.tsx';
import { FaultsForm } from './faults-form.tsx';
import { LimitsForm } from './limits-form.tsx';
import { nameOf, type PhysicalDisk } from './physical-disk.ts';

const COLUMNS = [
  ...(['shares', 'limits', 'held', 'waiting', 'inService', 'longest', 'p50', 'p95', 'p99'] as const),
  ...(['completed', 'moved', 'time', 'merges', 'size', 'allocated', 'allocation', 'errors'] as const),
];

interface Props {
  readonly host: number;
  readonly disk: PhysicalDisk;
  /** Only those of one VM. */
  readonly vm?: string;
  readonly slots: ReadonlyMap<string, number>;
  readonly onChanged: () => void;
}

export function StreamTable({ host, disk, vm, slots, onChanged }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [edited, setEdited] = useState<string>();
  const rows = disk.disks.filter((each) => vm === undefined || each.vm === vm);
  const current = rows.find((each) => nameOf(each) === edited);
  const format = useFormat();
  const inAll = disk.disks.reduce((sum, { servedNs }) => sum + servedNs, 0);
  const errorsOf = ({ readErrors, writeErrors }: (typeof rows)[number]): string => {
    const reads = t(`storage.onError.${readErrors}`);
    const writes = t(`storage.onError.${writeErrors}`);
    return reads === writes ? reads : t('storage.onErrors', { reads, writes });
  };
  const duration = (ns: number): string => (ns === 0 ? '–' : format.duration(ns));
  return (
    <>
      <ScrollX label={t('storage.disks')}>
        <table className={table['table']} aria-label={t('storage.disks')} data-testid="io-streams">
          <thead>
            <tr>
              <th>{t('storage.column.disk')}</th>
              {COLUMNS.map((column) => (
                <th
                  key={column}
                  className={table['number']}
                  title={t(`storage.hint.${column}`, { defaultValue: '' })}
                >
                  {t(`storage.column.${column}`)}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const { limits, latency } = row;
              const limited = [
                limits.iops === undefined ? '' : t('storage.perSecond', { count: limits.iops }),
                limits.bytesPerSecond === undefined ? '' : format.byteRate(limits.bytesPerSecond),
              ].filter((each) => each !== '');
              const said: Readonly<Record<(typeof COLUMNS)[number], string>> = {
                shares: format.integer(row.shares),
                limits: limited.join(' · ') || '–',
                ...{ held: format.integer(row.held), waiting: format.integer(row.waiting) },
                inService: format.integer(row.inService),
                longest: duration(row.longestNs),
                ...{ p50: duration(latency.p50), p95: duration(latency.p95), p99: duration(latency.p99) },
                completed: format.integer(row.completed),
                moved: format.bytes(row.bytes),
                time: format.percent(inAll === 0 ? 0 : row.servedNs / inAll),
                merges: format.integer(row.merges),
                errors: errorsOf(row),
                ...{ size: format.bytes(row.sizeBytes), allocated: format.bytes(row.allocatedBytes) },
                allocation: t(`storage.allocation.${row.allocation}`),
              };
              const name = nameOf(row);
              return (
                <tr key={name} aria-current={name === edited}>
                  <td>
                    <OwnerSwatch owner={slots.get(row.vm) ?? 'free'} /> {name}
                    {row.broken.length === 0 ? null : (
                      <div data-testid={`broken-${name}`}>
                        ⚠ {t('storage.faults.count', { count: row.broken.length })}
                      </div>
                    )}
                  </td>
                  {COLUMNS.map((column) => (
                    <td key={column} className={table['number']}>
                      {said[column]}
                    </td>
                  ))}
                  <td>
                    <Button
                      size="compact-xs"
                      disabled={isPassedThrough(row)}
                      variant="default"
                      aria-label={t('storage.editOf', { name })}
                      aria-expanded={name === edited}
                      onClick={() => setEdited(name === edited ? undefined : name)}
                    >
                      {t('storage.edit')}
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
      {current === undefined ? null : (
        <>
          <LimitsForm
            key={JSON.stringify([current.vm, current.disk, current.shares, current.limits])}
            stream={current}
            onSet={(args) => void command(host, { op: 'vm.setDiskLimits', args }).then(onChanged)}
          />
          <FaultsForm
            key={`faults ${nameOf(current)}`}
            stream={current}
            onBreak={(args) => void command(host, { op: 'vm.breakDisk', args }).then(onChanged)}
            onMend={(args) => void command(host, { op: 'vm.mendDisk', args }).then(onChanged)}
          />
        </>
      )}
    </>
  );
}
