/** What a reload or an accident of the tab costs: little, and the page says so. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { byPalette, consoleText, labRuns, open, prompts, says, selectVm, typeLine } from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

/** Waits for a checkpoint that has everything up to now. */
async function kept(page: Page): Promise<void> {
  const now = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
  await page.waitForFunction((at) => (globalThis.virtlab.keeping().newest?.at ?? 0) >= at, now);
}

test('after a reload the lab goes on where it was, and says so; it can begin anew', async ({
  sites,
  visit,
}) => {
  const page = await visit({ keepsSite: true });
  await open(page, sites.isolated.url);
  await prompts(page, 'teach-1');
  await selectVm(page, 'teach-1');
  await typeLine(page, 'teach-1', 'echo before-the-reload');
  await says(page, 'teach-1', /\nbefore-the-reload/);
  await kept(page);
  await page.reload();
  await labRuns(page);
  await expect(page.getByText(/The lab goes on from/)).toBeVisible();
  expect(await consoleText(page, 'teach-1')).toContain('\nbefore-the-reload');
  await selectVm(page, 'teach-1');
  await typeLine(page, 'teach-1', 'echo after-the-reload');
  await says(page, 'teach-1', /\nafter-the-reload/);
  // Another address is another lab.
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 1);
  expect(await page.evaluate(() => globalThis.virtlab.resumed())).toBeNull();
  await open(page, sites.isolated.url);
  await page.getByRole('button', { name: 'Begin anew' }).click();
  // What is kept is given up by that: it is asked, and one may stay.
  const asks = page.getByRole('dialog', { name: 'Begin this lab anew?' });
  await asks.getByRole('button', { name: 'Stay' }).click();
  expect(await consoleText(page, 'teach-1')).toContain('before-the-reload');
  await byPalette(page, 'Kept labs');
  await page.getByRole('dialog').getByRole('button', { name: 'Begin anew' }).click();
  await asks.getByRole('button', { name: 'Begin anew' }).click();
  await page.waitForFunction(() => globalThis.virtlab.resumed() === null);
  await prompts(page, 'teach-1');
  expect(await consoleText(page, 'teach-1')).not.toContain('reload');
});

test('a worker that dies, and dies again, is started from the last checkpoint', async ({ sites, visit }) => {
  const page = await visit();
  await page.addInitScript(() => {
    const made: Worker[] = [];
    const Original = globalThis.Worker;
    globalThis.Worker = class extends Original {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args);
        made.push(this);
      }
    };
    Object.assign(globalThis, {
      killWorker: () => {
        const worker = made.at(-1);
        worker?.terminate();
        worker?.dispatchEvent(new ErrorEvent('error', { message: 'killed' }));
      },
    });
  });
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  await kept(page);
  for (let death = 0; death < 3; death++) {
    const at = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
    const from = Date.now();
    await page.evaluate(() => (globalThis as unknown as { killWorker: () => void }).killWorker());
    await page.waitForFunction(
      () => (globalThis.virtlab.resumed()?.at ?? 0) > 0 && globalThis.virtlab.status().virtualNs > 0,
    );
    console.log(`  back after ${Date.now() - from} ms`);
    const back = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
    expect(at - back).toBeLessThan(10e9);
  }
  expect(await consoleText(page, 'teach-1')).toContain('teach-1$ ');
});

test('a second tab with the same lab runs it unkept, and says so', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await kept(page);
  const second = await page.context().newPage();
  await open(second, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await expect(second.getByText('Another tab keeps this lab; here it is not kept.')).toBeVisible();
  expect(await second.evaluate(() => globalThis.virtlab.resumed())).toBeNull();
});

test('where the browser keeps nothing, the lab runs all the same', async ({ sites, visit }) => {
  const page = await visit();
  await page.route('**/entry-*.js', async (route) => {
    const response = await route.fetch();
    const body = `Object.defineProperty(globalThis, 'indexedDB', { value: undefined });\n${await response.text()}`;
    await route.fulfill({ response, body });
  });
  await page.goto(`${sites.isolated.url}${WITHOUT_LINUX}`);
  // It goes by itself, however long the lab takes to begin.
  await expect(page.getByText(/The browser keeps nothing here/)).toBeVisible();
  await labRuns(page);
  await prompts(page, 'teach-1');
});

test('all kept labs are forgotten only after it was asked', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await kept(page);
  const count = (): Promise<number> =>
    page.evaluate(async () => (await globalThis.virtlab.calls.keeping()).labs.length);
  expect(await count()).toBe(1);
  await page.getByRole('main').focus();
  await byPalette(page, 'Kept labs');
  const forget = page.getByRole('dialog', { name: 'Kept labs' }).getByRole('button', { name: 'Forget all' });
  const asks = page.getByRole('dialog', { name: 'Forget all kept labs?' });
  await forget.click();
  await expect(asks).toContainText(/1 lab \([\d.]+ [kM]i?B\) is deleted/);
  await asks.getByRole('button', { name: 'Cancel' }).click();
  await expect(asks).toBeHidden();
  expect(await count()).toBe(1);
  await forget.click();
  await asks.getByRole('button', { name: 'Forget all' }).click();
  await expect(page.getByText('All kept labs are forgotten.')).toBeVisible();
});
