/** What the screen of a VM shows: all of it, or the tiles that have changed since somebody looked last. */
import * as v from 'valibot';
import type { DesktopKind } from '#base/catalogue/desktop-kinds';
import { deviceStateOf } from '#base/catalogue/device-states';
import { fail, ok } from '#base/result';
import { TILE } from '#machine/devices/display/damage';
import type { Cursor, Display } from '#machine/devices/display/display';
import { BYTES_PER_PIXEL } from '#machine/devices/display/pixels';
import { defineVmQuestion, type OfVm, type Question } from '../../questions/question.ts';
import { tilePlace } from '../../remote-desktop/tiles.ts';
import { maybe } from '../../shapes/document.ts';
import { COUNT } from '../../shapes/values.ts';

/** What who asks has seen: the picture and its generation, as the answer told them. */
export interface Seen {
  readonly picture?: number;
  readonly since?: number;
  readonly cursor?: number;
}

export interface Picture {
  /** 0 by 0 while nothing is shown. */
  readonly width: number;
  readonly height: number;
  /** Tells this picture from others; changes are counted for each. */
  readonly picture: number;
  readonly generation: number;
  /** Width and height of a tile. */
  readonly tile: number;
  /** Tiles that have changed, by position, row by row. */
  readonly tiles: Uint32Array;
  /** Their pixels as red, green, blue, alpha; one tile behind the other, those at the edge smaller. */
  readonly pixels: Uint8Array;
  readonly cursorGeneration: number;
  /** The guest's own pointer; nothing when it has none, or it is as before. */
  readonly cursor?: Cursor;
}

export interface DesktopPicture extends Picture {
  readonly kind: DesktopKind;
  /** A driver has the graphics adapter; memory needs none. */
  readonly isDriven: boolean;
}

export const desktop: Question<'desktop', OfVm & Seen, DesktopPicture> = defineVmQuestion<
  'desktop',
  DesktopPicture,
  Seen
>({
  id: 'desktop',
  text: {
    en: 'what the screen of a VM shows: tiles that have changed since a generation of a picture',
    zh: '虚拟机屏幕的内容：自某一代画面以来变化的图块',
  },
  more: {
    picture: v.exactOptional(COUNT),
    since: v.exactOptional(COUNT),
    cursor: v.exactOptional(COUNT),
  },
  ask(vm, { picture, since, cursor }) {
    const { display } = vm.devices;
    if (display === undefined || vm.spec.desktop === undefined)
      return fail('desktop.none', { vm: vm.spec.name });
    const seen = { ...maybe('picture', picture), ...maybe('since', since), ...maybe('cursor', cursor) };
    const adapter = vm.devices.slots.find(({ device }) => device?.kind === 'gpu');
    const isDriven = adapter === undefined || deviceStateOf(adapter.status) === 'driver-ok';
    return ok({ kind: vm.spec.desktop.kind, isDriven, ...pictureOf(display, seen) });
  },
});

/** What of a display is new to whoever has seen so much of it. */
export function pictureOf(display: Display, { picture, since = 0, cursor: cursorSeen }: Seen): Picture {
  display.refresh();
  const { width, height, damage, cursor, cursorGeneration } = display;
  const tiles = damage.since(picture === damage.serial ? since : 0);
  const hasMoved = cursorSeen !== cursorGeneration || picture !== damage.serial;
  return {
    ...{ width, height, picture: damage.serial, generation: damage.generation, tile: TILE },
    tiles: Uint32Array.from(tiles),
    pixels: pixelsOf(display, tiles),
    cursorGeneration,
    ...(cursor === undefined || !hasMoved ? {} : { cursor: { ...cursor, pixels: cursor.pixels.slice() } }),
  };
}

/** The pixels of tiles, one behind the other. */
function pixelsOf(display: Display, tiles: readonly number[]): Uint8Array {
  const places = tiles.map((tile) => tilePlace(display, tile));
  const bytes = places.reduce((sum, { width, height }) => sum + BYTES_PER_PIXEL * width * height, 0);
  const pixels = new Uint8Array(bytes);
  let at = 0;
  for (const { x, y, width, height } of places) {
    const end = at + BYTES_PER_PIXEL * width * height;
    display.read(x, y, width, height, pixels.subarray(at, end));
    at = end;
  }
  return pixels;
}
