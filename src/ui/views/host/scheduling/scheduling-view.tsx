/** Who decides which vCPU runs next on the host, what each VM is due of its CPUs, and what each vCPU has had. */
import { NativeSelect } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';
import type { HostViewProps } from '../../view.ts';
import { ComparedPanel } from './compared/compared-panel.tsx';
import { PartsTable } from './parts-table.tsx';
import { TimelinePanel } from './timeline/timeline-panel.tsx';

export default function SchedulingView({ index, host }: HostViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const { value, error, at, ask } = useAnswer(() => client.ask(index, 'scheduling', {}), 1000, [index], {
    card,
  });
  const choose = (kind: string): void => {
    void command(index, { op: 'host.setScheduler', args: { scheduler: { kind } } }).then(ask);
  };
  const kind = value?.scheduler.kind ?? '';
  const sliceNs = value?.scheduler['sliceNs'];
  return (
    <div ref={card} className={layout['sections']} data-testid="scheduling">
      <p className={texts['quiet']}>{t('scheduling.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <section className={layout['card']}>
            <NativeSelect
              label={t('scheduling.scheduler')}
              description={t(`scheduling.aboutScheduler.${kind}`, { defaultValue: '' })}
              value={kind}
              onChange={(event) => choose(event.currentTarget.value)}
              data={value.schedulers.map((id) => ({
                value: id,
                label: t(`scheduling.by.${id}`, { defaultValue: id }),
              }))}
            />
            <Facts
              testId="scheduling-facts"
              facts={[
                [t('scheduling.harts'), format.integer(value.harts)],
                [
                  t('scheduling.slice'),
                  format.duration(typeof sliceNs === 'number' ? sliceNs : value.timeSliceNs),
                ],
              ]}
            />
          </section>
          <section className={layout['card']}>
            <h3>{t('scheduling.vcpus')}</h3>
            <PartsTable {...{ index, host, at, answer: value }} onChanged={ask} />
          </section>
        </>
      )}
      <TimelinePanel index={index} host={host} />
      {value === null ? null : <ComparedPanel index={index} current={kind} schedulers={value.schedulers} />}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </div>
  );
}
