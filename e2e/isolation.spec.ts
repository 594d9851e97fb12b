/** The labs of isolation, from opening to what they are there to show: in the view Network, on the consoles, and in what the hosts say. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { ask, consoleText, goTo, open, runTo } from './lab-page.ts';

const S = 1e9;

/** Opens a lab, and the view Network of its host once so many seconds have gone. */
async function networkAt(page: Page, url: string, lab: string, vms: number, seconds: number): Promise<void> {
  await open(page, `${url}?lab=${lab}`, vms);
  await runTo(page, seconds * S);
  await goTo(page, `?lab=${lab}&view=host&host=0&tab=network`);
}
const port = (page: Page, at: string, name: string) =>
  page.getByTestId(`switch-${at}`).getByTestId(`port-${name}`);
/** How often a VM has told something. */
async function told(page: Page, vm: string, what: string): Promise<number> {
  return (await consoleText(page, vm)).split(what).length - 1;
}

test('VLANs: tags of a VM carry it over where its port was left a trunk, and end where it is of one VLAN', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await networkAt(page, sites.isolated.url, 'vlans', 5, 8);
  await expect(port(page, 'floor-1', 'mallory/0')).toContainText('trunk of VLANs all, untagged 10');
  expect(await told(page, 'payroll', 'UDP received 4')).toBe(1);
  await runTo(page, 14 * S);
  await expect(port(page, 'floor-1', 'mallory/0')).toContainText('VLAN 10');
  await expect(port(page, 'floor-1', 'mallory/0')).toContainText('tagged, at an access port 8');
  expect(await told(page, 'payroll', 'UDP received 4')).toBe(2);

  // Set by hand, as the lab did: the port is left open again.
  await page.getByRole('button', { name: 'Edit what keeps mallory/0 apart' }).click();
  await page.getByRole('combobox', { name: 'VLAN port' }).selectOption('trunk');
  await page.getByRole('textbox', { name: 'VLAN without tag' }).fill('10');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await expect(port(page, 'floor-1', 'mallory/0')).toContainText('untagged 10');
});

test('ARP spoofing: what two say comes by a third, until a guard at his port ends his lies', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await networkAt(page, sites.isolated.url, 'arp-spoofing', 3, 10);
  expect(await told(page, 'mallory', 'packets of theirs have come by here')).toBeGreaterThan(2);
  await runTo(page, 17 * S);
  await expect(port(page, 'lan', 'mallory/0')).toContainText('ARP guard');
  await expect(port(page, 'lan', 'mallory/0')).toContainText('ARP that says what is not so');
  const passed = await told(page, 'mallory', 'packets of theirs have come by here');
  await runTo(page, 20 * S);
  expect(await told(page, 'mallory', 'packets of theirs have come by here')).toBe(passed);
});

test('flow rules: counts say which rule decided, and the other priority turns it round', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await networkAt(page, sites.isolated.url, 'flow-rules', 3, 9);
  await expect(page.getByTestId('rule-0')).toContainText('200');
  await expect(page.getByTestId('rule-0').getByRole('cell').nth(4)).not.toHaveText('0');
  await runTo(page, 14 * S);
  await expect(page.getByTestId('rule-0')).toContainText('50');
  await expect(page.getByTestId('rule-0').getByRole('cell').nth(4)).toHaveText('0');
  await expect(page.getByTestId('rule-1').getByRole('cell').nth(4)).not.toHaveText('0');
  expect(await told(page, 'client', 'no answer')).toBeGreaterThan(0);
  // What rules drop is not what the port of the sender drops, and is told beside it.
  await expect(page.getByTestId('counted-rules')).toContainText(/dropped by a rule \d/);
  await expect(port(page, 'lan', 'client/0').getByRole('cell').nth(7)).toHaveText('0');
  // The entry that the last frames hit.
  await expect(page.getByRole('table', { name: 'Last frames of lan and their rules' })).toContainText(
    'rule 2',
  );
});

test('a broadcast storm: addresses move without end in a circle of trunks, until storm control ends it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await networkAt(page, sites.isolated.url, 'broadcast-storm', 3, 11);
  const moved = async (): Promise<number> => (await ask(page, 'switches', {}))[0]?.counters['moved'] ?? 0;
  expect(await moved()).toBeGreaterThan(500);
  await runTo(page, 17 * S);
  await expect(port(page, 'north', 'trunk/0')).toContainText('storm control');
  await expect(port(page, 'north', 'trunk/0')).toContainText('more broadcasts than allowed');
  const calm = await moved();
  await runTo(page, 19 * S);
  expect((await moved()) - calm).toBeLessThan(20);
});
