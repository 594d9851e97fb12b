/** A small picture of all frames of the host by owner, with one of them marked: where a page of a VM lies. */
import { useComputedColorScheme } from '@mantine/core';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFrames } from '../../kit/frame-clock.ts';
import texts from '../../kit/texts.module.css';
import { useView } from '../lab.tsx';
import { Colouring } from './colouring.ts';
import { FIRST_FRAME, geometryFor } from './frame-map.ts';
import { drawMap } from './map-drawing.ts';
import { MapPicture } from './map-picture.ts';
import css from './mini-map.module.css';

interface Props {
  readonly host: number;
  /** Frame number (SPA ≫ 12). */
  readonly frame: number;
  readonly width: number;
}

const HEIGHT = 96;

export function MiniMap({ host, frame, width }: Props) {
  const { t } = useTranslation();
  const view = useView(host);
  const dark = useComputedColorScheme('light') === 'dark';
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef('');
  const count = view?.layout.frames ?? 0;
  const drawing = useMemo(() => {
    const geometry = geometryFor(Math.max(count, 1), { width, height: HEIGHT });
    const picture = new MapPicture(Math.max(count, 1), geometry.columns, new Colouring('owner', dark, true));
    const all = document.createElement('canvas');
    all.width = picture.columns;
    all.height = picture.rows;
    return { geometry, picture, all, image: new ImageData(picture.data, picture.columns, picture.rows) };
  }, [count, width, dark]);
  useFrames(10, () => {
    const element = canvas.current;
    if (element === null || view === undefined) return;
    const { geometry, picture, all, image } = drawing;
    const scale = globalThis.devicePixelRatio;
    const key = `${view.framesGeneration()} ${frame} ${width} ${scale} ${dark} ${count}`;
    if (key === drawn.current) return;
    drawn.current = key;
    const { owners, states } = view;
    picture.update({ owners, states, marks: undefined, ages: undefined });
    all.getContext('2d')?.putImageData(image, 0, 0);
    const [w, h] = [geometry.columns * geometry.fit, geometry.rows * geometry.fit];
    element.width = Math.round(w * scale);
    element.height = Math.round(h * scale);
    element.style.width = `${w}px`;
    const context = element.getContext('2d');
    if (context === null) return;
    drawMap(context, {
      ...{ picture: all, geometry, view: { cell: geometry.fit, x: 0, y: 0 }, states, dark },
      ...{ window: { width: w, height: h, scale }, hasPatterns: false, cursor: frame - FIRST_FRAME },
    });
  });
  if (view === undefined) return null;
  return (
    <>
      <div className={texts['quiet']}>{t('addressSpace.onHost', { frame: `0x${frame.toString(16)}` })}</div>
      <canvas ref={canvas} className={css['picture']} />
    </>
  );
}
