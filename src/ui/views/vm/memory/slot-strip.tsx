/** The pages of a memslot on a canvas: what is under the pointer, and a cursor for the keyboard. */
import { useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PointerTip } from '../../../kit/pointer-tip.tsx';
import { useWidth } from '../../../kit/use-width.ts';
import { pageAt, stripFor } from '../../../parts/page-strip/page-strip.ts';
import { drawStrip, type PageColor } from '../../../parts/page-strip/strip-drawing.ts';
import css from './slot-strip.module.css';

interface Props {
  readonly pages: number;
  /** What it shows, and of which slot. */
  readonly label: string;
  /** Another one where a page has another colour. */
  readonly colorOf: PageColor;
  readonly cursor: number | undefined;
  readonly onCursor: (page: number) => void;
  /** What a page is, in words. */
  readonly describe: (page: number) => string;
  /** What else is shown of the page under the pointer. */
  readonly more?: (page: number) => ReactNode;
}

export function SlotStrip({ pages, label, colorOf, cursor, onCursor, describe, more }: Props) {
  const { t } = useTranslation();
  const dark = useComputedColorScheme('light') === 'dark';
  const [box, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<{ page: number; x: number; y: number } | null>(null);
  const strip = useMemo(() => stripFor(pages, Math.max(width, 16)), [pages, width]);
  const { columns, rows, cell } = strip;
  const height = rows * cell;

  useEffect(() => {
    if (canvas.current !== null && width > 0) drawStrip(canvas.current, colorOf, strip, cursor, dark);
  }, [colorOf, strip, width, dark, cursor]);

  const point = ({ clientX, clientY }: { clientX: number; clientY: number }): typeof hover => {
    const bounds = box.current?.getBoundingClientRect();
    if (bounds === undefined) return null;
    const [x, y] = [clientX - bounds.left, clientY - bounds.top];
    const page = pageAt(strip, x, y);
    return page === undefined ? null : { page, x, y };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = pages - 1;
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
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={pages - 1}
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
          {more?.(hover.page)}
        </PointerTip>
      )}
    </div>
  );
}
