/** CPUs of a host shared by what a person chooses in the page: the guests have what they are due from then on. */
import type { Page } from 'playwright/test';
import { builtinScenario } from '../src/lab/scenarios/builtin.ts';
import { expect, test } from './fixtures.ts';
import { ask, later, open, runTo, standStill } from './lab-page.ts';
import { linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');
const MS = 1_000_000;

/** A duration as the page writes it. */
function microseconds(text: string): number {
  const [, value = '', unit = ''] = /^([\d.,]+)\s*(\S+)$/.exec(text.trim()) ?? [];
  const factor = { ns: 0.001, µs: 1, μs: 1, ms: 1000, s: 1e6 }[unit] ?? Number.NaN;
  return Number(value.replace(',', '')) * factor;
}

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
  // They begin in step, and stay so while the turns of both CPUs happen to be.
  await runTo(page, 2000 * MS);
  expect(await apart()).toBeGreaterThan(0.15);
  await page.getByLabel(say('scheduling.scheduler')).selectOption('gang');
  await expect(page.getByTestId('scheduling')).toContainText(say('scheduling.aboutScheduler.gang'));
  expect(await apart()).toBeLessThan(0.1);
});

test('the lab of schedulers runs twice from one beginning: under which a VM that wakes waits less, both timelines and the table tell', async ({
  page,
  sites,
}) => {
  await open(page, `${sites.isolated.url}?lab=schedulers&view=host&host=0&tab=scheduling`);
  await standStill(page);
  const before = await page.evaluate(() => globalThis.virtlab.calls.hash());
  const panel = page.getByTestId('compared-schedulers');
  const form = panel.getByRole('form');
  const run = form.getByRole('button', { name: say('scheduling.compared.run') });
  await expect(form.getByLabel(say('scheduling.compared.first'))).toHaveValue('round-robin');
  await form.getByLabel(say('scheduling.compared.second')).selectOption('fair');

  // A run can be ended, and leaves nothing.
  await form.getByLabel(say('scheduling.compared.for')).selectOption('10000');
  await run.click();
  await panel.getByRole('button', { name: say('common.cancel') }).click();
  await expect(run).toBeEnabled();
  await expect(panel.getByTestId('compared-figures')).toHaveCount(0);

  await form.getByLabel(say('scheduling.compared.for')).selectOption('500');
  await run.click();
  const figures = panel.getByTestId('compared-figures');
  await expect(figures).toBeVisible();
  /** Figures of the VM that wakes, in microseconds. */
  const half = async (): Promise<number[]> => {
    const row = figures
      .locator('tbody')
      .filter({ hasText: 'wakes' })
      .getByRole('row')
      .filter({ hasText: say('timeline.column.p50') });
    return (await row.locator('td').allTextContents()).slice(-2).map(microseconds);
  };
  const [inTurn = 0, fair = 0] = await half();
  expect(inTurn).toBeGreaterThan(15_000);
  expect(fair).toBeLessThan(inTurn / 2);

  // One time axis: what is zoomed and pointed at in one is so in the other.
  const lanes = (kind: string) => panel.getByTestId(`lanes-of-${kind}`);
  const stretch = panel.getByTestId('compared-stretch');
  const whole = await stretch.textContent();
  await lanes('fair').getByRole('slider').focus();
  await page.keyboard.press('+');
  await expect(stretch).not.toHaveText(whole ?? '');
  for (const kind of ['round-robin', 'fair']) {
    await lanes(kind).getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    await expect(lanes(kind).getByTestId('timeline-said')).toContainText(/on CPU 0 from 0\.[2-5]\d+ s/);
  }
  await lanes('fair').getByRole('slider').hover();
  await expect(lanes('round-robin').getByTestId('timeline-mark')).toBeVisible();
  // The lab that one sees knows nothing of it.
  expect(await page.evaluate(() => globalThis.virtlab.calls.hash())).toEqual(before);
});

test('in the lab of caps and shares VMs have the CPU by weight and one no more than its cap; given another weight, more from then on', async ({
  page,
  sites,
}) => {
  await open(page, `${sites.isolated.url}?lab=caps-and-shares&view=host&host=0&tab=scheduling`);
  const parts = page.getByTestId('cpu-parts');
  await expect(parts.getByRole('row', { name: 'capped/0' })).toContainText('10 %');
  /** What each had of the next stretch. */
  const shares = async (): Promise<(vm: string) => number> => {
    const fromNs = await later(page, 200 * MS);
    const toNs = fromNs + 600 * MS;
    await runTo(page, toNs);
    const { vms } = await ask(page, 'run-queue', { fromNs, toNs });
    return (vm) => (vms.find((each) => each.vm === vm)?.ranNs ?? 0) / (toNs - fromNs);
  };
  const first = await shares();
  expect(first('capped')).toBeCloseTo(0.1, 1);
  expect(first('gold') / first('bronze')).toBeGreaterThan(3);
  await expect(page.getByTestId('run-queue')).toContainText(say('switchReason.capped'));

  await parts.getByRole('button', { name: say('scheduling.editOf', { vm: 'bronze' }) }).click();
  const form = page.getByRole('form', { name: say('scheduling.editOf', { vm: 'bronze' }) });
  await form.getByLabel(say('scheduling.field.weight')).fill('400');
  await form.getByRole('button', { name: say('scheduling.set'), exact: true }).click();
  await expect(parts.getByRole('row', { name: 'bronze/0' })).toContainText('400');
  const then = await shares();
  expect(then('gold') / then('bronze')).toBeGreaterThan(0.8);
  expect(then('gold') / then('bronze')).toBeLessThan(1.25);
  expect(then('capped')).toBeCloseTo(0.1, 1);
});

test('a VM is given a vCPU in its panel while it runs, and its guest takes it up; it is taken again', async ({
  sites,
  visit,
}) => {
  const lab = builtinScenario('busy-neighbour', { linux: false })!;
  const [host] = lab.hosts;
  const vms = host!.vms.map((vm) =>
    vm.name === 'idle' ? { ...vm, maxVcpus: 2, devices: [{ kind: 'agent' }] } : vm,
  );
  const link = linkOf({ ...lab, hosts: [{ ...host!, vms }] });
  const page = await visit();
  await open(page, `${sites.isolated.url}?view=vm&host=0&vm=idle&tab=overview#${link}`, 3);
  await runTo(page, await later(page, 1500 * MS));
  const form = page.getByRole('form', { name: say('scheduling.countOf', { vm: 'idle' }) });
  const count = form.getByLabel(say('scheduling.field.vcpus', { most: '2' }));
  const states = async () => {
    const { vms: all } = await ask(page, 'scheduling', {});
    return all.find(({ vm }) => vm === 'idle')?.vcpus.map(({ state }) => state === 'off');
  };
  expect(await states()).toEqual([false, true]);
  for (const [given, isOff] of [
    ['2', false],
    ['1', true],
  ] as const) {
    await count.fill(given);
    await form.getByRole('button', { name: say('scheduling.set') }).click();
    await runTo(page, await later(page, 500 * MS));
    await expect.poll(states).toEqual([false, isOff]);
    await expect(count).toHaveValue(given);
  }
});
