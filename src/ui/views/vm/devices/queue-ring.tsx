/** A virtqueue as a ring: how far the driver, the device and the device's answers have come, and what lies between them. */
import { useTranslation } from 'react-i18next';
import type { QueueState } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import css from './devices.module.css';

/** Indices of a virtqueue count up modulo this. */
const TURN = 0x1_0000;
const RADIUS = 34;

/** From one index to another, on the way that both go. */
function between(from: number, to: number): number {
  return (to - from + TURN) % TURN;
}

function Marker({ at, size, name }: { readonly at: number; readonly size: number; readonly name: string }) {
  const angle = ((at % size) / size) * 360;
  return (
    <path
      className={css['marker']}
      data-name={name}
      d="M 0 -29 L -3.4 -21 L 3.4 -21 Z"
      transform={`rotate(${angle})`}
    />
  );
}

function Arc({
  from,
  length,
  size,
  name,
}: {
  readonly from: number;
  readonly length: number;
  readonly size: number;
  readonly name: string;
}) {
  const shown = Math.min(length, size);
  if (shown === 0) return null;
  return (
    <circle
      className={css['arc']}
      data-name={name}
      r={RADIUS}
      pathLength={size}
      strokeDasharray={`${shown} ${size - shown}`}
      transform={`rotate(${((from % size) / size) * 360 - 90})`}
    />
  );
}

export function QueueRing({ queue, number }: { readonly queue: QueueState; readonly number: number }) {
  const { t } = useTranslation();
  const { size, maxSize, ready, taken, used, inFlight, available = taken } = queue;
  const title = t('deviceParts.queue', { number });
  const waiting = between(taken, available);
  return (
    <figure className={css['queue']} data-queue={number}>
      <svg
        viewBox="-44 -44 88 88"
        width="104"
        height="104"
        role="img"
        aria-label={t('deviceParts.ringOf', { queue: title, waiting, inFlight })}
      >
        <circle className={css['ring']} r={RADIUS} data-ready={ready} />
        {ready && size > 0 ? (
          <>
            <Arc from={used} length={inFlight} size={size} name="flight" />
            <Arc from={taken} length={waiting} size={size} name="waiting" />
            <Marker at={used} size={size} name="used" />
            <Marker at={available} size={size} name="available" />
          </>
        ) : null}
        <text className={css['count']} y="5">
          {inFlight + waiting}
        </text>
      </svg>
      <figcaption>
        <strong>{title}</strong>
        <span className={texts['quiet']}>
          {ready ? t('deviceParts.queueSize', { size, most: maxSize }) : t('deviceParts.queueUnset')}
          {queue.packed ? ` · ${t('deviceParts.queuePacked')}` : ''}
          {queue.broken ? ` · ${t('deviceParts.queueBroken')}` : ''}
          {queue.waits ? ` · ${t('deviceParts.queueWaits')}` : ''}
        </span>
        {ready ? (
          <dl className={css['indices']}>
            {(
              [
                ['available', available],
                ['taken', taken],
                ['used', used],
                ['inFlight', inFlight],
              ] as const
            ).map(([name, value]) => (
              <div key={name} className={layout['row-tight']}>
                <dt data-name={name}>{t(`deviceParts.${name}`)}</dt>
                <dd className={texts['mono']}>{value}</dd>
              </div>
            ))}
          </dl>
        ) : null}
      </figcaption>
    </figure>
  );
}
