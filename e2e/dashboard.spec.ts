/** A dashboard that a person composes, by keyboard, and that travels in the address and in the link. */
import { expect, test } from './fixtures.ts';
import { later, open, runTo } from './lab-page.ts';

test('charts are added, moved, widened and removed by keyboard, and a link brings them along', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=dashboard`, 3);
  await runTo(page, await later(page, 1e9));
  const view = page.getByTestId('dashboard');
  await view.getByRole('button', { name: 'Begin with the usual charts' }).press('Enter');
  const charts = view.getByTestId('dashboard-chart');
  await expect(charts).toHaveCount(4);
  await expect(charts.first().getByTestId('now')).toHaveText(/%/);

  await view.getByLabel('Metric').selectOption('vcpu-run');
  await view.getByLabel('Of', { exact: true }).selectOption('busy/0');
  await view.getByLabel('Stretch of time').last().selectOption('0');
  await view.getByRole('button', { name: 'Add chart' }).press('Enter');
  await expect(charts).toHaveCount(5);
  const added = charts.filter({ hasText: 'busy/0' });
  await expect(added.getByTestId('now')).toHaveText(/%/);
  for (let place = 5; place > 1; place--)
    await added.getByRole('button', { name: /^Move forward/ }).press('Enter');
  await added.getByRole('button', { name: /^Whole width/ }).press('Enter');
  await charts
    .last()
    .getByRole('button', { name: /^Remove/ })
    .press('Enter');
  await expect(charts).toHaveCount(4);
  await expect(charts.first()).toContainText('busy/0');
  await expect(page).toHaveURL(/charts=0_vcpu-run_busy%2F0_0_a_a_w\*0_cpu__s_a_a_s/);

  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  const other = await visit();
  await open(other, link, 3);
  const there = other.getByTestId('dashboard-chart');
  await expect(there).toHaveCount(4);
  await expect(there.first()).toContainText('busy/0');
  await expect(there.first()).toHaveAttribute('data-wide', 'true');
});

test('charts are dragged to another place, and by the arrow keys of what they are dragged by', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=dashboard`, 3);
  const view = page.getByTestId('dashboard');
  await view.getByRole('button', { name: 'Begin with the usual charts' }).click();
  const charts = view.getByTestId('dashboard-chart');
  await expect(charts).toHaveCount(4);
  const grips = view.getByRole('button', { name: /^Drag to another place/ });
  const names = () =>
    grips.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')?.split(': ')[1] ?? ''));
  const before = await names();
  const [first, second, third, fourth] = before;
  await grips.nth(2).hover();
  await page.mouse.down();
  const to = await charts.first().boundingBox();
  await page.mouse.move((to?.x ?? 0) + 40, (to?.y ?? 0) + 40, { steps: 4 });
  await expect(charts.first()).toHaveAttribute('data-over', 'true');
  await page.mouse.up();
  await expect.poll(names).toEqual([third, first, second, fourth]);
  await expect(grips.first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect.poll(names).toEqual([first, third, second, fourth]);
  await page.keyboard.press('ArrowRight');
  await expect.poll(names).toEqual(before);
  await expect(page).toHaveURL(/charts=/);
});
