/** A host that software of its own owns: its levels, its console, the walk of both stages for the guest that it runs; and what is said where that software is not here. */
import { missingRequirements } from '../src/tools/prerequisites.ts';
import { expect, test } from './fixtures.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');

test('without its software the host is off, and the page says so', async ({ page, sites }) => {
  await page.route('**/guests/guests.json', (route) => route.fulfill({ json: { version: 1, files: [] } }));
  await page.goto(`${sites.isolated.url}?lab=nested&view=host&host=0&tab=bare`);
  const bare = page.getByTestId('bare');
  await expect(bare).toContainText(say('bare.off'));
  await expect(page.getByRole('tab', { name: say('host.bare') })).toHaveAttribute('aria-selected', 'true');
  await bare.getByRole('button', { name: 'vmm' }).click();
  await expect(page.getByText('No software of its own runs on host host-1.')).toBeVisible();
});

// Where nobody has packaged that kernel there is no such test.
if (!missingRequirements().some(({ name }) => name === 'linux-nested'))
  test('Linux owns the host, and KVM in it runs a guest: exits are counted by cause, and a walk goes through both stages', async ({
    page,
    sites,
  }) => {
    await page.goto(`${sites.isolated.url}?lab=nested&view=host&host=0&tab=bare`);
    const bare = page.getByTestId('bare');
    const ends = (text: string) =>
      page.waitForFunction((end) => globalThis.virtlab?.console(0, '').text().endsWith(end), text, {
        timeout: 60_000,
      });
    await ends('# ');
    await expect(page.getByTestId('bare-walk')).toContainText('vmm');
    await bare.getByRole('button', { name: 'vmm' }).click();
    await ends('inner> ');
    await bare.getByRole('button', { name: 'touch 40' }).click();
    await ends('inner> ');
    const exits = page.getByTestId('bare-levels').locator('[data-taker="hypervisor"]');
    await expect(exits).toContainText(/store-guest-page-fault \d/);
    await expect(exits).toContainText(/ecall-from-vs \d/);
    await expect(page.getByTestId('bare-tables').locator('tbody')).toContainText('Sv39x4');
    await expect(page.getByTestId('bare-walk-result')).toContainText('GPA 0x8040 0000');
    await expect(page.getByTestId('walk-cell')).toHaveCount(15);
  });
