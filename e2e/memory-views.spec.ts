/** The views of memory say what the machine says: frames of a host, pages of a VM, and what sharing came to. */
import axe from 'axe-core';
import type { Page } from 'playwright/test';
import { PAGE_STATES } from '../src/base/catalogue/page-states.ts';
import { findingsInBothSchemes } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { goTo, open, runTo, turn } from './lab-page.ts';

const PAGE = 4096;
const WIDTHS = [1440, 1024, 393];
const LAB = '?lab=busy-neighbour';

async function isWithin(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
}

test('from a frame of the host to the page of a VM that lies in it, and back', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await runTo(page, 6_000_000_000);
  const found = await page.evaluate(async () => {
    const answer = await globalThis.virtlab.calls.ask(0, 'frames', {
      from: 0,
      count: 64,
      owner: 1,
      state: 'data',
    });
    if (!answer.ok) throw new Error(answer.error.code);
    const { spfn, mappings } = answer.value.value.rows[3]!;
    return { spfn, ...mappings[0]! };
  });
  const spfn = `0x${found.spfn.toString(16)}`;
  await goTo(page, `${LAB}&view=host&host=0&tab=memory&frame=${spfn}`);
  const detail = page.getByTestId('frame-detail');
  await expect(detail).toContainText(`Frame ${spfn} `);
  await detail.getByRole('button', { name: `${found.vm} sees it` }).click();

  const chosen = page.getByTestId('page-detail');
  await expect(chosen).toContainText(`${spfn}, ${found.permissions}`);
  const gpa = `0x${(found.gfn * PAGE).toString(16)}`;
  await expect(page).toHaveURL(new RegExp(`page=${gpa}`));
  // What the legend counts is what the machine has.
  const counts = await page.evaluate(async (vm) => {
    const answer = await globalThis.virtlab.calls.ask(0, 'address-space', { vm });
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value.value.counts;
  }, found.vm);
  for (const { id } of PAGE_STATES)
    if (counts[id] !== undefined)
      await expect(page.getByTestId('page-states')).toContainText(
        `: ${counts[id].toLocaleString('en-GB')} (`,
      );
  // Where the page lies on the host is drawn beside it.
  await expect(page.getByTestId('on-host')).toContainText(`at frame ${spfn}`);
  // The keyboard goes from page to page.
  const strip = page.getByRole('slider', { name: 'Pages of the memslot' });
  const before = Number(await strip.getAttribute('aria-valuenow'));
  await strip.press('ArrowRight');
  await expect(strip).toHaveAttribute('aria-valuenow', String(before + 1));
  await strip.press('ArrowLeft');
  await chosen.getByRole('button', { name: 'Its frame on the map' }).click();
  await expect(detail).toContainText(`Frame ${spfn} `);
  await expect(page.getByTestId('seen-in-vm')).toContainText(`In ${found.vm}, at gfn`);
});

test('sharing and a limit of promises are set from the page, and cards count what the host counts', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=host&host=0&tab=memory`, 3);
  await runTo(page, 6_000_000_000);
  const promises = page.getByTestId('promises');
  await promises.getByLabel('Limit, % of RAM').fill('150');
  await promises.getByRole('button', { name: 'Set', exact: true }).click();
  await expect(promises.getByTestId('promised')).toContainText('150 % of the RAM');
  const card = page.getByTestId('sharing');
  const toggle = card.getByRole('switch', { name: 'Look for equal pages' });
  await expect(toggle).not.toBeChecked();
  await turn(toggle);
  await expect(toggle).toBeChecked();
  await expect(card.getByLabel('Pages in one go')).toHaveValue('64');
  await runTo(page, 9_000_000_000);
  const said = await page.evaluate(async () => {
    const answer = await globalThis.virtlab.calls.ask(0, 'sharing', {});
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value.value;
  });
  expect(said.frames).toBeGreaterThan(0);
  await expect(card).toContainText(
    `${said.pages.toLocaleString('en-GB')} in ${said.frames.toLocaleString('en-GB')} frames`,
  );
  await expect(page.getByTestId('clusters').locator('tbody tr').first()).toContainText(
    `0x${said.clusters[0]!.spfn.toString(16)}`,
  );
});

test('the map is enlarged by keys, tells uses and accesses, and goes back in time', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=host&host=0&tab=memory`, 3);
  const map = page.getByRole('slider', { name: 'Map of the host’s frames' });
  const size = page.getByTestId('frame-size');
  await expect(size).toHaveText(/^\d+ px$/);
  const all = await size.textContent();
  await map.press('+');
  await expect(size).not.toHaveText(all ?? '');
  await map.press('0');
  await expect(size).toHaveText(all ?? '');
  await page.getByRole('radiogroup', { name: 'Colours tell' }).getByText('use', { exact: true }).click();
  await expect(page).toHaveURL(/colours=use/);
  await expect(page.getByTestId('owners')).toContainText('code');
  await map.press('Home');
  await expect(map).toHaveAttribute('aria-valuetext', /^frame 0x80000: .*, page table$/);
  // Ages are known once the host notes accesses; the table is put in order by them.
  await page.getByRole('radiogroup', { name: 'Colours tell' }).getByText('age', { exact: true }).click();
  await turn(page.getByRole('switch', { name: 'Note when pages are accessed' }));
  const list = page.getByTestId('frame-table');
  // A VM that ends gives its frames back, so that there is another map than before.
  await runTo(page, 6_000_000_000);
  await list.getByRole('button', { name: 'Heat' }).click();
  await expect(list.locator('tbody tr').first()).toContainText('just now');
  await expect(list.getByRole('columnheader', { name: 'Heat' })).toHaveAttribute('aria-sort', 'descending');
  await page.evaluate(() => globalThis.virtlab.calls.command(0, { op: 'vm.powerOff', args: { vm: 'idle' } }));
  const past = page.getByTestId('frame-past');
  await expect(past).toBeVisible();
  await past.getByRole('slider').press('Home');
  await expect(past).toContainText('as of');
  await past.getByRole('button', { name: 'Back to now' }).click();
  await expect(past).toContainText('as it is now');
});

