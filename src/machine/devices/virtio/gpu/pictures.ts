/**
 * The pictures of a graphics adapter, which of them is on the screen, and the pointer. It knows no queue and no guest memory; what
 * it is asked it answers with a number of the specification (§5.7.6.7).
 */
import { SnapshotFormatError } from '#base/state/bytes';
import type { Damage } from '../../display/damage.ts';
import type { Cursor, Display } from '../../display/display.ts';
import { BYTES_PER_PIXEL, toRgba } from '../../display/pixels.ts';
import { SeenPixels } from '../../display/seen-pixels.ts';
import { LARGEST_RESOURCE, MOST_RESOURCE_BYTES, MOST_RESOURCES } from './bounds.ts';
import * as reg from './registers.ts';
import { Backing, type Rectangle, Resource } from './resource.ts';
import { type CursorState, type GpuState, PIECE } from './state.ts';

const CURSOR_BYTES = BYTES_PER_PIXEL * reg.CURSOR_PIXELS * reg.CURSOR_PIXELS;

interface Scanout {
  readonly resource: Resource;
  readonly rectangle: Rectangle;
}

export class Pictures implements Display {
  readonly #resources = new Map<number, Resource>();
  #bytes = 0;
  #scanout: Scanout | undefined;
  /** Drivers tell of whole screens where one letter is new: what is different is found here. */
  #seen = new SeenPixels(0, 0, 0);
  /** Of the pointer: its own hot spot is where the guest says that the pointer is. */
  #cursor: Omit<CursorState, 'pixels'> = { x: 0, y: 0, hotX: 0, hotY: 0, isShown: false };
  readonly #cursorPixels = new Uint8Array(CURSOR_BYTES);
  #cursorGeneration = 0;

  // What is seen (Display).

