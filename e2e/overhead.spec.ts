/** The overhead account: begun in its view, cancelled, and run to its end; what it says is the same each time. */
import { OVERHEAD_GAINS, OVERHEAD_RUNS } from '../src/base/catalogue/overhead.ts';
import { expect, test } from './fixtures.ts';
import { open } from './lab-page.ts';

test('a program is run bare and in VMs, and the account says where the time went and what each optimisation brings', async ({
  page,
  sites,
}) => {
  await open(page, `${sites.isolated.url}?lab=overhead-account&view=host&host=0&tab=overhead`, 1);
  const rows = page.getByTestId('overhead-runs').locator('tbody tr');
  const timesOf = async (name: string): Promise<number> =>
    Number(await rows.filter({ hasText: name }).first().locator('td').nth(3).textContent());

  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(rows.first()).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  const first = await rows.first().textContent();
  expect(await rows.count()).toBeLessThan(OVERHEAD_RUNS.length);

  await page.getByRole('button', { name: 'Run all again' }).click();
  await expect(page.getByText(`All ${OVERHEAD_RUNS.length} runs are done.`)).toBeVisible({ timeout: 60_000 });
  await expect(rows).toHaveCount(OVERHEAD_RUNS.length);
  // Of parts that only other runs have there may be more columns now.
  await expect(rows.first()).toContainText(first ?? '');
  await expect(page.getByTestId('overhead-gains').locator('tbody tr')).toHaveCount(OVERHEAD_GAINS.length);
  expect(await timesOf('Bare hart')).toBe(1);
  expect(await timesOf('pages given on demand')).toBeGreaterThan(20);
  expect(await timesOf('huge pages')).toBeLessThan(await timesOf('leaves of 4 KiB'));
});
