import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { translatorLater } from './translator-later.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the translator is fetched once, a moment after guests have begun to run', async () => {
  const translator = vi.fn();
  const load = vi.fn(async () => translator);
  const later = translatorLater({ load, waitMs: 200 });
  expect([later(), later()]).toEqual([undefined, undefined]);
  await vi.advanceTimersByTimeAsync(199);
  expect(load).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(later()).toBe(translator);
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).toHaveBeenCalledTimes(1);
});

test('where it cannot be fetched, guests are interpreted', async () => {
  const later = translatorLater({ load: async () => Promise.reject(new Error('no network')), waitMs: 1 });
  later();
  await vi.advanceTimersByTimeAsync(10);
  expect(later()).toBeUndefined();
});

test('what is fetched is the translator of the machine', async () => {
  vi.useRealTimers();
  const later = translatorLater({ waitMs: 0 });
  expect(later()).toBeUndefined();
  await vi.waitFor(() => expect(later()).toBeTypeOf('function'), 5000);
});
