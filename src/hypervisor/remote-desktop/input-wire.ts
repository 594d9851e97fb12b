/**
 * How what a person does at a viewer travels to the server, and how the server says what it has taken. Everything in a frame may come
 * from anybody on the switch: each field is read once and checked here.
 *
 *     input:    number of the first 4 · key 4 · given at 8 · count 1 · gestures of 8 each…
 *     taken:    number of the last 4 · 0 4 · given at 8 · taken at 8
 *     gesture:  kind 1 · detail 1 · x 2 · y 2 · wheel 1 · 0         a key has its code in place of x
 */
import type { Gesture } from '#machine/devices/virtio/input/gestures';
import { CONTACTS, FIRST_KEY, LAST_KEY, MOST_POSITION } from '#machine/devices/virtio/input/registers';
import { macAt } from '../network/ether-frame.ts';
import { GESTURE_BYTES } from './state.ts';
import { BODY, header, kindOf, LEAST_FRAME_BYTES } from './wire.ts';

const INPUT = 3;
const TAKEN = 4;
/** Gestures of one frame. */
export const MOST_IN_FRAME = 64;
const GESTURES: number = BODY + 13;
const MOST_WHEEL = 16;
const KINDS: readonly Gesture['kind'][] = ['key', 'pointer', 'touch'];
/** Of a finger: it was lifted. */
const LIFTED = 0x80;

export interface InputFrame {
  readonly from: number;
  /** Number of the first gesture: each has the next. */
  readonly first: number;
  /** What the server gave to the viewer with its updates. */
  readonly key: number;
  /** Virtual time at which the first was done. */
  readonly givenAtNs: number;
  readonly gestures: readonly Gesture[];
}

export interface TakenFrame {
  readonly from: number;
  readonly last: number;
  readonly givenAtNs: number;
  readonly takenAtNs: number;
}

export function writeGesture(view: DataView, at: number, gesture: Gesture): void {
  view.setUint8(at, KINDS.indexOf(gesture.kind));
  if (gesture.kind === 'key') {
    view.setUint8(at + 1, gesture.down ? 1 : 0);
    view.setUint16(at + 2, gesture.code);
    return;
  }
  const { x, y } = gesture;
  const lifted = x === undefined || y === undefined ? LIFTED : 0;
  view.setUint8(at + 1, gesture.kind === 'pointer' ? gesture.buttons : gesture.contact | lifted);
  view.setUint16(at + 2, x ?? 0);
  view.setUint16(at + 4, y ?? 0);
  if (gesture.kind === 'pointer') view.setInt8(at + 6, gesture.wheel ?? 0);
}

/** Nothing, where it is none. */
export function readGesture(view: DataView, at: number): Gesture | undefined {
  const kind = KINDS[view.getUint8(at)];
  const detail = view.getUint8(at + 1);
  const [x, y] = [view.getUint16(at + 2), view.getUint16(at + 4)];
  const wheel = view.getInt8(at + 6);
  if (kind === 'key')
    return x < FIRST_KEY || x > LAST_KEY || detail > 1 ? undefined : { kind, code: x, down: detail === 1 };
  if (kind === undefined || x > MOST_POSITION || y > MOST_POSITION) return undefined;
  if (kind === 'pointer') {
    if (detail > 7 || Math.abs(wheel) > MOST_WHEEL) return undefined;
    return { kind, x, y, buttons: detail, ...(wheel === 0 ? {} : { wheel }) };
  }
  const contact = detail & ~LIFTED;
  if (contact >= CONTACTS) return undefined;
  return { kind, contact, ...(detail === contact ? { x, y } : {}) };
}

export function inputFrame(
  to: number,
  from: number,
  screen: number,
  { first, key, givenAtNs, gestures }: Omit<InputFrame, 'from'>,
): Uint8Array {
  const frame = new Uint8Array(Math.max(LEAST_FRAME_BYTES, GESTURES + GESTURE_BYTES * gestures.length));
  const view = header(frame, to, from, INPUT, screen);
  view.setUint32(BODY - 4, first);
  view.setUint32(BODY, key);
  view.setFloat64(BODY + 4, givenAtNs);
  view.setUint8(BODY + 12, gestures.length);
  for (const [index, gesture] of gestures.entries())
    writeGesture(view, GESTURES + GESTURE_BYTES * index, gesture);
  return frame;
}

/** Gestures up to one that is none. */
export function readInput(frame: Uint8Array, screen: number): InputFrame | undefined {
  const view = kindOf(frame, screen, INPUT, GESTURES);
  if (view === undefined) return undefined;
  const count = Math.min(view.getUint8(BODY + 12), MOST_IN_FRAME);
  const givenAtNs = view.getFloat64(BODY + 4);
  if (!isTime(givenAtNs) || GESTURES + GESTURE_BYTES * count > frame.length) return undefined;
  const gestures: Gesture[] = [];
  for (let index = 0; index < count; index++) {
    const gesture = readGesture(view, GESTURES + GESTURE_BYTES * index);
    if (gesture === undefined) break;
    gestures.push(gesture);
  }
  const [first, key] = [view.getUint32(BODY - 4), view.getUint32(BODY)];
  return { from: macAt(frame, 6), first, key, givenAtNs, gestures };
}

export function takenFrame(
  to: number,
  from: number,
  screen: number,
  { last, givenAtNs, takenAtNs }: Omit<TakenFrame, 'from'>,
): Uint8Array {
  const frame = new Uint8Array(LEAST_FRAME_BYTES);
  const view = header(frame, to, from, TAKEN, screen);
  view.setUint32(BODY - 4, last);
  view.setFloat64(BODY + 4, givenAtNs);
  view.setFloat64(BODY + 12, takenAtNs);
  return frame;
}

export function readTaken(frame: Uint8Array, screen: number): TakenFrame | undefined {
  const view = kindOf(frame, screen, TAKEN, BODY + 20);
  if (view === undefined) return undefined;
  const [givenAtNs, takenAtNs] = [view.getFloat64(BODY + 4), view.getFloat64(BODY + 12)];
  if (!isTime(givenAtNs) || !isTime(takenAtNs)) return undefined;
  return { from: macAt(frame, 6), last: view.getUint32(BODY - 4), givenAtNs, takenAtNs };
}

function isTime(ns: number): boolean {
  return ns >= 0 && ns <= Number.MAX_SAFE_INTEGER;
}
