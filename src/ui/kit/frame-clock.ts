/**
 * The one owner of the animation frame. Everything that draws with time asks here, with the rate that it needs. A frame is
 * asked of the browser only when somebody is due: one that draws nothing costs as much as one that does. Those of several
 * rates are due together where they can be, so that there are few frames. While nothing happens all are due once a second.
 */
import { useEffect, useReducer, useRef } from 'react';

interface Subscriber {
  readonly periodMs: number;
  readonly callback: (nowMs: number) => void;
  dueMs: number;
}

/** A frame of the screen: who is due before the next one is drawn with this one. */
const FRAME_MS = 16;

/** While nothing happens, that often; it begins so long after the last that has happened. */
const CALM_PERIOD_MS = 1000;
const CALM_AFTER_MS = 1500;

const subscribers = new Set<Subscriber>();
let happenedMs = 0;
/** What is waited for: the time of the next who is due, or the frame in which it draws. */
let timer: ReturnType<typeof setTimeout> | undefined;
let handle = 0;
let before: () => void = () => undefined;

/** Waits for the first who is due; a hidden page draws nothing, and its browser gives it no frame. */
function wait(): void {
  clearTimeout(timer);
  if (handle !== 0 || subscribers.size === 0) return;
  let dueMs = Number.POSITIVE_INFINITY;
  for (const subscriber of subscribers) dueMs = Math.min(dueMs, subscriber.dueMs);
  const waitMs = dueMs - performance.now() - FRAME_MS / 2;
  const ask = (): void => {
    handle = requestAnimationFrame(frame);
  };
  if (waitMs <= 0) ask();
  else timer = setTimeout(ask, waitMs);
}

function frame(nowMs: number): void {
  handle = 0;
  let read = false;
  for (const subscriber of subscribers) {
    if (nowMs + FRAME_MS / 2 < subscriber.dueMs) continue;
    // At multiples of the period: all of one rate, and every second one of the double, fall together.
    subscriber.dueMs = nextMs(subscriber, nowMs);
    if (!read) before();
    read = true;
    subscriber.callback(nowMs);
  }
  wait();
}

/** When one who has drawn is due again. */
function nextMs({ periodMs }: Subscriber, nowMs: number): number {
  const period = isCalm(nowMs) ? Math.max(CALM_PERIOD_MS, periodMs) : periodMs;
  return (Math.floor((nowMs + FRAME_MS / 2) / period) + 1) * period;
}

/** True while nothing happens: neither does the lab work nor a person anything. */
export function isCalm(nowMs: number = performance.now()): boolean {
  return nowMs - happenedMs > CALM_AFTER_MS;
}

/** Something happens: who draws does so at its own rate for a while. */
export function happens(): void {
  const nowMs = performance.now();
  const wasCalm = isCalm(nowMs);
  happenedMs = nowMs;
  if (!wasCalm) return;
  for (const subscriber of subscribers)
    subscriber.dueMs = Math.min(subscriber.dueMs, nowMs + subscriber.periodMs);
  wait();
}

/** What happens once before the first callback of an animation frame: reading the views. */
export function setBeforeFrame(work: () => void): void {
  before = work;
}

/** Calls back at most `hertz` times a second; returns the end. */
export function onFrames(hertz: number, callback: (nowMs: number) => void): () => void {
  const subscriber: Subscriber = { periodMs: 1000 / hertz, callback, dueMs: 0 };
  subscribers.add(subscriber);
  wait();
  return () => {
    subscribers.delete(subscriber);
    wait();
  };
}

/** Draws with the clock while the component is there. The newest callback is the one that runs. */
export function useFrames(hertz: number, callback: (nowMs: number) => void): void {
  const latest = useRef(callback);
  latest.current = callback;
  useEffect(() => onFrames(hertz, (nowMs) => latest.current(nowMs)), [hertz]);
}

/** Renders the component anew at most `hertz` times a second. */
export function useTick(hertz: number): number {
  const [tick, advance] = useReducer((count: number) => count + 1, 0);
  useEffect(() => onFrames(hertz, advance), [hertz]);
  return tick;
}