test('taking frames back is switched on from the page, and its card says how the host stands', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=thrashing&view=host&host=1&tab=memory`, 3);
  await runTo(page, 2_000_000_000);
  const card = page.getByTestId('reclaim');
  await card.scrollIntoViewIfNeeded();
  await expect(card.getByTestId('reclaim-course')).toBeVisible();
  await expect(card.getByTestId('reclaim-vms')).toContainText('thrashes');
  await expect(card.getByTestId('takings').locator('tbody tr').first()).toContainText('on-aging');
  await card.getByLabel('Which page goes').selectOption('fifo');
  await card.getByRole('button', { name: 'Set', exact: true }).click();
  const policy = () =>
    page.evaluate(async () => {
      const answer = await globalThis.virtlab.calls.ask(1, 'reclaim', {});
      return answer.ok ? answer.value.value.settings?.policy : answer.error.code;
    });
  await expect.poll(policy).toBe('fifo');
  const toggle = card.getByRole('switch', { name: 'Take frames back when few are free' });
  await turn(toggle);
  await expect.poll(policy).toBeUndefined();
});

test('a VM’s Memory page guards a range, draws faults of what was recorded, and shows what is written', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await page.addInitScript(axe.source);
  await open(page, `${sites.isolated.url}?lab=thrashing&view=vm&host=1&vm=on-aging&tab=memory`, 3);
  await runTo(page, 500_000_000);
  const walls = page.getByTestId('walls');
  await walls.getByLabel('From GPA').fill('0x8100 0000');
  await walls.getByRole('button', { name: 'Set', exact: true }).click();
  await expect(walls.getByTestId('ranges')).toContainText('0x8100 0000');
  await walls.getByRole('button', { name: 'Allow everything' }).click();
  await expect(walls.getByTestId('ranges')).toHaveCount(0);
  const curves = page.getByTestId('fault-curves');
  await turn(curves.getByRole('switch'));
  await expect(curves.getByRole('switch')).toBeChecked();
  const dirty = page.getByTestId('dirty-log');
  await turn(dirty.getByRole('switch'));
  await expect(dirty.getByRole('switch')).toBeChecked();
  await runTo(page, 800_000_000);
  await expect(dirty.getByTestId('dirty-facts')).toContainText(/round of 100 ms[1-9]/);
  await dirty.getByRole('slider').press('Home');
  await expect(dirty.getByRole('status')).toContainText('GPA 0x8000 0000');
  await expect(page.getByTestId('offsets')).toContainText('different offsets');
  await curves.getByRole('button', { name: 'Compute anew' }).click();
  await expect(curves.getByTestId('recording')).toContainText('accesses to');
  await curves.getByText('Values as a table').click();
  await expect(curves.getByTestId('fault-values').locator('tbody tr')).toHaveCount(16);
  expect(await findingsInBothSchemes(page)).toEqual([]);
});

test('a bit of an entry is changed from the walk, and what is the hypervisor’s own is refused', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await page.addInitScript(axe.source);
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=vm&host=0&vm=busy&tab=walk`, 3);
  await runTo(page, 1_500_000_000);
  const leaf = (stage: string) =>
    page.locator(`[data-testid="walk-cell"][data-stage="${stage}"][data-kind="leaf"]`);
  const bits = page.getByRole('list', { name: 'Bits of the entry' });
  await leaf('G').last().click();
  await bits.getByRole('button', { name: /^V / }).click();
  await expect(page.getByRole('alert')).toContainText('the hypervisor’s own');
  expect(await findingsInBothSchemes(page)).toEqual([]);
  await bits.getByRole('button', { name: /^A / }).click();
  await expect(bits.getByRole('button', { name: /^A / })).toHaveAttribute('aria-pressed', 'false');
  await leaf('VS').click();
  await bits.getByRole('button', { name: /^X / }).click();
  await expect(page.getByTestId('next-access')).toContainText('page fault (cause 12)');
  await expect(page.getByTestId('walk-result')).toContainText('VS-stage fault');
});

test('the views of memory have no findings, and fit where they are', async ({ sites, visit }) => {
  const page = await visit();
  await page.addInitScript(axe.source);
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await runTo(page, 6_000_000_000);
  for (const query of [
    'view=host&host=0&tab=memory&colours=heat',
    'view=vm&host=0&vm=busy&tab=memory&page=0x80200000',
  ])
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await goTo(page, `${LAB}&${query}`);
      await expect(page.getByRole('main')).toHaveAttribute('data-view', 'memory');
      expect(await isWithin(page), `${query} at ${width} px`).toBe(true);
      if (width !== 1024) expect(await findingsInBothSchemes(page)).toEqual([]);
    }
});
