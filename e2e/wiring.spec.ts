/** The topology as the place to work: cables drawn, pulled and taken back, by pointer, by menu and by the keyboard in the tables. */
import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { goTo, nodes, open } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';

/** Two VMs at one switch, and a switch at which nobody is. */
function wiredLab(): string {
  const { hosts, ...lab } = labOf(1, 2);
  return linkOf({
    ...lab,
    hosts: hosts.map((host) => ({ ...host, switches: [...host.switches, { name: 'back' }] })),
  });
}

/** The cards of a VM that are there, by the switches at which they hang. */
function cardsOf(page: Page, vm: string): Promise<readonly string[]> {
  return page.evaluate((name) => {
    const all = globalThis.virtlab.lab()?.hosts.flatMap(({ vms }) => vms) ?? [];
    const nics = all.find(({ spec }) => spec.name === name)?.spec.nics ?? [];
    return nics.filter(({ slot }) => slot !== 255).map((nic) => nic.switch);
  }, vm);
}

async function middleOf(selector: Locator) {
  const box = (await selector.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('a cable is drawn from a VM to a switch, pulled, and all of it taken back', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${wiredLab()}`, 2);
  const vm = nodes(page, 'vm', 'vm-1');
  await vm.hover();
  const from = await middleOf(vm.locator('.react-flow__handle-bottom'));
  const to = await middleOf(nodes(page, 'switch', 'back'));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => cardsOf(page, 'vm-1')).toEqual(['lan', 'back']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => cardsOf(page, 'vm-1')).toEqual(['lan']);
  await page.keyboard.press('Control+y');
  await expect.poll(() => cardsOf(page, 'vm-1')).toEqual(['lan', 'back']);

  // The same by the keyboard, in the tables.
  await page.getByRole('button', { name: 'As tables' }).click();
  const link = page.getByTestId('topology-links').getByRole('row', { name: /^vm-1\/0 lan/ });
  await expect(link.getByRole('cell', { name: 'up', exact: true })).toBeVisible();
  await link.getByRole('button', { name: 'Actions: vm-1/0 – lan' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Pull the cable' }).press('Enter');
  await expect(link.getByRole('cell', { name: 'down', exact: true })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(link.getByRole('cell', { name: 'up', exact: true })).toBeVisible();

  // And by the right button on what is drawn.
  await goTo(page, '?view=topology');
  const path = page.locator('.react-flow__edge').first();
  await path.dispatchEvent('contextmenu', { clientX: 300, clientY: 300 });
  await page.getByRole('menuitem', { name: 'Pull the cable' }).click();
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'History' }).click();
  await expect(page.getByTestId('history').getByRole('row').nth(1)).toContainText('cable');
});
