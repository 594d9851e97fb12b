/**
 * Sends what a VM's screen shows to the viewer that asks for it: the tiles that are different from what that viewer has. What it was
 * sent and does not say that it has is sent again, as it is then. It serves one viewer at a time, and gives what that one's person
 * does to the VM.
 */
import { LIMITS } from '#base/catalogue/limits';
import { SnapshotFormatError } from '#base/state/bytes';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { TILE } from '#machine/devices/display/damage';
import type { Display } from '#machine/devices/display/display';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import type { EndOptions } from './end.ts';
import { type InputFrame, readInput, takenFrame } from './input-wire.ts';
import { fromPieces, piecesOf } from './pieces.ts';
import { MOST_UPDATE_FRAMES, type ServerState, UNSURE_WORDS } from './state.ts';
import { type DesktopTile, tilePlace } from './tiles.ts';
import { UpdateWriter } from './update-writer.ts';
import { macOfText, readRequest, screenNumber, sealUpdate } from './wire.ts';

/** A viewer that has not asked for so long is gone, and another one may come. */
const GONE_NS: VirtualNs = 2000 * NS_PER_MS;
const NOBODY = -1;

/** Of a VM: what its screen shows, if it has one, and what takes what a person does. */
export interface ServedDesktop {
  readonly display: Display | undefined;
  gesture(gesture: Gesture): 'taken' | 'none' | 'full';
}

export interface ServerOptions extends EndOptions {
  /** The VM's, while that is here. */
  readonly desktop: () => ServedDesktop | undefined;
  /** Of the lab, and unknown to its guests: keys follow from it. */
  readonly seed: number;
}

