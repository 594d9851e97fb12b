/** A link is the lab: whoever opens it, wherever, gets the same machine, bit for bit. */
import { readFileSync } from 'node:fs';
import jsQR from 'jsqr';
import type { Page } from 'playwright/test';
import { NS_PER_S } from '../src/base/virtual-time.ts';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import { labOfLink } from './headless-lab.ts';
import {
  consoleText,
  hashesOf,
  labRuns,
  later,
  open,
  prompts,
  runTo,
  says,
  selectVm,
  typeLine,
  typeUnseen,
} from './lab-page.ts';

test('a shared link ends in the same hash elsewhere: shared memory, unshared memory, Node', async ({
  sites,
  visit,
}) => {
  // Somebody types, and copies the link.
  const here = await visit({ keepsSite: true });
  await open(here, sites.plain.url);
  await expect.poll(() => here.evaluate(() => globalThis.virtlab.shared)).toBe(true);
  await prompts(here, 'teach-1');
  await selectVm(here, 'teach-1');
  await typeLine(here, 'teach-1', 'ping 10.0.0.2 2; mem');
  await selectVm(here, 'teach-2');
  await typeLine(here, 'teach-2', 'cpu 20');
  if (HAS_LINUX) {
    await prompts(here, 'linux-3');
    await selectVm(here, 'linux-3');
    await typeLine(here, 'linux-3', 'echo $((6*7)) > /tmp/x; cat /proc/meminfo | head -2');
    await says(here, 'linux-3', /MemFree/);
  }
  await says(here, 'teach-1', /2 received, 0 % lost[\s\S]*KiB[\s\S]*\$ $/);
  await here.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = here.getByRole('dialog', { name: 'Share this lab' });
  const shown = await dialog.getByLabel('Link', { exact: true }).inputValue();
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  await expect(here.getByText('Link copied')).toBeVisible();
  const link = await here.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(shown);
  const fragment = new URL(link).hash.slice(1);
  console.log(`  a link of ${link.length} characters`);
  // Everything that was typed has happened by then.
  const end = await later(here, 5 * NS_PER_S);
  await runTo(here, end);
  const original = await hashesOf(here);

  // Somebody else opens it: a browser of its own.
  const there = await visit({ keepsSite: true });
  await open(there, link);
  await runTo(there, end);
  expect(await hashesOf(there), 'another browser').toEqual(original);
  expect(await consoleText(there, 'teach-1')).toBe(await consoleText(here, 'teach-1'));

  // In a course page, on unshared memory.
  const course = await visit({ keepsSite: true });
  await course.goto(`${sites.frame.url}?${encodeURIComponent(link)}`);
  const frame = course.frames()[1]!;
  await labRuns(frame);
  expect(
    await frame.evaluate(() => ({ isolated: crossOriginIsolated, shared: globalThis.virtlab.shared })),
  ).toEqual({ isolated: false, shared: false });
  await runTo(frame, end);
  expect(await hashesOf(frame), 'a frame without isolation').toEqual(original);

  // And without any browser.
  const { lab } = await labOfLink(fragment, end);
  expect({ at: lab.now, hosts: await lab.hashes() }, 'Node').toEqual(original);
});

test('a link opens at the moment at which it was made, and goes on from there', async ({ sites, visit }) => {
  const here = await visit();
  await open(here, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  const at = 20 * NS_PER_S;
  await runTo(here, at);
  await here.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = here.getByRole('dialog', { name: 'Share this lab' });
  const field = dialog.getByLabel('Link', { exact: true });
  const asNow = await field.inputValue();
  await dialog.getByText('From the start', { exact: true }).click();
  await expect(field).not.toHaveValue(asNow);
  const fromStart = await field.inputValue();
  await dialog.getByRole('button', { name: 'Copy code to embed' }).click();
  expect(await here.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^<iframe src="http[^"]+\?embed#1/,
  );

  const there = await visit();
  await open(there, asNow, 3);
  await expect(there.locator('[aria-busy="true"]')).toHaveCount(0);
  const { virtualNs, speed } = await there.evaluate(() => globalThis.virtlab.status());
  expect(virtualNs).toBeGreaterThanOrEqual(at);
  expect(speed.running).toBe(true);

  const beginning = await visit();
  await open(beginning, fromStart, 3);
  expect(await beginning.evaluate(() => globalThis.virtlab.status().virtualNs)).toBeLessThan(at);
});

test('a link can be scanned from the screen, in the dark too, and leaves the page as a picture', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this lab' });
  const url = await dialog.getByLabel('Link', { exact: true }).inputValue();
  await dialog.getByRole('button', { name: 'QR code' }).click();
  const code = dialog.getByRole('img', { name: 'QR code of the link' });
  expect(await scanned(page, await code.screenshot())).toBe(url);
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'PNG' }).click();
  expect(await scanned(page, readFileSync(await (await saved).path()))).toBe(url);
});

test('a run that no QR code holds says what would fit, and is a file that the page opens', async ({
  sites,
  visit,
}) => {
  const here = await visit();
  await open(here, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  // Nobody can guess it: 4,000 characters that no method makes shorter than half.
  const typed = Array.from({ length: 4000 }, (_, at) =>
    String.fromCharCode(33 + (((at * at * 7919) % 8191) % 90)),
  );
  for (let at = 0; at < typed.length; at += 500)
    await typeUnseen(here, 'idle', typed.slice(at, at + 500).join(''));
  await runTo(here, 10 * NS_PER_S);
  const original = await hashesOf(here);
  await here.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = here.getByRole('dialog', { name: 'Share this lab' });
  await dialog.getByRole('button', { name: 'QR code' }).click();
  await expect(
    dialog.getByText(/A QR code holds 2,953 characters at most; this link has [3-9],\d{3}\./),
  ).toBeVisible();
  await expect(dialog.getByText(/“Set-up only” fits: \d{3} characters\./)).toBeVisible();
  const saved = here.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as a file' }).click();
  const path = await (await saved).path();

  const there = await visit();
  await open(there, sites.isolated.url);
  const base64 = readFileSync(path).toString('base64');
  await there.evaluate((file) => {
    const dataTransfer = new DataTransfer();
    const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
    dataTransfer.items.add(new File([bytes], 'lab.json'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  }, base64);
  await there.getByRole('button', { name: 'Open it as a lab' }).click();
  await expect
    .poll(() => there.evaluate(() => globalThis.virtlab.lab()?.hosts[0]?.vms.map(({ spec }) => spec.name)))
    .toContain('idle');
  await runTo(there, original.at);
  expect(await hashesOf(there)).toEqual(original);
});

/** What a camera reads in a picture: the browser takes the PNG apart. */
async function scanned(page: Page, png: Uint8Array): Promise<string | undefined> {
  const { width, height, pixels } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: bitmap.width, height: bitmap.height, pixels: data };
  }, Buffer.from(png).toString('base64'));
  return jsQR(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;
}
