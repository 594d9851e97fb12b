/**
 * How a screen travels over a network: ether frames of an experimental type (IEEE 802, 88-B5). A viewer asks; the server of the VM
 * answers with an update, in as many frames as it takes. Input goes the other way (`input-wire.ts`). Everything in a frame may come from anybody on the switch: each field is
 * read once and checked here.
 *
 *     destination 6 · source 6 · 88 B5 · "VD" · kind 1 · 0 · screen 4 · update 4        what all have
 *     request:  its frames that have come, as bits 8
 *     update:   index 2 · count 2 · width 2 · height 2 · taken at 8 · key 4 · strips…
 *     strip:    x 2 · y 2 · width 1 · rows 1 · bytes 2 · runs of { pixels 1, red 1, green 1, blue 1 }
 */
import { LIMITS } from '#base/catalogue/limits';
import { macAt } from '../network/ether-frame.ts';
import { MOST_UPDATE_FRAMES, PART_WORDS } from './state.ts';

const ETHER_TYPE = 0x88b5;
const MAGIC = 0x5644;
const REQUEST = 1;
const UPDATE = 2;
/** Where what a kind has of its own begins, behind a number of 4 bytes. */
export const BODY = 26;
export const LEAST_FRAME_BYTES = 60;
export const UPDATE_HEADER: number = BODY + 20;
export const STRIP_HEADER = 8;
export const RUN_BYTES = 4;
export const MOST_FRAME_BYTES = 1514;

export interface Request {
  readonly from: number;
  /** The newest update that has come to the viewer, whole or not; 0: nothing. */
  readonly update: number;
  /** Its frames that have come, as bits. */
  readonly parts: readonly [number, number];
}

/** One frame of an update. */
export interface UpdatePart {
  readonly from: number;
  readonly update: number;
  readonly index: number;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** Virtual time at which the server looked at the screen. */
  readonly takenAtNs: number;
  /** Who says it with what a person does is the viewer that this update went to. */
  readonly key: number;
  /** Where its strips begin. */
  readonly strips: number;
}

/** A number for the name of a VM: FNV-1a. */
export function screenNumber(vm: string): number {
  let hash = 0x811c_9dc5;
  for (const sign of vm) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x0100_0193) >>> 0;
  return hash;
}

/** A locally administered address that follows from a text. */
export function macOfText(text: string): number {
  return 0x0200_0000_0000 + screenNumber(text);
}

export function header(frame: Uint8Array, to: number, from: number, kind: number, screen: number): DataView {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  view.setUint16(0, Math.floor(to / 0x1_0000_0000));
  view.setUint32(2, to % 0x1_0000_0000);
  view.setUint16(6, Math.floor(from / 0x1_0000_0000));
  view.setUint32(8, from % 0x1_0000_0000);
  view.setUint16(12, ETHER_TYPE);
  view.setUint16(14, MAGIC);
  view.setUint8(16, kind);
  view.setUint32(18, screen);
  return view;
}

export function requestFrame(
  to: number,
  from: number,
  screen: number,
  update: number,
  parts: ArrayLike<number>,
): Uint8Array {
  const frame = new Uint8Array(LEAST_FRAME_BYTES);
  const view = header(frame, to, from, REQUEST, screen);
  view.setUint32(22, update);
  for (let word = 0; word < PART_WORDS; word++) view.setUint32(BODY + 4 * word, parts[word] ?? 0);
  return frame;
}

/** Writes the header of an update's frame, whose strips are there. */
export function sealUpdate(
  frame: Uint8Array,
  to: number,
  from: number,
  screen: number,
  part: Omit<UpdatePart, 'from' | 'strips'>,
): void {
  const view = header(frame, to, from, UPDATE, screen);
  view.setUint32(22, part.update);
  view.setUint16(BODY, part.index);
  view.setUint16(BODY + 2, part.count);
  view.setUint16(BODY + 4, part.width);
  view.setUint16(BODY + 6, part.height);
  view.setFloat64(BODY + 8, part.takenAtNs);
  view.setUint32(BODY + 16, part.key);
}

/** The frame's kind, if it is one of ours and about this screen. */
export function kindOf(frame: Uint8Array, screen: number, kind: number, least: number): DataView | undefined {
  if (frame.length < least) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const isOurs =
    view.getUint16(12) === ETHER_TYPE &&
    view.getUint16(14) === MAGIC &&
    view.getUint8(16) === kind &&
    view.getUint32(18) === screen;
  return isOurs ? view : undefined;
}

export function readRequest(frame: Uint8Array, screen: number): Request | undefined {
  const view = kindOf(frame, screen, REQUEST, BODY + 4 * PART_WORDS);
  if (view === undefined) return undefined;
  const parts = [view.getUint32(BODY), view.getUint32(BODY + 4)] as const;
  return { from: macAt(frame, 6), update: view.getUint32(22), parts };
}

export function readUpdate(frame: Uint8Array, screen: number): UpdatePart | undefined {
  const view = kindOf(frame, screen, UPDATE, UPDATE_HEADER);
  if (view === undefined) return undefined;
  const part = {
    ...{ from: macAt(frame, 6), update: view.getUint32(22) },
    ...{ index: view.getUint16(BODY), count: view.getUint16(BODY + 2) },
    ...{ width: view.getUint16(BODY + 4), height: view.getUint16(BODY + 6) },
    ...{ takenAtNs: view.getFloat64(BODY + 8), key: view.getUint32(BODY + 16) },
    strips: UPDATE_HEADER,
  };
  const isSound =
    part.count > 0 &&
    part.count <= MOST_UPDATE_FRAMES &&
    part.index < part.count &&
    part.width <= LIMITS.desktopWidth.most &&
    part.height <= LIMITS.desktopHeight.most &&
    part.takenAtNs >= 0 &&
    part.takenAtNs <= Number.MAX_SAFE_INTEGER;
  return isSound ? part : undefined;
}

/** Draws the strips of a frame into a picture of this size; false where one makes no sense, and what comes behind it is left out. */
export function drawStrips(
  frame: Uint8Array,
  pixels: Uint8Array,
  width: number,
  height: number,
  touch: (x: number, y: number, width: number, rows: number) => void,
): boolean {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  for (let at = UPDATE_HEADER; at + STRIP_HEADER <= frame.length; ) {
    const [x, y] = [view.getUint16(at), view.getUint16(at + 2)];
    const [w, rows, bytes] = [view.getUint8(at + 4), view.getUint8(at + 5), view.getUint16(at + 6)];
    // Padding of a short frame.
    if (rows === 0) return true;
    const end = at + STRIP_HEADER + bytes;
    if (x + w > width || y + rows > height || end > frame.length || w === 0) return false;
    let pixel = 0;
    for (let run = at + STRIP_HEADER; run + RUN_BYTES <= end; run += RUN_BYTES) {
      const count = frame[run]!;
      if (pixel + count > w * rows) return false;
      for (let i = 0; i < count; i++, pixel++) {
        const to = 4 * ((y + Math.floor(pixel / w)) * width + x + (pixel % w));
        pixels[to] = frame[run + 1]!;
        pixels[to + 1] = frame[run + 2]!;
        pixels[to + 2] = frame[run + 3]!;
        pixels[to + 3] = 0xff;
      }
    }
    touch(x, y, w, rows);
    at = end;
  }
  return true;
}
