/** The same work for VMs that have their disks in several ways: begun in the view, and what it cost each. */
import { DISK_WAY_IDS } from '../src/base/catalogue/disk-ways.ts';
import { expect, test } from './fixtures.ts';
import { open } from './lab-page.ts';

/** A VM for each. */
const WAYS = DISK_WAY_IDS.length;

test('the ways to a disk are compared from the view, each with its exits, latencies and account', async ({
  page,
  sites,
}) => {
  await open(page, `${sites.isolated.url}?lab=three-ways&view=host&host=0&tab=comparison`, WAYS);
  const costs = page.getByTestId('comparison-costs').locator('tbody tr');
  // The lab compares them by itself.
  await expect(costs).toHaveCount(WAYS, { timeout: 60_000 });
  await page.getByRole('checkbox', { name: 'emulated-pio' }).uncheck();
  await page.getByLabel('Blocks').fill('32');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'disk 0 write 32 1' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(costs).toHaveCount(WAYS - 1);
  const exits = async (row: number): Promise<number> =>
    Number(await costs.nth(row).locator('td').nth(4).textContent());
  expect(await exits(1)).toBeGreaterThan(2 * (await exits(0)));
  await expect(page.getByTestId('comparison-account').locator('tbody tr')).toHaveCount(WAYS - 1);
  await expect(page.getByTestId('latencies')).toBeVisible();
});
