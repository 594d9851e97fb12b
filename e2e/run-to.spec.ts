/** Running to a time that a person names: from the header and the palette, with an end on the way, and back where it has passed. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { byPalette, open, prompts } from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

async function named(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Run to…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Time' }).fill(text);
}

test('the lab runs to a time at full speed, however idle it is, and stands there; one that has passed is gone back to', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  const timeOf = (): Promise<number> => page.evaluate(() => globalThis.virtlab.status().virtualNs);
  await named(page, 'soon');
  await expect(page.getByRole('dialog')).toContainText('This is no time.');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Time' }).fill('20:00');
  await page.keyboard.press('Enter');
  await expect(page.getByText('The lab stands at 20:00.000.')).toBeVisible();
  expect(await timeOf()).toBe(1_200e9);
  await expect(page.getByRole('banner').getByRole('button', { name: 'Run', exact: true })).toBeVisible();

  // Far away, and ended on the way.
  await named(page, '+1000 h');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop here' }).click();
  await expect(page.getByRole('button', { name: 'Stop here' })).toBeHidden();
  const stood = await timeOf();
  expect(stood).toBeGreaterThan(1_200e9);

  await named(page, '19:00');
  await expect(page.getByRole('dialog')).toContainText('19:00.000 has passed');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Back to 19:00.000?');
});

test('the palette has it, in Chinese too', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await page.getByRole('banner').getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: '中文' }).click();
  await byPalette(page, '运行到');
  await page.getByRole('dialog').getByRole('textbox', { name: '时间' }).fill('＋５分钟');
  await expect(page.getByRole('dialog')).toContainText('还有 300 s');
});