  get width(): number {
    return this.#scanout?.rectangle.width ?? 0;
  }
  get height(): number {
    return this.#scanout?.rectangle.height ?? 0;
  }
  get damage(): Damage {
    return this.#seen.damage;
  }
  get cursorGeneration(): number {
    return this.#cursorGeneration;
  }
  get cursor(): Cursor | undefined {
    const { x, y, hotX, hotY, isShown } = this.#cursor;
    if (!isShown) return undefined;
    const size = reg.CURSOR_PIXELS;
    return { x: x - hotX, y: y - hotY, width: size, height: size, pixels: this.#cursorPixels };
  }
  refresh(): boolean {
    return true;
  }
  read(x: number, y: number, width: number, height: number, target: Uint8Array): void {
    if (this.#scanout === undefined) return;
    const { resource, rectangle } = this.#scanout;
    const format = reg.FORMATS.get(resource.format)!;
    for (let row = 0; row < height; row++) {
      const at = resource.stride * (rectangle.y + y + row) + BYTES_PER_PIXEL * (rectangle.x + x);
      toRgba(resource.pixels, at, width, format, target, BYTES_PER_PIXEL * width * row);
    }
  }

  // What a driver asks.

  find(id: number): Resource | undefined {
    return this.#resources.get(id);
  }

  create(id: number, width: number, height: number, format: number): number {
    if (id === 0 || this.#resources.has(id)) return reg.ERR_INVALID_RESOURCE_ID;
    if (width === 0 || height === 0 || !reg.FORMATS.has(format)) return reg.ERR_INVALID_PARAMETER;
    const bytes = BYTES_PER_PIXEL * width * height;
    const isTooMuch = bytes > LARGEST_RESOURCE || this.#bytes + bytes > MOST_RESOURCE_BYTES;
    if (isTooMuch || this.#resources.size >= MOST_RESOURCES) return reg.ERR_OUT_OF_MEMORY;
    this.#resources.set(id, new Resource(id, width, height, format));
    this.#bytes += bytes;
    return reg.OK_NODATA;
  }

  unref(id: number): number {
    const resource = this.#resources.get(id);
    if (resource === undefined) return reg.ERR_INVALID_RESOURCE_ID;
    if (this.#scanout?.resource === resource) this.#show(undefined);
    this.#resources.delete(id);
    this.#bytes -= resource.pixels.length;
    return reg.OK_NODATA;
  }

  /** Shows a part of a picture; 0 for the picture: nothing. */
  setScanout(id: number, rectangle: Rectangle): number {
    if (id === 0) {
      this.#show(undefined);
      return reg.OK_NODATA;
    }
    const resource = this.#resources.get(id);
    if (resource === undefined) return reg.ERR_INVALID_RESOURCE_ID;
    if (!resource.holds(rectangle)) return reg.ERR_INVALID_PARAMETER;
    this.#show({ resource, rectangle });
    return reg.OK_NODATA;
  }

  /** A part of a picture is ready to be seen. */
  flush(id: number, part: Rectangle): number {
    const resource = this.#resources.get(id);
    if (resource === undefined) return reg.ERR_INVALID_RESOURCE_ID;
    if (!resource.holds(part)) return reg.ERR_INVALID_PARAMETER;
    if (this.#scanout?.resource === resource) this.#look(this.#scanout, part);
    return reg.OK_NODATA;
  }
  #look({ resource, rectangle }: Scanout, part: Rectangle): void {
    const left = Math.max(rectangle.x, part.x);
    const right = Math.min(rectangle.x + rectangle.width, part.x + part.width);
    const bottom = Math.min(rectangle.y + rectangle.height, part.y + part.height);
    for (let y = Math.max(rectangle.y, part.y); y < bottom && left < right; y++) {
      const at = (y - rectangle.y) * rectangle.width + left - rectangle.x;
      this.#seen.take(at, resource.words, y * resource.width + left, right - left);
    }
  }

  moveCursor(x: number, y: number): void {
    this.#cursor = { ...this.#cursor, x, y };
    this.#cursorGeneration += 1;
  }
  /** Another pointer; 0 for its picture: none. A picture of another size is not taken. */
  updateCursor(id: number, x: number, y: number, hotX: number, hotY: number): void {
    const resource = this.#resources.get(id);
    const size = reg.CURSOR_PIXELS;
    const isShown = resource?.width === size && resource.height === size;
    if (isShown) {
      const format = reg.FORMATS.get(resource.format)!;
      toRgba(resource.pixels, 0, size * size, format, this.#cursorPixels, 0, true);
    }
    this.#cursor = { x, y, hotX, hotY, isShown };
    this.#cursorGeneration += 1;
  }

  reset(): void {
    this.#resources.clear();
    this.#bytes = 0;
    this.#show(undefined);
    this.#cursorPixels.fill(0);
    this.#cursor = { x: 0, y: 0, hotX: 0, hotY: 0, isShown: false };
    this.#cursorGeneration += 1;
  }

  #show(scanout: Scanout | undefined): void {
    this.#scanout = scanout;
    this.#seen = new SeenPixels(this.width, this.height, this.damage.generation);
  }

  capture(): Pick<GpuState, 'resources' | 'scanout' | 'cursor'> {
    const resources = [...this.#resources.values()].map(({ id, width, height, format, backing, pixels }) => ({
      ...{ id, width, height, format },
      backing: backing?.state,
      pixels: Array.from({ length: Math.ceil(pixels.length / PIECE) }, (_, at) =>
        pixels.subarray(PIECE * at, PIECE * (at + 1)),
      ),
    }));
    const shown = this.#scanout;
    return {
      resources,
      scanout: shown && { resource: shown.resource.id, rectangle: shown.rectangle },
      cursor: { ...this.#cursor, pixels: this.#cursorPixels },
    };
  }

  /** What a state says is checked as what a driver says is: it may come from a file. */
  restore({ resources, scanout, cursor }: Pick<GpuState, 'resources' | 'scanout' | 'cursor'>): void {
    this.reset();
    for (const { id, width, height, format, backing, pixels } of resources) {
      if (this.create(id, width, height, format) !== reg.OK_NODATA)
        throw new SnapshotFormatError('a picture that cannot be');
      const resource = this.#resources.get(id)!;
      if (backing !== undefined) resource.backing = backingIn(backing);
      let at = 0;
      for (const piece of pixels) {
        if (at + piece.length > resource.pixels.length) throw new SnapshotFormatError('a picture of more');
        resource.pixels.set(piece, at);
        at += piece.length;
      }
      if (at !== resource.pixels.length) throw new SnapshotFormatError('a picture of less');
    }
    if (scanout !== undefined && this.setScanout(scanout.resource, scanout.rectangle) !== reg.OK_NODATA)
      throw new SnapshotFormatError('what is shown is no picture');
    const { pixels, ...place } = cursor;
    this.#cursor = place;
    this.#cursorPixels.set(pixels);
  }
}

function backingIn({ addresses, lengths }: Backing['state']): Backing {
  const isSound =
    addresses.length === lengths.length &&
    addresses.every((address) => address >= 0) &&
    lengths.every((length) => length > 0 && length <= 0xffff_ffff);
  if (!isSound) throw new SnapshotFormatError('memory behind a picture that cannot be');
  return new Backing({ addresses, lengths });
}
