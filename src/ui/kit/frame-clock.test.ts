/** The clock over timers and frames that the test moves. What it counts is work: frames that are asked for, and who draws in them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  drawInTurn,
  drawNews,
  giveUpTurn,
  happens,
  isCalm,
  onCalm,
  onFrames,
  setBeforeFrame,
} from './frame-clock.ts';

/** After so long without anything all is calm, and what was due before has been drawn. */
const CALM_MS = 3000;
let frames = 0;
let ends: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  frames = 0;
  vi.stubGlobal('requestAnimationFrame', (draw: (nowMs: number) => void) => {
    frames += 1;
    // A frame begins at a multiple of its length, and is told of somewhat later.
    const startMs = Math.ceil(performance.now() / 16) * 16;
    setTimeout(() => draw(startMs), startMs - performance.now() + 1);
    return frames;
  });
});

afterEach(() => {
  for (const end of ends) end();
  ends = [];
  vi.advanceTimersByTime(CALM_MS);
  setBeforeFrame(() => undefined);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Somebody who draws, and how often it has. */
function drawer(hertz: number): { count: number } {
  const drawn = { count: 0 };
  ends.push(onFrames(hertz, () => (drawn.count += 1)));
  return drawn;
}

/** Passes time until nothing has happened for a while, and forgets what was counted. */
function calmDown(...drawers: readonly { count: number }[]): void {
  vi.advanceTimersByTime(CALM_MS);
  for (const drawn of drawers) drawn.count = 0;
  frames = 0;
}

test('while things happen everybody draws at its own rate, those of several rates in the same frames', () => {
  const [quick, slow] = [drawer(8), drawer(2)];
  happens();
  vi.advanceTimersByTime(1000);
  expect(quick.count).toBeGreaterThanOrEqual(7);
  expect(quick.count).toBeLessThanOrEqual(10);
  expect(slow.count).toBeGreaterThanOrEqual(2);
  expect(slow.count).toBeLessThanOrEqual(4);
  expect(frames).toBeLessThanOrEqual(quick.count + 1);
});

test('while nothing happens no frame is asked for and nobody draws', () => {
  const drawers = [drawer(30), drawer(4), drawer(1)];
  happens();
  calmDown(...drawers);
  vi.advanceTimersByTime(60_000);
  expect(frames).toBe(0);
  expect(drawers.map(({ count }) => count)).toEqual([0, 0, 0]);
  expect(vi.getTimerCount(), 'nor is anything waited for').toBe(0);
});

test('what the lab tells then is drawn by all in one frame, after the views were read once', () => {
  const drawers = [drawer(30), drawer(4), drawer(1)];
  let reads = 0;
  setBeforeFrame(() => (reads += 1));
  happens();
  calmDown(...drawers);
  reads = 0;
  for (let news = 0; news < 10; news++) {
    drawNews();
    drawNews();
    vi.advanceTimersByTime(1000);
  }
  expect([frames, reads]).toEqual([10, 10]);
  expect(drawers.map(({ count }) => count)).toEqual([10, 10, 10]);
});

test('who comes in calm draws once', () => {
  calmDown();
  const late = drawer(30);
  vi.advanceTimersByTime(10_000);
  expect([late.count, frames]).toEqual([1, 1]);
});

test('something that happens ends the calm, which is told of, and it comes back by itself', () => {
  const told: boolean[] = [];
  ends.push(onCalm((calm) => told.push(calm)));
  const drawn = drawer(10);
  calmDown(drawn);
  told.length = 0;
  happens();
  expect(isCalm()).toBe(false);
  for (let n = 0; n < 20; n++) {
    vi.advanceTimersByTime(100);
    happens();
  }
  expect(told).toEqual([false]);
  expect(drawn.count).toBeGreaterThan(15);
  vi.advanceTimersByTime(CALM_MS);
  expect([isCalm(), told]).toEqual([true, [false, true]]);
});

test('what is drawn in turn is spread over frames by the time it takes, in the order in which it was asked for', () => {
  calmDown();
  let spentMs = 0;
  const nowMs = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs() + spentMs);
  const drawn: string[] = [];
  const piece = (name: string, takesMs: number) => (): void => {
    spentMs += takesMs;
    drawn.push(`${name} in frame ${frames}`);
  };
  const gone = piece('gone', 1);
  const again = piece('again', 1);
  for (const draw of [piece('long', 50), again, gone, piece('short', 1), again]) drawInTurn(draw);
  giveUpTurn(gone);
  vi.advanceTimersByTime(1000);
  clock.mockRestore();
  expect(drawn).toEqual(['long in frame 1', 'again in frame 2', 'short in frame 2']);
  vi.advanceTimersByTime(1000);
  expect(frames, 'and nothing is asked for any more').toBe(2);
});
