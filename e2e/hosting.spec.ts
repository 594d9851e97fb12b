/** How the site is served decides about memory, never about the lab; and it costs little to load. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';
import { labRuns, open, prompts, says, typeLine } from './lab-page.ts';
import { SITE } from './site-server.ts';

const FIRST_LOAD_BYTES = 1_000_000;
/** With the views that come when the page is idle, and that the service worker keeps. */
const WHOLE_SITE_BYTES = 1_440_000;

test('with headers the page is isolated at once, without a reload', async ({ sites, visit }) => {
  const page = await visit({ keepsSite: true });
  let loads = 0;
  page.on('domcontentloaded', () => {
    loads += 1;
  });
  await open(page, sites.isolated.url);
  // A reload would have come before a guest has booted.
  await prompts(page, 'teach-1');
  expect(loads).toBe(1);
  expect(
    await page.evaluate(() => ({ isolated: crossOriginIsolated, shared: globalThis.virtlab.shared })),
  ).toEqual({
    isolated: true,
    shared: true,
  });
  await expect(page.getByText('unshared memory')).toBeHidden();
});

test('in a frame of another site the lab runs on unshared memory, and says so', async ({ sites, visit }) => {
  const page = await visit({ keepsSite: true });
  await page.goto(`${sites.frame.url}?${encodeURIComponent(sites.plain.url)}`);
  const frame = page.frames()[1]!;
  await labRuns(frame);
  expect(
    await frame.evaluate(() => ({ isolated: crossOriginIsolated, shared: globalThis.virtlab.shared })),
  ).toEqual({
    isolated: false,
    shared: false,
  });
  await expect(frame.getByText('unshared memory')).toBeVisible();
  await prompts(frame, 'teach-1');
  await typeLine(page, 'teach-1', 'cpu 50', frame);
  await says(frame, 'teach-1', 'keeps a vCPU busy');
  // Numbers and curves come in batches here, not through shared memory.
  await expect(frame.getByRole('meter', { name: 'CPU' })).toHaveAttribute(
    'aria-valuetext',
    /^(4\d|5\d) % of 1 vCPU/,
  );
});

test('a first load takes less than 1 MB, compressed', async ({ sites, visit }) => {
  const page = await visit({ firstVisit: true, keepsSite: true });
  sites.plain.asked.length = 0;
  await open(page, sites.plain.url);
  await prompts(page, 'teach-1');
  const atStart = new Set(sites.plain.asked);
  // Then the service worker keeps the rest of the site, for use without the net.
  const assets = readdirSync(join(SITE, 'assets')).map((name) => `assets/${name}`);
  await expect.poll(() => assets.filter((name) => !sites.plain.asked.includes(name))).toEqual([]);
  const sum = (names: ReadonlySet<string>): number =>
    [...names]
      .filter((name) => !name.startsWith('guests/'))
      .reduce((bytes, name) => bytes + gzipSync(readFileSync(join(SITE, name))).length, 0);
  const all = new Set(sites.plain.asked);
  console.log(
    `  first load: ${Math.round(sum(atStart) / 1000)} kB in ${atStart.size} files until the console answers; ` +
      `the whole site: ${Math.round(sum(all) / 1000)} kB in ${all.size} files`,
  );
  expect(sum(atStart)).toBeLessThan(FIRST_LOAD_BYTES);
  expect(sum(all)).toBeLessThan(WHOLE_SITE_BYTES);
  expect(all.size, 'the page, its scripts and styles, the engine').toBeGreaterThan(10);
});
