/** The view Packets: what two VMs say to each other is captured, filtered, taken apart to the byte, drawn, saved and read again. */
import { readFileSync } from 'node:fs';
import { readCapture } from '../src/base/packets/pcapng.ts';
import { expect, test } from './fixtures.ts';
import { goTo, open, runTo, standStill, typeUnseen } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');

test('packets between two VMs are listed, filtered, taken apart, drawn, saved and opened', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  const lab = `#${linkOf(labOf(1, 2))}`;
  await open(page, `${sites.isolated.url}?view=host&host=0&tab=packets${lab}`, 2);
  await standStill(page);
  await page.getByRole('button', { name: say('packets.start'), exact: true }).click();
  await expect(page.getByLabel(say('packets.capture'), { exact: true })).toHaveValue('capture-1');
  await typeUnseen(page, 'vm-1', 'ping 10.0.0.2 3 20\n');
  const now = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
  await runTo(page, now + 300_000_000);

  // Each frame once: two of ARP, and three echoes with their answers.
  const list = page.getByTestId('packets');
  await expect(list.getByRole('row', { name: 'echo request' })).toHaveCount(3);
  const answer = await page.evaluate(() => globalThis.virtlab.ask(0, 'capture', { name: 'capture-1' }));
  const delivered = answer.ok ? answer.value.value.counts.delivered.frames : -1;
  await page.getByText(say('packets.show.ports'), { exact: true }).click();
  await expect(list.getByRole('row', { name: say('packets.point.delivered') })).toHaveCount(delivered);
  await page.getByText(say('packets.show.once'), { exact: true }).click();

  // A filter that is wrong says where, and a right one lets through what it means.
  const filter = page.getByRole('combobox', { name: say('packets.filter') });
  await filter.fill('icmp.typ == 8');
  await expect(page.getByText('no field or protocol is called icmp.typ')).toBeVisible();
  await filter.fill('icmp.type == 8');
  await filter.press('Escape');
  await expect(page.getByTestId('packet-count')).toContainText('3 of');

  // A field leads to its bytes, and a byte to its field.
  await list.getByRole('row', { name: 'echo request' }).first().click();
  const fields = page.getByTestId('fields');
  const bytes = page.getByTestId('bytes');
  await fields.getByRole('button', { name: 'hops left' }).click();
  await expect(bytes.locator('[data-marked]')).toHaveCount(2);
  await expect(bytes.locator('[data-marked]').first()).toHaveAttribute('data-at', '22');
  await bytes.locator('[data-at="12"]').first().click();
  await expect(fields.locator('[aria-current="true"]')).toContainText('IPv4');

  // Its way, and all of them as arrows.
  await page.getByText(say('packets.panels.way'), { exact: true }).click();
  await expect(page.getByTestId('way')).toContainText(say('packets.why.known'));
  await expect(page.getByTestId('way').locator('[data-step="received"]')).toContainText('vm-2/0');
  await page.getByText(say('packets.panels.sequence'), { exact: true }).click();
  await expect(page.getByTestId('sequence')).toContainText('vm-2/0');

  // The next frame that the filter means is waited for.
  await page.getByText(say('packets.panels.way'), { exact: true }).click();
  await page.getByRole('button', { name: say('packets.followMeant') }).click();
  await expect(page.getByText(say('packets.waiting'))).toBeVisible();
  await typeUnseen(page, 'vm-2', 'ping 10.0.0.1 1 20\n');
  await runTo(page, now + 500_000_000);
  await expect(page.getByTestId('way').locator('[data-step="sent"]')).toContainText('vm-2/0');

  // Saved, and opened again: the same packets.
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: say('packets.export') }).click(),
  ]);
  const path = await download.path();
  const file = readCapture(new Uint8Array(readFileSync(path)));
  expect(file.ok && file.value.frames.length).toBe(4);
  await page.locator('input[type="file"][accept*="pcapng"]').setInputFiles(path);
  await expect(page.getByRole('button', { name: say('packets.closeFile') })).toBeVisible();
  await filter.fill('');
  await expect(page.getByTestId('packet-count')).toContainText('4 of 4');

  // A menu of the topology leads here, with the port that it was of.
  await goTo(page, '?view=host&host=0&tab=packets&at=vm-2/0');
  await expect(page.getByLabel(say('packets.where'))).toHaveValue('port\nlan\nvm-2/0');
});
