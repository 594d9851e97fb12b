/**
 * Shows the screen of a VM that is elsewhere, of nothing but the frames that reach its port: asks, draws what comes, and asks again:
 * soon when something was new, later when not, and after a while when nothing came. What a person does there goes to the server.
 */
import { LIMITS } from '#base/catalogue/limits';
import { SnapshotFormatError } from '#base/state/bytes';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import { Damage } from '#machine/devices/display/damage';
import type { Display } from '#machine/devices/display/display';
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import type { EventQueue } from '#machine/event-queue';
import { BROADCAST } from '../network/ether-frame.ts';
import type { EndOptions } from './end.ts';
import { InputSender, type SentInput } from './input-sender.ts';
import { inputFrame, readTaken, type TakenFrame } from './input-wire.ts';
import { fromPieces, piecesOf } from './pieces.ts';
import { PART_WORDS, type RemoteTraffic, type ViewerState } from './state.ts';
import { drawStrips, macOfText, readUpdate, requestFrame, screenNumber, UPDATE_HEADER } from './wire.ts';

const SOON_NS: VirtualNs = 20 * NS_PER_MS;
const LATER_NS: VirtualNs = 50 * NS_PER_MS;
const LOST_NS: VirtualNs = 300 * NS_PER_MS;

/** Its events, by what is due. */
const ASK = 0;
const INPUT_AGAIN = 1;

export interface ViewerOptions extends EndOptions {
  /** Channel of its events: its own on the host. */
  readonly channel: string;
  readonly events: EventQueue;
}

