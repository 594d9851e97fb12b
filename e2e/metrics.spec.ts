/** What a host measures, in the page: what is shown and saved is what the machine answers. */
import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { ask, goTo, later, open, openHostPage, runTo, saved } from './lab-page.ts';

async function savedText(page: Page, button: Locator): Promise<string> {
  return (await saved(page, button)).bytes.toString('utf8');
}

test('the table of a metric’s chart and the text for Prometheus are what the machine answers', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  // Between two samples: one that is due at the very instant at which a lab stands is taken when time goes on.
  const until = Math.ceil((await later(page, 2e9)) / 1e7) * 1e7 + 5e6;
  const alarm = { name: 'crowded', metric: 'cpu', vm: 'busy', when: 'above', threshold: 0.3 } as const;
  await page.evaluate(async (each) => {
    await globalThis.virtlab.calls.command(0, { op: 'host.setAlarms', args: { alarms: [each] } });
  }, alarm);
  await runTo(page, until);
  const names = await page.evaluate(() =>
    globalThis.virtlab.lab()!.hosts[0]!.vms.map(({ spec }) => spec.name),
  );
  await openHostPage(page, 'host-1', 'Metrics');

  const view = page.getByTestId('metrics');
  await view.getByRole('searchbox', { name: 'Find a metric' }).fill('vm_cpu_seconds');
  const catalogue = view.getByTestId('metric-catalogue');
  await expect(catalogue.locator('tbody tr')).toHaveCount(1);
  await catalogue.getByRole('button').click();
  await expect(page).toHaveURL(/metric=cpu/);
  await expect(view.getByText('Alarm “crowded” of busy: above 30 %')).toBeVisible();
  await expect(view.getByTestId('now').first()).toHaveText(/%/);

  const [head, ...rows] = (await savedText(page, view.getByRole('button', { name: 'CSV' })))
    .trim()
    .split('\n');
  expect(head).toBe(`virtualNs,${names.join(',')}`);
  const now = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
  const fromNs = Math.max(0, now - 60e9);
  const answers = await Promise.all(names.map((vm) => ask(page, 'series', { metric: 'cpu', vm, fromNs })));
  const [first] = answers;
  expect(rows).toEqual(
    first!.atNs.map((at, n) => [at, ...answers.map(({ average }) => average[n])].join(',')),
  );

  const text = await savedText(page, view.getByRole('button', { name: 'Text for Prometheus' }));
  expect(text).toBe(await ask(page, 'prometheus', {}));
});

test('what the samples tell leads to them, a part has a course, and who it was is found by keyboard', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await runTo(page, await later(page, 2e9));
  await openHostPage(page, 'host-1', 'Metrics');
  const told = page.getByTestId('conclusions');
  const wants = told.locator('li').filter({ hasText: 'wants for CPU' }).first();
  await expect(wants).toContainText('samples of 100 ms each of CPU time');
  await wants.getByRole('button').first().click();
  await expect(page).toHaveURL(/metric=cpu&of=/);
  await expect(page.getByRole('button', { name: /· back$/ })).toBeVisible();

  const view = page.getByTestId('metrics');
  await view.getByRole('searchbox', { name: 'Find a metric' }).fill('vcpu_run');
  await view.getByTestId('metric-catalogue').locator('tbody').getByRole('button').click();
  await expect(view.getByRole('button', { name: 'busy/0' })).toHaveAttribute('aria-pressed', 'true');
  const [head, ...rows] = (await savedText(page, view.getByRole('button', { name: 'CSV' })))
    .trim()
    .split('\n');
  expect(head?.split(',')).toContain('busy/0');
  expect(rows.length).toBeGreaterThan(10);

  await goTo(page, '?lab=busy-neighbour&view=charts');
  await page.getByRole('slider').first().press('Enter');
  const who = page.getByTestId('who-was-it');
  await expect(who.locator('tbody tr')).toHaveCount(3);
  await who.getByRole('button', { name: 'busy', exact: true }).click();
  await expect(page).toHaveURL(/tab=metrics&metric=cpu&of=busy/);
});
