/** The address names what is on the screen, whichever way one came there; and no work is lost on the way. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { consoleText, labRuns, open, openVmPage, prompts, says, selectVm, typeLine } from './lab-page.ts';

const title = (page: Page) => page.getByRole('banner').locator('button[title]').nth(1);

/** The lab that is open, by the names of its VMs. */
function vms(page: Page): Promise<string[]> {
  return page.evaluate(
    () => globalThis.virtlab.lab()?.hosts.flatMap((host) => host.vms.map(({ spec }) => spec.name)) ?? [],
  );
}

async function chooseBusyNeighbour(page: Page): Promise<void> {
  await title(page).click();
  await page.getByRole('menuitem', { name: /Busy neighbour/ }).click();
}

test('back and forward go through labs and their views, and lose nothing', async ({ sites, visit }) => {
  const page = await visit();
  const home = sites.isolated.url;
  await open(page, home);
  await selectVm(page, 'teach-1');
  await prompts(page, 'teach-1');
  await typeLine(page, 'teach-1', 'echo kept-on-the-way');
  await says(page, 'teach-1', /\nkept-on-the-way/);
  const first = page.url();
  expect(first).toContain('selected=');
  await chooseBusyNeighbour(page);
  await expect.poll(() => vms(page)).toContain('busy');
  expect(page.url()).toBe(`${home}?lab=busy-neighbour`);
  await openVmPage(page, 'idle', 'Address walk');
  const view = page.url();
  await page.goBack();
  await page.goBack();
  expect(page.url()).toBe(`${home}?lab=busy-neighbour`);
  await page.goBack();
  await expect.poll(() => vms(page)).toContain('teach-1');
  await expect.poll(() => page.url()).toBe(first);
  await says(page, 'teach-1', /\nkept-on-the-way/);
  await page.goForward();
  await expect.poll(() => vms(page)).toContain('busy');
  await page.goForward();
  await page.goForward();
  await expect(page.getByRole('heading', { level: 2, name: 'idle' })).toBeVisible();
  expect(page.url()).toBe(view);
  await page.reload();
  await expect(page.getByRole('heading', { level: 2, name: 'idle' })).toBeVisible();
});

test('a lab that cannot be opened leaves the address of the one that stays', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await page.evaluate(() => {
    location.hash = '1nonsense';
  });
  await expect(page.getByRole('alert')).toBeVisible();
  await expect.poll(() => page.url()).toBe(`${sites.isolated.url}?lab=busy-neighbour`);
});

test('a lab of the menu opens where it shows what it is about', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await title(page).click();
  await page.getByRole('menuitem', { name: /Three ways to a disk/ }).click();
  await expect.poll(() => vms(page)).toContain('emulated-pio');
  await expect(page.getByRole('tab', { name: 'Comparison', selected: true })).toBeVisible();
  const { searchParams } = new URL(page.url());
  expect([searchParams.get('lab'), searchParams.get('tab')]).toEqual(['three-ways', 'comparison']);
});

test('a frame opens in full as what it shows', async ({ sites, visit }) => {
  const page = await visit();
  const query = 'lab=busy-neighbour&view=vm&host=0&vm=busy&tab=walk&at=0x80200000';
  await open(page, `${sites.isolated.url}?embed&${query}`, 3);
  const full = page.getByRole('link', { name: 'Open in virtlab' });
  await expect(full).toHaveAttribute('href', `/?${query}`);
});

test('work that is kept nowhere is asked about before another lab takes its place', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await page.addInitScript(() => localStorage.setItem('virtlab.keep-bytes', '0'));
  await open(page, sites.isolated.url);
  await chooseBusyNeighbour(page);
  await expect.poll(() => vms(page)).toContain('idle');
  await selectVm(page, 'idle');
  await prompts(page, 'idle');
  await typeLine(page, 'idle', 'echo work');
  await says(page, 'idle', /\nwork/);
  const here = page.url();
  const dialog = page.getByRole('dialog', { name: 'Leave this lab?' });
  await page.goBack();
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect.poll(() => page.url()).toBe(here);
  expect(await consoleText(page, 'idle')).toContain('\nwork');
  let asked = '';
  page.once('dialog', (each) => {
    asked = each.type();
    void each.dismiss();
  });
  await page.evaluate(() => location.reload());
  await expect.poll(() => asked).toBe('beforeunload');
  await page.goBack();
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save the lab to a file' }).click();
  await saved;
  await dialog.getByRole('button', { name: 'Leave without keeping it' }).click();
  await labRuns(page);
  await expect.poll(() => vms(page)).toContain('teach-1');
});