export class DesktopViewer implements Display {
  readonly vm: string;
  readonly cursor = undefined;
  readonly cursorGeneration = 0;
  readonly #options: ViewerOptions;
  readonly #screen: number;
  readonly #mac: number;
  #server = BROADCAST;
  #has = 0;
  #coming = 0;
  readonly #parts = new Uint32Array(PART_WORDS);
  #isNews = false;
  /** The size may change once for each request: another one's frames make no work beyond that. */
  #mayResize = false;
  /** Nothing has come since it was asked. */
  #isLate = false;
  #askAt: VirtualNs = 0;
  #width = 0;
  #height = 0;
  #pixels: Uint8Array = new Uint8Array(0);
  #damage = new Damage(0, 0, 0);
  #traffic = {
    ...{ frames: 0, bytes: 0, updates: 0, lost: 0, delayNs: 0 },
    ...{ gestures: 0, inputFrames: 0, inputLost: 0, inputDelayNs: 0, answerNs: 0 },
  };
  /** What the server wants to hear with input. */
  #key = 0;
  readonly #input: InputSender;
  #inputAgainAt: VirtualNs | undefined;

  constructor(options: ViewerOptions) {
    this.vm = options.vm;
    this.#options = options;
    this.#screen = screenNumber(options.vm);
    this.#mac = macOfText(`${options.host}/viewer/${options.vm}`);
    this.#input = new InputSender(options.now, (frame) => this.#sendInput(frame));
    options.events.on(options.channel, (what) => (what === ASK ? this.#ask() : this.#inputAgain()));
    this.#askIn(LATER_NS);
  }

  get width(): number {
    return this.#width;
  }
  get height(): number {
    return this.#height;
  }
  get damage(): Damage {
    return this.#damage;
  }
  get traffic(): RemoteTraffic {
    return this.#traffic;
  }
  refresh(): boolean {
    return true;
  }
  read(x: number, y: number, width: number, height: number, target: Uint8Array): void {
    for (let row = 0; row < height; row++) {
      const at = 4 * ((y + row) * this.#width + x);
      target.set(this.#pixels.subarray(at, at + 4 * width), 4 * width * row);
    }
  }

  #ask(): void {
    if (this.#isLate) this.#traffic.lost += 1;
    this.#isLate = true;
    this.#mayResize = true;
    this.#askIn(LOST_NS);
    const to = this.#has === 0 ? BROADCAST : this.#server;
    // What is missing of an update that is not whole comes again with the next.
    const update = this.#coming === 0 ? this.#has : this.#coming;
    this.#options.transmit(requestFrame(to, this.#mac, this.#screen, update, this.#parts));
  }
  #askIn(ns: VirtualNs): void {
    const { events, channel, now } = this.#options;
    this.#askAt = now() + ns;
    events.cancel(channel, ASK);
    events.schedule(this.#askAt, channel, ASK);
  }

  /** A server has been heard, to which input can go. */
  get hasServer(): boolean {
    return this.#has !== 0;
  }
  /** Takes what a person does, as much as there is room for; how many. */
  give(gestures: readonly Gesture[]): number {
    return this.#input.add(gestures);
  }
  #sendInput(frame: SentInput): void {
    this.#traffic.inputFrames += 1;
    this.#inputAgainIn(LOST_NS);
    const content = { ...frame, key: this.#key };
    this.#options.transmit(inputFrame(this.#server, this.#mac, this.#screen, content));
  }
  #inputAgain(): void {
    this.#inputAgainAt = undefined;
    this.#traffic.inputLost += 1;
    this.#input.again();
  }
  #inputAgainIn(ns: VirtualNs | undefined): void {
    const { events, channel, now } = this.#options;
    events.cancel(channel, INPUT_AGAIN);
    this.#inputAgainAt = ns === undefined ? undefined : now() + ns;
    if (this.#inputAgainAt !== undefined) events.schedule(this.#inputAgainAt, channel, INPUT_AGAIN);
  }
  /** What was under way has come: the next goes; and soon something may be seen of it. */
  #inputTaken(frame: TakenFrame): void {
    if (frame.from !== this.#server) return;
    const { count, delayNs } = this.#input.taken(frame);
    if (count === 0) return;
    this.#inputAgainIn(undefined);
    this.#input.again();
    this.#traffic.gestures += count;
    this.#traffic.inputDelayNs = delayNs;
    if (!this.#isLate && this.#askAt > this.#options.now() + SOON_NS) this.#askIn(SOON_NS);
  }

  /** A frame has come to its port. */
  receive(frame: Uint8Array): void {
    const part = readUpdate(frame, this.#screen);
    if (part === undefined) {
      const taken = readTaken(frame, this.#screen);
      if (taken !== undefined) this.#inputTaken(taken);
      return;
    }
    if (part.update === this.#has) return;
    if (this.#has !== 0 && part.from !== this.#server) return;
    if (part.width !== this.#width || part.height !== this.#height) {
      if (!this.#mayResize) return;
      this.#mayResize = false;
      this.#resize(part.width, part.height);
    }
    this.#traffic.frames += 1;
    this.#traffic.bytes += frame.length;
    this.#isLate = false;
    if (part.update !== this.#coming) {
      this.#coming = part.update;
      this.#parts.fill(0);
      this.#isNews = false;
    }
    this.#isNews ||= frame.length > UPDATE_HEADER;
    const touch = (x: number, y: number, width: number, rows: number): void =>
      this.#damage.touch(x, y, width, rows);
    drawStrips(frame, this.#pixels, this.#width, this.#height, touch);
    this.#parts[part.index >> 5]! |= 1 << (part.index & 31);
    if (!this.#isWhole(part.count)) {
      this.#askIn(LOST_NS);
      return;
    }
    this.#server = part.from;
    this.#has = part.update;
    this.#coming = 0;
    this.#traffic.updates += 1;
    this.#traffic.delayNs = Math.max(0, this.#options.now() - part.takenAtNs);
    this.#key = part.key;
    if (this.#isNews) this.#traffic.answerNs = this.#input.seen(part.takenAtNs) ?? this.#traffic.answerNs;
    this.#askIn(this.#isNews ? SOON_NS : LATER_NS);
  }

  #isWhole(count: number): boolean {
    for (let index = 0; index < count; index++)
      if ((this.#parts[index >> 5]! & (1 << (index & 31))) === 0) return false;
    return true;
  }

  #resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.#pixels = new Uint8Array(4 * width * height);
    for (let at = 3; at < this.#pixels.length; at += 4) this.#pixels[at] = 0xff;
    this.#damage = new Damage(width, height, this.#damage.generation);
  }

  capture(): ViewerState {
    return {
      ...{ server: this.#server, has: this.#has, coming: this.#coming, parts: this.#parts },
      ...{ isNews: this.#isNews, mayResize: this.#mayResize, isLate: this.#isLate },
      askIn: this.#askAt - this.#options.now(),
      ...{ width: this.#width, height: this.#height, pixels: piecesOf(this.#pixels) },
      ...this.#traffic,
      ...{ key: this.#key, input: this.#input.capture() },
      inputAgainIn: this.#inputAgainAt === undefined ? undefined : this.#inputAgainAt - this.#options.now(),
    };
  }
  restore(state: ViewerState): void {
    const { width, height, frames, bytes, updates, lost, delayNs } = state;
    const { gestures, inputFrames, inputLost, inputDelayNs, answerNs } = state;
    if (width > LIMITS.desktopWidth.most || height > LIMITS.desktopHeight.most)
      throw new SnapshotFormatError('a screen of that size');
    this.#resize(width, height);
    this.#pixels = fromPieces(state.pixels, width, height);
    this.#server = state.server;
    this.#has = state.has;
    this.#coming = state.coming;
    this.#parts.set(state.parts);
    this.#isNews = state.isNews;
    this.#mayResize = state.mayResize;
    this.#isLate = state.isLate;
    this.#traffic = {
      ...{ frames, bytes, updates, lost, delayNs },
      ...{ gestures, inputFrames, inputLost, inputDelayNs, answerNs },
    };
    this.#key = state.key;
    this.#input.restore(state.input);
    this.#inputAgainIn(state.inputAgainIn);
    this.#askIn(state.askIn);
  }
}
