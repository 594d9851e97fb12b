/** A link is the lab: whoever opens it, wherever, gets the same machine, bit for bit. */
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
} from './lab-page.ts';

test('a shared link ends in the same hash elsewhere: shared memory, unshared memory, Node', async ({
  sites,
  visit,
}) => {
  // Somebody types, and copies the link.
  const here = await visit();
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
  const there = await visit();
  await open(there, link);
  await runTo(there, end);
  expect(await hashesOf(there), 'another browser').toEqual(original);
  expect(await consoleText(there, 'teach-1')).toBe(await consoleText(here, 'teach-1'));

  // In a course page, on unshared memory.
  const course = await visit();
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
  const at = 60 * NS_PER_S;
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
