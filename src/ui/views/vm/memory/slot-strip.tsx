/** The pages of a memslot on a canvas, by state: what is under the pointer, and a cursor for the keyboard. */
import { useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { PointerTip } from '../../../kit/pointer-tip.tsx';
import { pageStateColor } from '../../../parts/palette.ts';
import { pageAt, stripFor } from './page-strip.ts';
import css from './slot-strip.module.css';

type Slot = AnswerOf<'address-space'>['slots'][number];

interface Props {
  readonly slot: Slot;
  readonly cursor: number | undefined;
  readonly onCursor: (page: number) => void;
  /** What a page is, in words. */
  readonly describe: (page: number) => string;
}

export function SlotStrip({ slot, cursor, onCursor, describe }: Props) {
  const { t } = useTranslation();
  const dark = useComputedColorScheme('light') === 'dark';
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hover, setHover] = useState<{ page: number; x: number; y: number } | null>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const strip = useMemo(() => stripFor(slot.pages, Math.max(width, 16)), [slot.pages, width]);
  const { columns, rows, cell } = strip;
  const height = rows * cell;

  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (canvas.current === null || context === null || width === 0) return;
    canvas.current.width = columns * cell;
    canvas.current.height = height;
    const size = cell > 3 ? cell - 1 : cell;
    for (let page = 0; page < slot.pages; page++) {
      context.fillStyle = pageStateColor(slot.states[page] ?? 0, dark);
      context.fillRect((page % columns) * cell, Math.floor(page / columns) * cell, size, size);
    }
    if (cursor === undefined) return;
    const [x, y] = [(cursor % columns) * cell, Math.floor(cursor / columns) * cell];
    context.lineWidth = 2;
    context.strokeStyle = dark ? '#ffffff' : '#000000';
    context.strokeRect(x - 1, y - 1, Math.max(cell, 5) + 1, Math.max(cell, 5) + 1);
  }, [slot, columns, cell, height, width, dark, cursor]);

  const point = ({ clientX, clientY }: { clientX: number; clientY: number }): typeof hover => {
    const bounds = box.current?.getBoundingClientRect();
    if (bounds === undefined) return null;
    const [x, y] = [clientX - bounds.left, clientY - bounds.top];
    const page = pageAt(strip, x, y);
    return page === undefined ? null : { page, x, y };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = slot.pages - 1;
    const to: Readonly<Record<string, number>> = {
      ...{ ArrowLeft: (cursor ?? 1) - 1, ArrowRight: (cursor ?? -1) + 1, Home: 0, End: last },
      ...{ ArrowUp: (cursor ?? columns) - columns, ArrowDown: (cursor ?? -columns) + columns },
    };
    const page = to[event.key];
    if (page === undefined) return;
    event.preventDefault();
    onCursor(Math.min(last, Math.max(0, page)));
  };
  return (
    <div className={css['window']}>
      <div
        ref={box}
        className={css['box']}
        style={{ height }}
        role="slider"
        aria-orientation="vertical"
        aria-label={t('addressSpace.strip', { base: slot.base })}
        aria-valuemin={0}
        aria-valuemax={slot.pages - 1}
        aria-valuenow={cursor ?? 0}
        aria-valuetext={cursor === undefined ? t('addressSpace.hint') : describe(cursor)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setHover(point(event))}
        onPointerLeave={() => setHover(null)}
        onClick={(event) => {
          const at = point(event);
          if (at !== null) onCursor(at.page);
        }}
      >
        <canvas ref={canvas} />
      </div>
      {hover === null ? null : (
        <PointerTip x={hover.x} y={hover.y} width={width}>
          {describe(hover.page)}
        </PointerTip>
      )}
    </div>
  );
}
