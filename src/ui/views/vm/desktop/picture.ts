/** A screen's picture on a canvas: what the machine says has changed is drawn, tile by tile. */
import type { AnswerOf } from '#bridge/protocol/answers';

export type Picture = Omit<AnswerOf<'desktop'>, 'kind'>;

const RGBA = 4;

/** Draws what an answer has of a picture; another size clears all first. */
export function drawTiles(canvas: HTMLCanvasElement, { width, height, tile, tiles, pixels }: Picture): void {
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const columns = Math.ceil(width / tile);
  let at = 0;
  for (const each of tiles) {
    const x = tile * (each % columns);
    const y = tile * Math.floor(each / columns);
    const [w, h] = [Math.min(tile, width - x), Math.min(tile, height - y)];
    const end = at + RGBA * w * h;
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.slice(at, end)), w, h), x, y);
    at = end;
  }
}

/** The guest's own pointer. */
export function drawCursor(canvas: HTMLCanvasElement, { cursor }: Picture): void {
  if (cursor === undefined) return;
  canvas.width = cursor.width;
  canvas.height = cursor.height;
  const pixels = new Uint8ClampedArray(cursor.pixels);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, cursor.width, cursor.height), 0, 0);
}

/** The picture as a file. */
export function pngOf(canvas: HTMLCanvasElement): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    canvas.toBlob((blob) => {
      if (blob === null) resolve(undefined);
      else blob.arrayBuffer().then((bytes) => resolve(new Uint8Array(bytes)));
    }, 'image/png');
  });
}
