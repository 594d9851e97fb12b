import i18next from 'i18next';
import { expect, test } from 'vitest';
import { canTellErrors, fetchLaterTexts, sharedTexts } from './language.ts';

test('English of what comes later is made known once, however many views ask for it', async () => {
  await i18next.init({ lng: 'en', resources: {}, showSupportNotice: false } as Parameters<
    typeof i18next.init
  >[0]);
  let added = 0;
  i18next.store.on('added', () => added++);
  expect(canTellErrors()).toBe(false);
  await Promise.all([fetchLaterTexts(), fetchLaterTexts()]);
  await fetchLaterTexts();
  expect(canTellErrors()).toBe(true);
  expect(Object.keys(sharedTexts().error).length).toBeGreaterThan(100);
  expect(added).toBe(1);
});
