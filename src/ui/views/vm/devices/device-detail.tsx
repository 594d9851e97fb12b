/** One device of a VM: its features, its queues as rings, its registers. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { DeviceDetail, DeviceState, QueueState } from '#bridge/protocol/answers';
import chip from '../../../kit/chip.module.css';
import type { Format } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { counterText } from '../../../parts/engine-names.ts';
import { useFormat } from '../../../parts/lab.tsx';
import { ClockForm } from './clock-form.tsx';
import css from './devices.module.css';
import { PassedThroughFacts } from './passed-through-facts.tsx';
import { QueueRing } from './queue-ring.tsx';
import { RegisterTable } from './register-table.tsx';

/** What its queues take of the host, made as their drivers set them up, beside what they would take made ahead. */
function madeText(queues: readonly QueueState[], { bytes }: Format, t: TFunction): string {
  const sum = (of: (queue: QueueState) => number): number =>
    queues.reduce((all, queue) => all + of(queue), 0);
  return t('deviceParts.queuesMade', {
    ...{ made: queues.filter(({ madeBytes }) => madeBytes > 0).length, all: queues.length },
    bytes: bytes(sum(({ madeBytes }) => madeBytes)),
    ahead: bytes(sum(({ aheadBytes }) => aheadBytes)),
  });
}

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly device: DeviceState;
  readonly detail: DeviceDetail;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export function DeviceDetailCard({ host, vm, device, detail, sort, onSort }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className={layout['card']} data-testid="device">
      <h3>
        {device.name} · {t(`device.${device.kind}`, { defaultValue: device.kind })}
      </h3>
      <div>
        {device.counters.map((counter) => (
          <span key={counter.id} className={chip['field']} data-set={counter.value > 0 || undefined}>
            {counterText(format, counter)}
          </span>
        ))}
      </div>
      {device.clock === undefined ? null : <ClockForm host={host} vm={vm} clock={device.clock} />}
      {device.passedThrough === undefined ? null : <PassedThroughFacts passed={device.passedThrough} />}
      {detail.features.length === 0 ? null : (
        <>
          <h4>{t('deviceParts.features')}</h4>
          <div>
            {detail.features.map(({ bit, name, accepted }) => (
              <span
                key={bit}
                className={chip['field']}
                data-set={accepted || undefined}
                title={t(accepted ? 'deviceParts.accepted' : 'deviceParts.declined')}
              >
                {name} {bit}
              </span>
            ))}
          </div>
        </>
      )}
      {device.queues.length === 0 ? null : (
        <>
          <h4>{t('deviceParts.queues')}</h4>
          <p className={texts['quiet']}>{madeText(device.queues, format, t)}</p>
          <div className={css['queues']}>
            {device.queues.map((queue, number) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a queue is its number
              <QueueRing key={number} queue={queue} number={number} />
            ))}
          </div>
        </>
      )}
      <h4>{t('deviceParts.registers')}</h4>
      <RegisterTable detail={detail} sort={sort} onSort={onSort} />
    </section>
  );
}
