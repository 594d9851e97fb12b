/** A screen's picture on a canvas: what the machine says has changed is drawn, tile by tile. */
import type { AnswerOf } from '#bridge/protocol/answers';

export type Picture = Omit<AnswerOf<'desktop'>, 'kind' | 'isDriven'>;

const RGBA = 4;

/** Where the tiles that have come lie: in the picture, and from where to where in the bytes of the answer. */
function* placesOf({ width, height, tile, tiles }: Picture) {
  const columns = Math.ceil(width / tile);
  let from = 0;
  for (const number of tiles) {
    const [x, y] = [tile * (number % columns), tile * Math.floor(number / columns)];
    const [w, h] = [Math.min(tile, width - x), Math.min(tile, height - y)];
    const to = from + RGBA * w * h;
    yield { number, x, y, w, h, from, to };
    from = to;
  }
}

/** Draws what an answer has of a picture; another size clears all first. */
export function drawTiles(canvas: HTMLCanvasElement, picture: Picture): void {
  const { width, height, pixels } = picture;
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return;
  if (width === 0) {
    // Nothing is shown: black, as large as it was.
    context.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  for (const { x, y, w, h, from, to } of placesOf(picture))
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.slice(from, to)), w, h), x, y);
}

/** Which tiles of a picture have something on them that is not black. */
export class LitTiles {
  #picture = -1;
  readonly #lit = new Set<number>();

  /** Notes what has come; whether all of the picture is black. */
  take(shown: Picture): boolean {
    if (shown.picture !== this.#picture) this.#lit.clear();
    this.#picture = shown.picture;
    for (const { number, from, to } of placesOf(shown)) {
      if (isLit(shown.pixels, from, to)) this.#lit.add(number);
      else this.#lit.delete(number);
    }
    return this.#lit.size === 0;
  }
}

function isLit(pixels: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += RGBA)
    if ((pixels[at]! | pixels[at + 1]! | pixels[at + 2]!) !== 0) return true;
  return false;
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