export class DesktopServer {
  readonly #options: ServerOptions;
  readonly #screen: number;
  readonly #mac: number;
  #viewer = NOBODY;
  #askedAt: VirtualNs = 0;
  #update = 0;
  #unsure: number[] = [];
  #key = 0;
  #taken = 0;
  #next = 0;
  #width = 0;
  #height = 0;
  /** What the viewer was sent; alpha 0 in a tile's first pixel: it may not have it. */
  #sent: Uint8Array = new Uint8Array(0);
  readonly #tile = new Uint8Array(4 * TILE * TILE);

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#screen = screenNumber(options.vm);
    this.#mac = macOfText(`${options.host}/server/${options.vm}`);
  }

  /** A frame has come to its port. */
  receive(frame: Uint8Array): void {
    const request = readRequest(frame, this.#screen);
    if (request === undefined) {
      const input = readInput(frame, this.#screen);
      if (input !== undefined) this.#take(input);
      return;
    }
    const now = this.#options.now();
    const isOther = request.from !== this.#viewer;
    if (isOther && this.#viewer !== NOBODY && now - this.#askedAt < GONE_NS) return;
    if (isOther) {
      this.#key = screenNumber(`${this.#options.seed}/${this.#options.vm}/${request.from}/${now}`);
      this.#taken = 0;
    }
    this.#viewer = request.from;
    this.#askedAt = now;
    // Who has nothing is sent everything.
    if (isOther || request.update === 0) this.#resize(0, 0);
    const [low, high] = request.update === this.#update ? request.parts : [0, 0];
    const has = (part: number): boolean => ((part < 32 ? low >>> part : high >>> (part - 32)) & 1) === 1;
    for (let at = 0; at < this.#unsure.length; at += UNSURE_WORDS) {
      const [tile = 0, first = 0, last = 0] = this.#unsure.slice(at, at + UNSURE_WORDS);
      for (let part = first; part <= last; part++) if (!has(part)) this.#doubt(tile);
    }
    this.#unsure = [];
    this.#answer(now);
  }

  /** What its viewer's person does goes to the VM, each once, and in order. */
  #take({ from, first, key, givenAtNs, gestures }: InputFrame): void {
    if (from !== this.#viewer || key !== this.#key) return;
    for (const [index, gesture] of gestures.entries()) {
      const number = (first + index) >>> 0;
      const isNew = this.#taken === 0 || ((number - this.#taken) | 0) > 0;
      if (!isNew) continue;
      // What no device takes is nothing to wait for.
      if (this.#options.desktop()?.gesture(gesture) === 'full') break;
      this.#taken = number;
    }
    const taken = { last: this.#taken, givenAtNs, takenAtNs: this.#options.now() };
    this.#options.transmit(takenFrame(from, this.#mac, this.#screen, taken));
  }

  #answer(now: VirtualNs): void {
    const display = this.#options.desktop()?.display;
    const isShown = display !== undefined && isSendable(display);
    // A page of it is on its way: the viewer asks again.
    if (isShown && !display.refresh()) return;
    const [width, height] = isShown ? [display.width, display.height] : [0, 0];
    if (width !== this.#width || height !== this.#height) this.#resize(width, height);
    const writer = new UpdateWriter();
    if (isShown) this.#collect(display, writer);
    this.#update = (this.#update + 1) >>> 0 || 1;
    const frames = writer.finish();
    for (const [index, frame] of frames.entries()) {
      const size = { index, count: frames.length, width, height };
      const part = { update: this.#update, ...size, takenAtNs: now, key: this.#key };
      sealUpdate(frame, this.#viewer, this.#mac, this.#screen, part);
      this.#options.transmit(frame);
    }
  }

  /** Adds the tiles that are different from what was sent, in turn from where the last update ended. */
  #collect(display: Display, writer: UpdateWriter): void {
    const tiles = Math.ceil(this.#width / TILE) * Math.ceil(this.#height / TILE);
    for (let step = 0; step < tiles; step++) {
      const tile = (this.#next + step) % tiles;
      const place = tilePlace(display, tile);
      const pixels = this.#tile.subarray(0, 4 * place.width * place.height);
      display.read(place.x, place.y, place.width, place.height, pixels);
      if (this.#isSent(place, pixels)) continue;
      const first = writer.part;
      if (!writer.add(pixels, place.x, place.y, place.width, place.height)) {
        this.#next = tile;
        return;
      }
      this.#copy(place, pixels);
      this.#unsure.push(tile, first, writer.part);
    }
  }

  #isSent({ x, y, width, height }: DesktopTile, pixels: Uint8Array): boolean {
    for (let row = 0; row < height; row++) {
      const at = 4 * ((y + row) * this.#width + x);
      for (let i = 0; i < 4 * width; i++)
        if (this.#sent[at + i] !== pixels[4 * width * row + i]) return false;
    }
    return true;
  }
  #copy({ x, y, width, height }: DesktopTile, pixels: Uint8Array): void {
    for (let row = 0; row < height; row++)
      this.#sent.set(
        pixels.subarray(4 * width * row, 4 * width * (row + 1)),
        4 * ((y + row) * this.#width + x),
      );
  }
  /** The viewer may not have a tile. */
  #doubt(tile: number): void {
    const { x, y } = tilePlace({ width: this.#width, height: this.#height }, tile);
    this.#sent[4 * (y * this.#width + x) + 3] = 0;
  }

  #resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.#sent = new Uint8Array(4 * width * height);
    this.#unsure = [];
    this.#next = 0;
  }

  capture(): ServerState {
    return {
      ...{ viewer: this.#viewer, askedBefore: this.#options.now() - this.#askedAt, update: this.#update },
      unsure: Uint32Array.from(this.#unsure),
      ...{ next: this.#next, width: this.#width, height: this.#height },
      sent: piecesOf(this.#sent),
      ...{ key: this.#key, taken: this.#taken },
    };
  }
  restore(state: ServerState): void {
    const { viewer, askedBefore, update, unsure, next, width, height, sent, key, taken } = state;
    if (!isSendable({ width, height }) && width + height > 0)
      throw new SnapshotFormatError('a screen of that size');
    this.#resize(width, height);
    this.#viewer = viewer;
    this.#askedAt = this.#options.now() - askedBefore;
    this.#update = update;
    this.#key = key;
    this.#taken = taken;
    const most = Math.ceil(width / TILE) * Math.ceil(height / TILE);
    const isSound = unsure.length % UNSURE_WORDS === 0;
    if (!isSound || unsure.some((word, at) => word >= (at % UNSURE_WORDS === 0 ? most : MOST_UPDATE_FRAMES)))
      throw new SnapshotFormatError('tiles of another screen');
    this.#unsure = [...unsure];
    this.#next = next;
    this.#sent = fromPieces(sent, width, height);
  }
}

function isSendable({ width, height }: Pick<Display, 'width' | 'height'>): boolean {
  return width > 0 && width <= LIMITS.desktopWidth.most && height > 0 && height <= LIMITS.desktopHeight.most;
}
