/** The disks of a host: what each is and whose request is next, and of each disk of a VM what waits, how long that takes, what it may do. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import type { HostViewProps } from '../../view.ts';
import { PhysicalDiskCard } from './physical-disk-card.tsx';

export default function StorageView({ index, host }: HostViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const { value, error, at, ask } = useAnswer(() => client.ask(index, 'io', {}), 1000, [index], { card });
  const slots = new Map(host.vms.map(({ slot, spec }) => [spec.name, slot]));
  return (
    <div ref={card} className={layout['sections']} data-testid="storage">
      <p className={texts['quiet']}>{t('storage.about')}</p>
      <ErrorAlert error={error} />
      {value?.disks.map((disk) => (
        <PhysicalDiskCard
          key={disk.name}
          {...{ index, disk, slots, at }}
          schedulers={value.schedulers}
          onChanged={ask}
        />
      ))}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </div>
  );
}
