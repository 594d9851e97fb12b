/** Labs of many VMs: the topology stays readable and stands still, the table finds, sorts and acts on many. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { badges, nodes, open } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';

async function openLab(page: Page, site: string, hosts: number, vms: number): Promise<void> {
  await open(page, `${site}#${linkOf(labOf(hosts, vms))}`, hosts * vms);
}

/** Where every VM stands on the screen. */
function placesOf(page: Page): Promise<readonly string[]> {
  return nodes(page, 'vm').evaluateAll((all) =>
    all.map((node) => {
      const { left, top } = node.getBoundingClientRect();
      return `${node.getAttribute('data-id')} ${Math.round(left)} ${Math.round(top)}`;
    }),
  );
}

for (const [hosts, vms] of [
  [1, 16],
  [1, 64],
  [4, 16],
] as const) {
  test(`${hosts} hosts with ${vms} VMs each: all names are seen and large enough to read`, async ({
    sites,
    visit,
  }) => {
    const page = await visit();
    await openLab(page, sites.isolated.url, hosts, vms);
    await expect(nodes(page, 'vm')).toHaveCount(hosts * vms);
    const found = await nodes(page, 'vm').evaluateAll((all) => {
      const graph = document.querySelector('.react-flow')!.getBoundingClientRect();
      return all.map((node) => {
        const name = [...node.querySelectorAll('span')].find(({ textContent }) =>
          /^vm-\d+$/.test(textContent),
        )!;
        const at = name.getBoundingClientRect();
        const magnified = node.getBoundingClientRect().width / (node as HTMLElement).offsetWidth;
        return {
          pixels: Number.parseFloat(getComputedStyle(name).fontSize) * magnified,
          isSeen:
            at.left >= graph.left &&
            at.right <= graph.right &&
            at.top >= graph.top &&
            at.bottom <= graph.bottom,
          isWhole: name.scrollWidth <= name.clientWidth + 1,
        };
      });
    });
    for (const { pixels, isSeen, isWhole } of found) {
      expect(pixels).toBeGreaterThan(9);
      expect({ isSeen, isWhole }).toEqual({ isSeen: true, isWhole: true });
    }
  });
}

test('nothing moves when a VM comes or goes, and what was moved is where it was put', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openLab(page, sites.isolated.url, 1, 9);
  await expect(nodes(page, 'vm')).toHaveCount(9);
  const before = await placesOf(page);
  await page.evaluate(async () => {
    const { virtlab } = globalThis;
    const { spec } = virtlab.lab()!.hosts[0]!.vms[0]!;
    await virtlab.calls.command(0, { op: 'vm.create', args: { vm: { ...spec, name: 'new', nics: [] } } });
    await virtlab.calls.command(0, { op: 'vm.powerOff', args: { vm: 'vm-3' } });
    await virtlab.calls.command(0, { op: 'vm.delete', args: { vm: 'vm-3' } });
  });
  await expect(nodes(page, 'vm', 'new')).toBeVisible();
  await expect(nodes(page, 'vm', 'vm-3')).toHaveCount(0);
  const after = await placesOf(page);
  expect(after.filter((place) => !place.includes('/new '))).toEqual(
    before.filter((place) => !place.includes('/vm-3 ')),
  );
  // The same after another view.
  await page.getByRole('button', { name: 'Machines', exact: true }).click();
  await page.getByRole('button', { name: 'Topology', exact: true }).click();
  await expect(nodes(page, 'vm')).toHaveCount(9);
  await expect.poll(() => placesOf(page)).toEqual(after);
});

test('a node is found by its address, hosts and switches fold, links tell what they carry', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openLab(page, sites.isolated.url, 2, 9);
  await page.getByRole('searchbox', { name: 'Find a node…' }).fill('10.0.1.4');
  await expect(page.getByText('1 found')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'vm-13' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Menu of the lab' }).click();
  await page.getByRole('menuitem', { name: 'Show all' }).click();
  await page.getByRole('button', { name: 'Fold host-1' }).click();
  await expect(nodes(page, 'vm')).toHaveCount(9);
  await expect(nodes(page, 'host', 'host-1')).toContainText('9 VMs, 9 running');
  await nodes(page, 'switch').getByRole('button', { name: 'Fold lan' }).click();
  await expect(nodes(page, 'vm')).toHaveCount(0);
  await page.getByRole('button', { name: 'Menu of the lab' }).click();
  await page.getByRole('menuitem', { name: 'Unfold all' }).click();
  await expect(nodes(page, 'vm')).toHaveCount(18);

  // What the VM's card has: the same in the inspector of its link and beside the pointer.
  await nodes(page, 'vm', 'vm-1').click();
  await page.getByRole('button', { name: /^10\.0\.0\.1\/16 · 52:54/ }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'vm-1, card 0 – lan' })).toBeVisible();
  await page.getByRole('complementary').getByRole('button', { name: 'Pull' }).click();
  await expect(page.getByRole('complementary').getByText('down')).toBeVisible();
  await nodes(page, 'vm', 'vm-2').hover();
  await expect(page.getByRole('tooltip')).toContainText('10.0.0.2/16');
  await expect(page.getByRole('tooltip')).toContainText(/52:54:00(:[0-9a-f]{2}){3}/);
});

test('the empty canvas has a menu', async ({ sites, visit }) => {
  const page = await visit();
  await openLab(page, sites.isolated.url, 1, 2);
  const box = (await page.locator('.react-flow').boundingBox())!;
  await page.mouse.click(box.x + box.width - 12, box.y + 12, { button: 'right' });
  await page.getByRole('menuitem', { name: 'New VM' }).click();
  await expect(page.getByRole('dialog', { name: 'New VM' })).toBeVisible();
});

test('the table filters, sorts, and acts on many at once', async ({ sites, visit }) => {
  const page = await visit();
  await openLab(page, sites.isolated.url, 2, 8);
  await page.getByRole('button', { name: 'Machines', exact: true }).click();
  const rows = page.getByTestId('vm-table').locator('tbody tr');
  await expect(rows).toHaveCount(16);
  await page.getByRole('columnheader', { name: 'VM', exact: true }).getByRole('button').click();
  await page.getByRole('columnheader', { name: 'VM', exact: true }).getByRole('button').click();
  await expect(rows.first()).toContainText('vm-16');
  await page.getByRole('searchbox', { name: /^Find by name/ }).fill('host-2 running');
  await expect(rows).toHaveCount(8);
  await expect(page).toHaveURL(/sort=-name&find=host-2\+running|find=host-2\+running&sort=-name/);

  await page.getByRole('checkbox', { name: 'Choose all that are shown' }).check();
  await page.getByRole('checkbox', { name: 'Choose vm-16 on host-2' }).uncheck();
  await page.getByRole('searchbox', { name: /^Find by name/ }).fill('host-2');
  await page.getByRole('button', { name: 'Power off (7)' }).click();
  await expect(badges(rows.locator('..'), 'stopped')).toHaveCount(7);
  await page.getByRole('button', { name: 'Start (7)' }).click();
  await expect(badges(rows.locator('..'), 'running')).toHaveCount(8);
  await page.getByRole('button', { name: 'Power off (7)' }).click();
  await page.getByRole('button', { name: 'Delete (7)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete 7 VMs?' });
  await dialog.getByRole('textbox').fill('7');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(rows).toHaveCount(1);
  // A row has the menu of its VM.
  await page.getByRole('button', { name: 'Actions for vm-16' }).click();
  await page.getByRole('menuitem', { name: 'Pause' }).click();
  await expect(badges(rows, 'paused')).toHaveCount(1);
});
