/** A small picture of the pages of a memslot, with one of them marked. */
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import type { AnswerOf } from '#bridge/protocol/answers';
import css from './mini-strip.module.css';
import { stripFor } from './page-strip.ts';
import { byState, drawStrip } from './strip-drawing.ts';

interface Props {
  readonly slot: AnswerOf<'address-space'>['slots'][number];
  readonly page: number;
  /** At most so wide. */
  readonly width: number;
}

const HEIGHT = 80;

export function MiniStrip({ slot, page, width }: Props) {
  const dark = useComputedColorScheme('light') === 'dark';
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useMemo(() => stripFor(slot.pages, width, HEIGHT), [slot.pages, width]);
  useEffect(() => {
    if (canvas.current !== null) drawStrip(canvas.current, byState(slot.states), strip, page, dark);
  }, [slot, strip, page, dark]);
  return <canvas ref={canvas} className={css['picture']} />;
}
