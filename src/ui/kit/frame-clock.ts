/**
 * The one owner of the animation frame. Everything that draws with time asks here, with the rate that it needs. A frame is
 * asked of the browser only when somebody is due: one that draws nothing costs as much as one that does. Those of several
 * rates are due together where they can be, so that there are few frames. While nothing happens the clock stands still: all
 * are due when the lab tells something, which it does seldom then.
 */
import { useEffect, useReducer, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { isSameData } from './same-data.ts';
import { useSame } from './use-same.ts';

interface Subscriber {
  readonly periodMs: number;
  readonly callback: (nowMs: number) => void;
  dueMs: number;
}

/** A frame of the screen: who is due before the next one is drawn with this one. */
const FRAME_MS = 16;

/** What is drawn piece by piece takes so much of a frame at most, or one piece. */
const PIECES_MS = 8;

/** Calm begins so long after the last that has happened. */
const CALM_AFTER_MS = 1500;

const subscribers = new Set<Subscriber>();
/** Pieces that wait for their turn. */
const pieces = new Set<() => void>();
/** Who wants to know when calm begins and ends. */
const calmListeners = new Set<(isCalm: boolean) => void>();
let calm = true;
let happenedMs = 0;
/** What is waited for: the time of the next who is due, or the frame in which it draws. */
let timer: ReturnType<typeof setTimeout> | undefined;
let handle = 0;
let askedMs = 0;
let before: () => void = () => undefined;

function ask(): void {
  askedMs = performance.now();
  handle = requestAnimationFrame(frame);
}

/** Waits for the first who is due; a hidden page draws nothing, and its browser gives it no frame. */
function wait(): void {
  clearTimeout(timer);
  if (handle !== 0) return;
  let dueMs = pieces.size > 0 ? 0 : Number.POSITIVE_INFINITY;
  for (const subscriber of subscribers) dueMs = Math.min(dueMs, subscriber.dueMs);
  if (dueMs === Number.POSITIVE_INFINITY) return;
  const waitMs = Math.ceil(dueMs - performance.now() - FRAME_MS / 2);
  if (waitMs <= 0) ask();
  else timer = setTimeout(ask, waitMs);
}

function frame(startMs: number): void {
  handle = 0;
  // The time of a frame may lie before that at which it was asked for: who was due then is due now.
  const nowMs = Math.max(startMs, askedMs);
  const due = [...subscribers].filter(({ dueMs }) => nowMs + FRAME_MS / 2 >= dueMs);
  for (const subscriber of due) subscriber.dueMs = nextMs(subscriber, nowMs);
  if (due.length > 0 || pieces.size > 0) before();
  if (due.length > 0) {
    // What React renders for them is drawn with this frame. Left to itself it would render behind it, and need another one.
    flushSync(() => {
      for (const { callback } of due) callback(nowMs);
    });
  }
  drawPieces();
  wait();
}

function drawPieces(): void {
  const fromMs = performance.now();
  for (const piece of pieces) {
    pieces.delete(piece);
    flushSync(piece);
    if (performance.now() - fromMs >= PIECES_MS) return;
  }
}

/** When one who has drawn is due again: at multiples of the period, so that all of one rate, and every second one of the double, fall together. */
function nextMs({ periodMs }: Subscriber, nowMs: number): number {
  if (calm) return Number.POSITIVE_INFINITY;
  return (Math.floor((nowMs + FRAME_MS / 2) / periodMs) + 1) * periodMs;
}

/** True while nothing happens: neither does the lab work nor a person anything. */
export function isCalm(): boolean {
  return calm;
}

/** Calls back when calm begins and when it ends; returns the end of the subscription. */
export function onCalm(listener: (isCalm: boolean) => void): () => void {
  calmListeners.add(listener);
  return () => calmListeners.delete(listener);
}

function setCalm(value: boolean): void {
  calm = value;
  for (const listener of calmListeners) listener(value);
}

/** Calm begins if nothing has happened meanwhile. */
function calmDown(): void {
  const restMs = Math.ceil(happenedMs + CALM_AFTER_MS - performance.now());
  if (restMs > 0) setTimeout(calmDown, restMs);
  else setCalm(true);
}

/** Makes all due before a time, wherever they would be later. */
function hasten(dueMs: (subscriber: Subscriber) => number): void {
  for (const subscriber of subscribers) subscriber.dueMs = Math.min(subscriber.dueMs, dueMs(subscriber));
  wait();
}

/** Something happens: who draws does so at its own rate for a while. */
export function happens(): void {
  const nowMs = performance.now();
  happenedMs = nowMs;
  if (!calm) return;
  setCalm(false);
  setTimeout(calmDown, CALM_AFTER_MS);
  hasten(({ periodMs }) => nowMs + periodMs);
}

/** There is something new, but nothing that happens: in calm all draw it once. */
export function drawNews(): void {
  if (calm) hasten(() => 0);
}

/** What happens once before the first callback of an animation frame: reading the views. */
export function setBeforeFrame(work: () => void): void {
  before = work;
}

function subscribe(hertz: number, callback: (nowMs: number) => void): Subscriber {
  const subscriber: Subscriber = { periodMs: 1000 / hertz, callback, dueMs: 0 };
  subscribers.add(subscriber);
  wait();
  return subscriber;
}

/** Calls back at most `hertz` times a second; returns the end. */
export function onFrames(hertz: number, callback: (nowMs: number) => void): () => void {
  const subscriber = subscribe(hertz, callback);
  return () => {
    subscribers.delete(subscriber);
  };
}

/**
 * Draws with the clock while the component is there, and once when it has been rendered anew, since what it draws may be another
 * thing then. The newest callback is the one that runs.
 */
export function useFrames(hertz: number, callback: (nowMs: number) => void): void {
  const latest = useRef(callback);
  latest.current = callback;
  const drawing = useRef<Subscriber | undefined>(undefined);
  useEffect(() => {
    const subscriber = subscribe(hertz, (nowMs) => latest.current(nowMs));
    drawing.current = subscriber;
    return () => {
      subscribers.delete(subscriber);
    };
  }, [hertz]);
  useEffect(() => {
    if (!calm || drawing.current === undefined) return;
    drawing.current.dueMs = 0;
    wait();
  });
}

/** Draws once, as soon as a frame has time for it after what has been asked for before; who asks again keeps the place. */
export function drawInTurn(piece: () => void): void {
  pieces.add(piece);
  wait();
}

/** Who asked for a turn is gone. */
export function giveUpTurn(piece: () => void): void {
  pieces.delete(piece);
}

/** False until a frame has time for what the component is made of: many of them come one after the other. */
export function useTurn(): boolean {
  const [hasCome, setCome] = useState(false);
  useEffect(() => {
    const come = (): void => setCome(true);
    drawInTurn(come);
    return () => giveUpTurn(come);
  }, []);
  return hasCome;
}

/**
 * What a component shows of something that changes with time: looked at at most `hertz` times a second, and rendered anew only
 * when it says something else.
 */
export function useShown<T>(hertz: number, read: () => T): T {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const shown = useSame(read());
  const latest = useRef({ read, shown });
  latest.current = { read, shown };
  useEffect(
    () =>
      onFrames(hertz, () => {
        const { read, shown } = latest.current;
        if (!isSameData(shown, read())) render();
      }),
    [hertz],
  );
  return shown;
}
