/** The way of the chosen frame, or of the next one that the filter means. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useChoices } from '../../../state/choices.ts';
import { labRoute } from '../../../state/routes.ts';
import { showWay } from '../../../state/way.ts';
import type { PacketRow } from './packet-rows.ts';
import { WayCard } from './way-card.tsx';

interface Props {
  readonly host: number;
  /** Of the capture that runs; none where a file is looked at. */
  readonly name: string | undefined;
  readonly rows: readonly PacketRow[];
  readonly chosen: PacketRow | undefined;
  readonly filter: string;
  /** The serial that comes next. */
  readonly next: number;
  readonly onNext: () => void;
}

export function WayPanel({ host, name, rows, chosen, filter, next, onNext }: Props) {
  const { t } = useTranslation();
  const [waited, setWaited] = useState<{ readonly from: number; readonly filter: string } | null>(null);
  if (name === undefined) return <p className={texts['quiet']}>{t('packets.noWay')}</p>;
  const frame = chosen?.seen.frame ?? 0;
  const first = rows.find(({ seen }) => seen.frame === frame)?.seen.serial;
  return (
    <div className={layout['stack']}>
      <div className={layout['row-wrap']}>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            onNext();
            setWaited({ from: next, filter });
          }}
        >
          {t(filter === '' ? 'packets.followNext' : 'packets.followMeant')}
        </Button>
        {chosen === undefined || frame === 0 ? null : (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              showWay({ host, capture: name, frame, serial: chosen.seen.serial });
              useChoices.getState().go(labRoute('topology'));
            }}
          >
            {t('passing.onGraph')}
          </Button>
        )}
      </div>
      {chosen !== undefined ? (
        frame === 0 || first === undefined ? (
          <p className={texts['quiet']}>{t('packets.noWay')}</p>
        ) : (
          <WayCard host={host} name={name} from={first} />
        )
      ) : waited === null ? (
        <p className={texts['quiet']}>{t('packets.choose')}</p>
      ) : (
        <WayCard host={host} name={name} from={waited.from} filter={waited.filter} />
      )}
    </div>
  );
}
