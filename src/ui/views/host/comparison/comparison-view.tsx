/** The same work for several VMs, which have a device each in another way: what an operation costs, how long it takes, and where the time goes. */
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComparedId } from '#base/catalogue/compared-devices';
import layout from '../../../kit/layout.module.css';
import { readable } from '../../../kit/readable.ts';
import texts from '../../../kit/texts.module.css';
import { LatencyHistogram } from '../../../parts/disks/latency-histogram.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { ownerColor } from '../../../parts/palette.ts';
import type { HostViewProps } from '../../view.ts';
import { AccountTable } from './account-table.tsx';
import { CostTable } from './cost-table.tsx';
import { WorkForm } from './work-form.tsx';

export default function ComparisonView({ index, host }: HostViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<ComparedId>();
  const { value, error, at, ask } = useAnswer(() => client.ask(index, 'comparison', {}), 500, [index], {
    card,
  });
  const slots = new Map(host.vms.map(({ slot, spec }) => [spec.name, slot]));
  const colorOf = (vm: string): string => ownerColor(slots.get(vm) ?? 'hypervisor', false);
  const { rows = [], waiting = [] } = value ?? {};
  const running = value?.at ?? waiting[0];
  const isMeasured = rows.some(({ histogram }) => histogram.length > 0);
  return (
    <div ref={card} className={layout['sections']} data-testid="comparison">
      <p className={texts['quiet']}>{t('compare.about')}</p>
      {value === null ? null : (
        <WorkForm
          {...{ index, host, running }}
          device={chosen ?? value.device}
          onDevice={setChosen}
          onBegun={ask}
        />
      )}
      <ErrorAlert error={error} />
      <p role="status" className={texts['quiet']}>
        {running === undefined
          ? rows.length === 0
            ? t('compare.none')
            : t('compare.done', { text: readable(value?.text ?? '') })
          : t('compare.at', { vm: running, count: waiting.filter((name) => name !== running).length })}
      </p>
      {rows.length === 0 ? null : (
        <>
          <CostTable {...{ rows, slots }} />
          <AccountTable {...{ rows, slots }} />
          {isMeasured ? (
            <LatencyHistogram
              series={rows.map(({ vm, histogram }) => ({ name: vm, color: colorOf(vm), histogram }))}
            />
          ) : (
            <p className={texts['quiet']}>{t('compare.noLatency')}</p>
          )}
        </>
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </div>
  );
}
