/**
 * The one owner of the animation frame. Everything that draws with time asks here, with the rate that it needs;
 * the browser's callback exists only while somebody asks.
 */
import { useEffect, useReducer, useRef } from 'react';

interface Subscriber {
  readonly periodMs: number;
  readonly callback: (nowMs: number) => void;
  dueMs: number;
}

const subscribers = new Set<Subscriber>();
let handle = 0;
let before: () => void = () => undefined;

function frame(nowMs: number): void {
  handle = subscribers.size > 0 ? requestAnimationFrame(frame) : 0;
  let read = false;
  for (const subscriber of subscribers) {
    if (nowMs < subscriber.dueMs) continue;
    subscriber.dueMs = nowMs + subscriber.periodMs - 4;
    if (!read) before();
    read = true;
    subscriber.callback(nowMs);
  }
}

/** What happens once before the first callback of an animation frame: reading the views. */
export function setBeforeFrame(work: () => void): void {
  before = work;
}

/** Calls back at most `hertz` times a second; returns the end. */
export function onFrames(hertz: number, callback: (nowMs: number) => void): () => void {
  const subscriber: Subscriber = { periodMs: 1000 / hertz, callback, dueMs: 0 };
  subscribers.add(subscriber);
  if (handle === 0) handle = requestAnimationFrame(frame);
  return () => subscribers.delete(subscriber);
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
