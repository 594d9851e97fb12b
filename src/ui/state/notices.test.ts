import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dismiss, tell, tellError, useNotices } from './notices.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const { serial } of useNotices.getState().list) dismiss(serial);
  vi.useRealTimers();
});

const keys = (): string[] => useNotices.getState().list.map(({ key }) => key);

test('what went well goes by itself; what stays as it is until somebody does something stays', () => {
  tell('notice.deleted', { vm: 'a' });
  tell('notice.missingImage', { name: 'linux' }, 'warning');
  tellError({ code: 'no-such-vm', data: {} });
  vi.advanceTimersByTime(60_000);
  expect(keys()).toEqual(['notice.missingImage', 'no-such-vm']);
  dismiss(useNotices.getState().list[0]?.serial ?? -1);
  expect(keys()).toEqual(['no-such-vm']);
});
