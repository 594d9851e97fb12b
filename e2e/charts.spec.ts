/** What charts show of a moment, and what is taken from them as a file. */
import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { open, openVmPage, prompts, runTo, saved, typeLine } from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

const FROM_NS = 1e9;
const TO_NS = 3e9;

/** Times of a table of text, and its columns. */
function tableOf(bytes: Buffer): { times: number[]; names: string[] } {
  const [head = '', ...rows] = bytes.toString('utf8').trim().split('\n');
  const [, ...names] = head.split(',');
  return { times: rows.map((row) => Number(row.split(',')[0])), names };
}

async function chooseStretch(place: Page | Locator): Promise<void> {
  await place.getByRole('textbox', { name: 'From (s)' }).fill(String(FROM_NS / 1e9));
  await place.getByRole('textbox', { name: 'To (s)' }).fill(String(TO_NS / 1e9));
  await place.getByRole('button', { name: 'Show', exact: true }).click();
}

/** A finger that goes over the screen: Playwright itself only taps. */
async function swipe(page: Page, xs: readonly number[], y: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints });
  for (const [n, x] of xs.entries()) await touch(n === 0 ? 'touchStart' : 'touchMove', [{ x, y }]);
  await touch('touchEnd', []);
}

test('a picture and a table of a chart are of the stretch that is chosen, and of the curves that are shown', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=charts`, 3);
  await page.getByRole('banner').getByRole('button', { name: 'Pause', exact: true }).click();
  await page.evaluate(() => globalThis.virtlab.calls.setSpeed({ running: false, rate: 'max' }));
  if ((await page.evaluate(() => globalThis.virtlab.status().virtualNs)) < 4e9) await runTo(page, 4e9);
  await chooseStretch(page);
  const times = Array.from({ length: 20 }, (_, n) => FROM_NS + (n + 1) * 1e8);

  const all = tableOf((await saved(page, page.getByRole('button', { name: 'CSV' }).first())).bytes);
  expect(all.times).toEqual(times);
  expect(all.names).toContain('busy cpu');

  await page.getByRole('button', { name: 'Enlarge: CPU' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'CPU' });
  await dialog.getByRole('button', { name: 'idle' }).click();
  const table = await saved(page, dialog.getByRole('button', { name: 'CSV' }));
  expect(tableOf(table.bytes)).toEqual({ times, names: ['steady', 'busy'] });
  expect(table.download.suggestedFilename()).toBe('CPU 1.000 s–3.000 s.csv');

  const picture = await saved(page, dialog.getByRole('button', { name: 'PNG' }));
  expect(picture.download.suggestedFilename()).toBe('CPU 1.000 s–3.000 s.png');
  expect(picture.bytes.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  // As wide as the curves are on the screen, and higher by the line that names them; not one colour.
  const { width, height } = (await dialog.locator('canvas').boundingBox())!;
  expect(picture.bytes.readUInt32BE(16)).toBe(Math.round(width));
  expect(picture.bytes.readUInt32BE(20)).toBeGreaterThan(Math.round(height));
  expect(picture.bytes.length).toBeGreaterThan(2000);
});

test('what was typed is a mark on the curves, told by line', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`, 2);
  await prompts(page, 'teach-1');
  await openVmPage(page, 'teach-1', 'Overview');
  await typeLine(page, 'teach-1', 'echo markd');
  await typeLine(page, 'teach-1', 'uptim\u0008e');
  const cursor = page.getByRole('slider', { name: /^CPU/ });
  const before = Number(await cursor.getAttribute('aria-valuemax'));
  // Who comes to it is told the stretch that is drawn, not the one of the first time.
  await expect(async () => {
    await cursor.blur();
    await cursor.focus();
    expect(Number(await cursor.getAttribute('aria-valuemax'))).toBeGreaterThan(before);
  }).toPass();
  // The samples behind the line must have come.
  await expect
    .poll(async () => {
      await cursor.press('End');
      await cursor.press('PageUp');
      return cursor.getAttribute('aria-valuetext');
    })
    .toContain('teach-1: typed “uptie”');
  await expect(page.getByTestId('readout')).toContainText('typed “uptie”');
  await cursor.press('PageUp');
  await expect(cursor).toHaveAttribute('aria-valuetext', /typed “echo markd”/);
});

test('a finger that goes over a chart chooses the stretch, and there is a way back', async ({
  sites,
  visit,
}) => {
  const page = await visit({ phone: true });
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=charts`, 3);
  await page.evaluate(() => globalThis.virtlab.calls.setSpeed({ running: false, rate: 'max' }));
  if ((await page.evaluate(() => globalThis.virtlab.status().virtualNs)) < 4e9) await runTo(page, 4e9);
  await chooseStretch(page);
  const area = page.getByRole('slider', { name: /^CPU/ }).first();
  // The stretch must have been drawn: a finger's place is a moment of it.
  await expect
    .poll(async () => {
      await area.press('End');
      await area.press('ArrowLeft');
      return area.getAttribute('aria-valuemin');
    })
    .toBe(String(FROM_NS / 1e9));
  const { x, y, width, height } = (await area.boundingBox())!;
  const shares = [0.25, 0.35, 0.55, 0.75];
  await swipe(
    page,
    shares.map((share) => x + share * width),
    y + height / 2,
  );
  // Give or take the hundredth of a second that a pixel is.
  const back = page.getByRole('button', { name: /^1\.(49|50)\d s to 2\.(49|50)\d s · back$/ }).first();
  await back.click();
  await expect(page.getByRole('button', { name: / · back$/ })).toHaveCount(0);
});
