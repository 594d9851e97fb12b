/** Messages have a place of their own: at no width do they lie over what one works with, be it a view, a console or a dialog. */
import type { Locator, Page } from 'playwright/test';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import { chooseFromConsole, open, openVmPage, prompts } from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 393, height: 851 },
];

function messages(page: Page): Locator {
  return page.getByRole('region', { name: 'Messages' });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`not on the screen: ${locator}`);
  return box;
}

/** Area that two boxes share, in square pixels; those that touch share none. */
function shared(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 1 && height > 1 ? width * height : 0;
}

/** Makes a message: what is copied is said, or that it could not be. */
async function copyAll(page: Page): Promise<void> {
  await chooseFromConsole(page, 'teach-1', 'Copy all', page.getByRole('complementary', { name: 'Consoles' }));
  await expect(messages(page)).not.toBeEmpty();
}

for (const size of WIDTHS)
  test(`at ${size.width} pixels a message covers neither view nor docked console`, async ({
    sites,
    visit,
  }) => {
    const page = await visit();
    await page.setViewportSize(size);
    await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
    await prompts(page, 'teach-1');
    await openVmPage(page, 'teach-1', 'Overview');
    await chooseFromConsole(page, 'teach-1', 'Keep in sight below the page');
    await copyAll(page);
    const said = await boxOf(messages(page));
    expect(said.height).toBeGreaterThan(20);
    const parts = {
      main: page.getByRole('main'),
      dock: page.getByRole('complementary'),
      head: page.getByRole('banner'),
    };
    for (const [name, part] of Object.entries(parts))
      expect([name, shared(said, await boxOf(part))]).toEqual([name, 0]);
    const navigation = page.getByRole('navigation').first();
    expect(shared(said, await boxOf(navigation))).toBe(0);
  });

test('with a dialog open a message is in the dialog, and covers nothing of it', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Copy/ }).first().click();
  const inside = dialog.getByRole('region', { name: 'Messages' });
  await expect(inside).not.toBeEmpty();
  // In one look: a message goes by itself after a while.
  const covered = await inside.evaluate((region) => {
    const said = region.getBoundingClientRect();
    const controls = region.closest('[role="dialog"]')?.querySelectorAll('button, input') ?? [];
    return [...controls]
      .filter((control) => !region.contains(control))
      .filter((control) => {
        const { left, right, top, bottom } = control.getBoundingClientRect();
        const isBeside = right <= said.left || left >= said.right || bottom <= said.top || top >= said.bottom;
        return right > left && !isBeside;
      })
      .map((control) => control.outerHTML);
  });
  expect(covered).toEqual([]);
});

test('a message that comes and goes leaves the size of a terminal as it is', async ({ sites, visit }) => {
  test.skip(!HAS_LINUX, 'a guest that heeds another size');
  const page = await visit();
  await open(page, sites.isolated.url);
  await prompts(page, 'linux-3');
  await openVmPage(page, 'linux-3', 'Overview');
  const sizeOf = (): Promise<unknown> =>
    page.evaluate(
      () => globalThis.virtlab.lab()?.hosts[0]?.vms.find(({ spec }) => spec.name === 'linux-3')?.terminal,
    );
  const console = page.locator('[data-vm="linux-3"] [data-terminal]');
  await console.click();
  await page.keyboard.type('a');
  await expect.poll(async () => JSON.stringify(await sizeOf())).not.toContain('"columns":80,"rows":25');
  const before = await sizeOf();
  await chooseFromConsole(page, 'linux-3', 'Copy all');
  await expect(messages(page)).not.toBeEmpty();
  await console.click();
  await page.keyboard.type('b');
  await page.waitForTimeout(600);
  expect(await sizeOf()).toEqual(before);
});

test('the page does without dialogs whose code cannot be had, says so to whoever wants one, and asks for it again', async ({
  sites,
  browser,
}) => {
  // A visit of its own: here the browser has errors to tell.
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const code = /standing-dialogs.*\.js/;
  const refused = page.waitForEvent('requestfailed', (request) => code.test(request.url()));
  await page.route(code, (route) => route.abort());
  await page.goto(sites.isolated.url);
  await page.getByRole('button', { name: 'Skip', exact: true }).click();
  await refused;
  await page.keyboard.press('?');
  await expect(messages(page)).toContainText('standing-dialogs');
  await page.unroute(code);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Help and keys' })).toBeVisible();
  await context.close();
});
