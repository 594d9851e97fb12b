import { expect, test } from 'vitest';
import { Later } from './later.ts';

test('what comes later is fetched once, however many ask for it', async () => {
  let fetched = 0;
  const later = new Later(async () => {
    fetched += 1;
    return 'code';
  });
  expect(later.isHere).toBe(false);
  expect(() => later.here).toThrow('must have come before it is used');
  await Promise.all([later.come(), later.come()]);
  await later.come();
  expect(later.here).toBe('code');
  expect(fetched).toBe(1);
});

test('what could not be had is asked for again', async () => {
  let isOnline = false;
  const later = new Later(async () => {
    if (!isOnline) throw new Error('no network');
    return 'code';
  });
  await expect(later.come()).rejects.toThrow('no network');
  isOnline = true;
  await later.come();
  expect(later.here).toBe('code');
});
