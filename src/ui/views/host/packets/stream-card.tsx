/** The stream of TCP that a packet is of, as both ends have said it. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { followStream, streamOf } from '#base/packets/streams';
import layout from '../../../kit/layout.module.css';
import { saveFile } from '../../../kit/save-file.ts';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { PacketRow } from './packet-rows.ts';
import css from './packets.module.css';

/** Characters that are drawn. */
const MOST_SHOWN = 65_536;

/** Lines stay lines; what cannot be seen is a dot. */
function readable(bytes: Uint8Array): string {
  return new TextDecoder()
    .decode(bytes)
    .replace(/\r\n/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '·');
}

export function StreamCard({
  rows,
  chosen,
}: {
  readonly rows: readonly PacketRow[];
  readonly chosen: PacketRow;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = streamOf(chosen.packet);
  const stream = useMemo(
    () =>
      name === undefined
        ? undefined
        : followStream(
            rows.map(({ packet }) => packet),
            name,
          ),
    [rows, name],
  );
  if (stream === undefined) return <p className={texts['quiet']}>{t('packets.noStream')}</p>;
  const total = (side: 'first' | 'second'): number =>
    stream.pieces.reduce((sum, piece) => sum + (piece.from === side ? piece.bytes.length : 0), 0);
  const save = (side: 'first' | 'second'): void => {
    const own = stream.pieces.filter(({ from }) => from === side);
    const whole = new Uint8Array(total(side));
    let at = 0;
    for (const { bytes } of own) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    saveFile(whole, `stream-${side}.bin`);
  };
  let left = MOST_SHOWN;
  return (
    <div className={layout['stack']} data-testid="stream">
      <div className={layout['row-wrap']}>
        {(['first', 'second'] as const).map((side) => (
          <span key={side} className={layout['row-tight']}>
            <span data-side={side} className={css['side']}>
              {stream[side]} {format.bytes(total(side))}
            </span>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => save(side)}
              disabled={total(side) === 0}
            >
              {t('packets.saveStream')}
            </Button>
          </span>
        ))}
      </div>
      <pre className={css['stream']}>
        {stream.pieces.map(({ from, bytes, missing }, index) => {
          const text = readable(bytes.subarray(0, Math.max(0, left)));
          left -= bytes.length;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces never change places
            <span key={index} data-side={from}>
              {missing === 0 ? null : <em>{t('packets.missing', { count: missing })}</em>}
              {text}
            </span>
          );
        })}
      </pre>
      {stream.isCut || left < 0 ? <p className={texts['quiet']}>{t('packets.streamCut')}</p> : null}
    </div>
  );
}
