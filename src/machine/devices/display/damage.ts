/**
 * Which tiles of a picture have changed, and when: a number for each tile that grows with every change. Who draws keeps the number
 * that they have drawn, so that any number of them look at one picture.
 */

/** Width and height of a tile in pixels. */
export const TILE = 32;

let damages = 0;

export class Damage {
  /** Tells it from all others of this program: generations count for each. */
  readonly serial: number = damages++;
  /** Tiles of a row, and rows of tiles. */
  readonly columns: number;
  readonly rows: number;
  readonly #changedAt: Uint32Array;
  #generation: number;

  /** @param generation that of the picture before it, which has been replaced: all tiles have changed since */
  constructor(width: number, height: number, generation: number) {
    this.columns = Math.ceil(width / TILE);
    this.rows = Math.ceil(height / TILE);
    this.#generation = generation + 1;
    this.#changedAt = new Uint32Array(this.columns * this.rows).fill(this.#generation);
  }

  /** Grows with every change. */
  get generation(): number {
    return this.#generation;
  }

  /** A rectangle has changed; what of it lies outside of the picture does not count. */
  touch(x: number, y: number, width: number, height: number): void {
    const left = Math.max(0, Math.floor(x / TILE));
    const top = Math.max(0, Math.floor(y / TILE));
    const right = Math.min(this.columns, Math.ceil((x + width) / TILE));
    const bottom = Math.min(this.rows, Math.ceil((y + height) / TILE));
    if (left >= right || top >= bottom) return;
    this.#generation += 1;
    for (let row = top; row < bottom; row++)
      this.#changedAt.fill(this.#generation, row * this.columns + left, row * this.columns + right);
  }

  /** Tiles that have changed after a generation, by position: row by row from the top left. */
  since(generation: number): number[] {
    const tiles: number[] = [];
    if (generation >= this.#generation) return tiles;
    for (let tile = 0; tile < this.#changedAt.length; tile++)
      if (this.#changedAt[tile]! > generation) tiles.push(tile);
    return tiles;
  }
}
