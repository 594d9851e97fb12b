/** Where the tiles of a picture lie. */
import { TILE } from '#machine/devices/display/damage';

export interface DesktopTile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function tilePlace(
  { width, height }: { readonly width: number; readonly height: number },
  tile: number,
): DesktopTile {
  const columns = Math.ceil(width / TILE);
  const x = TILE * (tile % columns);
  const y = TILE * Math.floor(tile / columns);
  return { x, y, width: Math.min(TILE, width - x), height: Math.min(TILE, height - y) };
}
