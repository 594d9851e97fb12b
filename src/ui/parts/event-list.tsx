/** What happened, newest first: when, to which VM, in a sentence. */
import type { LabEvent } from '#bridge/protocol/lab-api';
import { Icon } from '../kit/icons.tsx';
import texts from '../kit/texts.module.css';
import { errorSentence } from './error-text.tsx';
import css from './event-list.module.css';
import { useFormat } from './lab.tsx';

interface Props {
  /** Oldest first. */
  readonly events: readonly LabEvent[];
  /** At most so many, the newest. */
  readonly most: number;
  /** Those that stand out. */
  readonly isNear?: (at: number) => boolean;
}

export function EventList({ events, most, isNear = () => false }: Props) {
  const format = useFormat();
  return (
    <ol className={css['events']}>
      {events
        .slice(-most)
        .reverse()
        .map((event) => (
          <li key={event.serial} data-severity={event.severity} data-near={isNear(event.at) || undefined}>
            <span className={texts['mono']}>{format.clock(event.at)}</span>
            <Icon name={event.severity === 'info' ? 'info' : 'alert'} size={14} />
            {event.vm === undefined ? null : (
              <b className={texts['name']} title={event.vm}>
                {event.vm}
              </b>
            )}
            <span className={css['what']}>{errorSentence(event)}</span>
          </li>
        ))}
    </ol>
  );
}
