/** One physical disk: its scheduler, what it is at, and the disks of VMs that lie on it. */
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { LatencyHistogram } from '../../../parts/disks/latency-histogram.tsx';
import { nameOf, type PhysicalDisk } from '../../../parts/disks/physical-disk.ts';
import { StreamTable } from '../../../parts/disks/stream-table.tsx';
import { useCommand, useFormat } from '../../../parts/lab.tsx';
import { ownerColor } from '../../../parts/palette.ts';

interface Props {
  readonly index: number;
  readonly disk: PhysicalDisk;
  readonly schedulers: readonly string[];
  /** Of VMs, by name. */
  readonly slots: ReadonlyMap<string, number>;
  readonly at: number;
  readonly onChanged: () => void;
}

export function PhysicalDiskCard({ index, disk, schedulers, slots, at, onChanged }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const format = useFormat();
  const { kind } = disk.scheduler;
  const counted = Object.entries(disk.counters).map(
    ([id, count]) =>
      [
        t(`storage.counter.${id}`, { defaultValue: id }),
        id.endsWith('Ns') ? format.duration(count) : format.integer(count),
      ] as const,
  );
  const series = disk.disks.map((each) => ({
    name: nameOf(each),
    color: ownerColor(slots.get(each.vm) ?? 'hypervisor', false),
    histogram: each.histogram,
  }));
  const choose = (scheduler: string): void => {
    const args = { disk: disk.name, scheduler: { kind: scheduler } };
    void command(index, { op: 'host.setIoScheduler', args }).then(onChanged);
  };
  return (
    <section className={layout['card']} data-testid={`physical-disk-${disk.name}`}>
      <header className={layout['row-wrap']}>
        <h3>
          {disk.name} · {t(`storage.model.${disk.model.kind}`, { defaultValue: disk.model.kind })}
        </h3>
        <span className={layout['grow']} />
        <NativeSelect
          label={t('storage.scheduler')}
          value={kind}
          onChange={(event) => choose(event.currentTarget.value)}
          data={schedulers.map((id) => ({ value: id, label: t(`storage.by.${id}`, { defaultValue: id }) }))}
        />
      </header>
      <p className={texts['quiet']}>{t(`storage.aboutModel.${disk.model.kind}`, { defaultValue: '' })}</p>
      <p className={texts['quiet']}>{t(`storage.aboutScheduler.${kind}`, { defaultValue: '' })}</p>
      {disk.holder === undefined ? null : <p>{t('storage.wholeTo', { vm: disk.holder })}</p>}
      <Facts
        testId="disk-facts"
        facts={[
          [t('storage.at'), t('storage.atOf', { now: disk.inService, most: disk.parallel })],
          [t('storage.busy'), format.percent(at === 0 ? 0 : disk.busyNs / at)],
          [t('storage.completed'), format.integer(disk.completed)],
          [t('storage.moved'), format.bytes(disk.bytes)],
          [t('storage.merges'), format.integer(disk.merges), t('storage.mergesHint')],
          [t('storage.pieces'), format.integer(disk.pieces), t('storage.piecesHint')],
          ...counted,
        ]}
      />
      {disk.disks.length === 0 ? (
        <p className={texts['quiet']}>{t('storage.none')}</p>
      ) : (
        <>
          <StreamTable host={index} disk={disk} slots={slots} onChanged={onChanged} />
          <LatencyHistogram series={series} />
        </>
      )}
    </section>
  );
}
