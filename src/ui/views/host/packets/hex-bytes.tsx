/** The bytes of a packet, in hexadecimal and as text: those of the chosen field are marked, and a byte chooses its field. */
import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesOf, fieldAt, type Packet } from '#base/packets/dissect';
import type { FieldNode } from '#base/packets/layer';
import { NARROW, useMedia } from '../../../kit/media.ts';
import texts from '../../../kit/texts.module.css';
import css from './packets.module.css';

/** Bytes that are drawn. */
const MOST_SHOWN = 2048;

interface Props {
  readonly packet: Packet;
  readonly chosen: FieldNode | undefined;
  readonly onChoose: (field: FieldNode | undefined) => void;
}

const hex = (value: number, digits = 2): string => value.toString(16).padStart(digits, '0');
const sign = (byte: number): string => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');

export function HexBytes({ packet, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const perLine = useMedia(NARROW) ? 8 : 16;
  const [cursor, setCursor] = useState(0);
  // A message that was put together of several packets has bytes of its own.
  const bytes = chosen === undefined ? packet.bytes : bytesOf(packet, chosen);
  const isWhole = bytes !== packet.bytes;
  const shown = bytes.subarray(0, MOST_SHOWN);
  const lines = Array.from({ length: Math.ceil(shown.length / perLine) }, (_, line) => line * perLine);
  const places = (start: number): number[] =>
    Array.from({ length: Math.min(perLine, shown.length - start) }, (_, index) => start + index);
  const choose = (at: number): void => {
    const next = Math.max(0, Math.min(shown.length - 1, at));
    setCursor(next);
    onChoose(fieldAt(packet, next, bytes));
  };
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perLine, ArrowUp: -perLine }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    choose(cursor + by);
  };
  const onClick = ({ target }: MouseEvent): void => {
    const at = target instanceof HTMLElement ? target.dataset['at'] : undefined;
    if (at !== undefined) choose(Number(at));
  };
  const isMarked = (at: number): true | undefined =>
    (chosen !== undefined && chosen.start <= at && at < chosen.end) || undefined;
  return (
    <section className={css['hex']}>
      {isWhole ? <p className={texts['quiet']}>{t('packets.putTogether', { count: bytes.length })}</p> : null}
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table with a cursor is a grid (WAI-ARIA 1.2)
        role="grid"
        aria-label={t('packets.bytes')}
        tabIndex={0}
        className={texts['mono']}
        data-testid="bytes"
        onKeyDown={onKey}
        onClick={onClick}
      >
        <tbody>
          {lines.map((start) => (
            <tr key={start} className={css['line']}>
              <th scope="row">{hex(start, 4)}</th>
              <td>
                {places(start).map((at) => (
                  <span key={at} data-at={at} data-marked={isMarked(at)}>
                    {hex(shown[at]!)}{' '}
                  </span>
                ))}
              </td>
              <td>
                {places(start).map((at) => (
                  <span key={at} data-at={at} data-marked={isMarked(at)}>
                    {sign(shown[at]!)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {bytes.length > shown.length ? (
        <p className={texts['quiet']}>{t('packets.moreBytes', { count: bytes.length - shown.length })}</p>
      ) : null}
    </section>
  );
}
