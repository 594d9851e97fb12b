/** CPUs of a host shared by what a person chooses in the page: the guests have what they are due from then on. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { ask, later, open, runTo } from './lab-page.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');
const MS = 1_000_000;

/** Time that a VM has had of the CPUs. */
async function ranNs(page: Page, name: string): Promise<number> {
  const found = (await ask(page, 'scheduling', {})).vms.find(({ vm }) => vm === name);
  return found?.vcpus.reduce((sum, vcpu) => sum + vcpu.runNs, 0) ?? 0;
}

test('a scheduler is chosen and a cap given: the busy VM has no more from then on, and what cannot be is said', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=host&host=0&tab=scheduling`, 3);
  const view = page.getByTestId('scheduling');
  await view.getByLabel(say('scheduling.scheduler')).selectOption('fair');
  await expect(view).toContainText(say('scheduling.aboutScheduler.fair'));

  await view.getByRole('button', { name: say('scheduling.editOf', { vm: 'busy' }) }).click();
  const form = view.getByRole('form', { name: say('scheduling.editOf', { vm: 'busy' }) });
  await form.getByLabel(say('scheduling.field.capPercent')).fill('20');
  await form.getByRole('button', { name: say('scheduling.set'), exact: true }).click();
  await expect(view.getByTestId('cpu-parts').getByRole('row', { name: 'busy/0' })).toContainText('20 %');
  const from = await later(page, 500 * MS);
  const to = from + 1000 * MS;
  await runTo(page, from);
  const before = await ranNs(page, 'busy');
  await runTo(page, to);
  const share = ((await ranNs(page, 'busy')) - before) / (to - from);
  expect(share).toBeGreaterThan(0.15);
  expect(share).toBeLessThan(0.25);

  // A budget longer than its period is no budget.
  await form.getByLabel(say('scheduling.field.periodMs')).fill('10');
  await form.getByLabel(say('scheduling.field.budgetMs')).fill('20');
  await form.getByRole('button', { name: say('scheduling.set'), exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('longer than its period');
});

test('the timeline tells by keyboard who ran and why it left, down to single exits; run together, vCPUs of a VM are apart no more', async ({
  page,
  sites,
}) => {
  await open(page, `${sites.isolated.url}?lab=co-scheduling&view=host&host=0&tab=scheduling`, 3);
  const timeline = page.getByTestId('cpu-timeline');
  await runTo(page, 600 * MS);
  const lanes = timeline.getByRole('slider', { name: say('timeline.lanes') });
  await lanes.focus();
  await page.keyboard.press('ArrowRight');
  await expect(timeline.getByTestId('timeline-said')).toContainText(
    /(locks|busy-\d)\/\d on CPU 0 from 0\.\d+ s/,
  );
  await expect(timeline.getByTestId('timeline-span')).toHaveText('200 ms');
  for (let times = 0; times < 6; times++) await page.keyboard.press('+');
  await expect(timeline.getByTestId('timeline-span')).toHaveText(/^3\.1\d* ms$/);
  await timeline.getByRole('button', { name: say('timeline.asTable') }).click();
  await expect(timeline.getByTestId('slices').locator('tbody tr').first()).toContainText('CPU');
  const apart = async (): Promise<number> => {
    const toNs = await later(page, 400 * MS);
    await runTo(page, toNs);
    const { vms } = await ask(page, 'run-queue', { fromNs: toNs - 300 * MS, toNs });
    const locks = vms.find(({ vm }) => vm === 'locks');
    return (locks?.apartNs ?? 0) / (locks?.ranNs ?? 1);
  };
  expect(await apart()).toBeGreaterThan(0.15);
  await page.getByLabel(say('scheduling.scheduler')).selectOption('gang');
  await expect(page.getByTestId('scheduling')).toContainText(say('scheduling.aboutScheduler.gang'));
  expect(await apart()).toBeLessThan(0.1);
});
