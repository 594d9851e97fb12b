/** The disks of a VM, at the physical disks on which they lie: what waits, how long that takes, and what each may do. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { StreamTable } from '../../../parts/disks/stream-table.tsx';
import { useAnswer, useClient } from '../../../parts/lab.tsx';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly slot: number;
}

export function DiskTable({ host, vm, slot }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const card = useRef<HTMLDivElement>(null);
  const { value, ask } = useAnswer(() => client.ask(host, 'io', {}), 1000, [host, vm], { card });
  const own = value?.disks.filter(({ disks }) => disks.some((each) => each.vm === vm)) ?? [];
  return (
    <div ref={card}>
      <h3>{t('storage.disksOf')}</h3>
      {own.map((disk) => (
        <StreamTable key={disk.name} {...{ host, disk, vm }} slots={new Map([[vm, slot]])} onChanged={ask} />
      ))}
    </div>
  );
}
