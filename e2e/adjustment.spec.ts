/** Resources adjusted by a policy that is written in the page: it is tried on what was, put to work, says what it did, and is taken back. */
import type { Page } from 'playwright/test';
import { requirement } from '../src/tools/prerequisites.ts';
import { expect, test } from './fixtures.ts';
import { ask, later, open, runTo } from './lab-page.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');
const MS = 1_000_000;

test('a policy is written, tried on the past, put to work and taken back; an alarm fires beside it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=host&host=0&tab=adjustment`, 3);
  await runTo(page, await later(page, 1500 * MS));
  const view = page.getByTestId('adjustment');
  await view.getByRole('button', { name: say('adjustment.newPolicy') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(say('adjustment.field.name'), { exact: true }).fill('more');
  await dialog.getByLabel(say('adjustment.field.vm'), { exact: true }).selectOption('busy');
  await dialog.getByLabel(say('adjustment.field.target')).selectOption('cpu-weight');
  await dialog.getByLabel(say('adjustment.field.metric', { number: '1' })).fill('no-such');
  await dialog.getByLabel(say('adjustment.field.coefficient', { number: '1' })).fill('400');
  await dialog.getByLabel(say('adjustment.field.coolDownMs')).fill('200');
  await dialog.getByLabel(say('adjustment.field.overMs')).fill('200');
  const tryOut = dialog.getByRole('button', { name: say('adjustment.tryOut') });
  // What the host does not know is said in the form.
  await tryOut.click();
  await expect(dialog.getByRole('alert')).toContainText('no-such');
  await dialog.getByLabel(say('adjustment.field.metric', { number: '1' })).fill('steal');
  await tryOut.click();
  const acts = dialog.getByTestId('dry-run').getByRole('row', { name: say('adjustment.outcome.acts') });
  await expect(acts.first()).toContainText('100 → ');
  expect((await ask(page, 'adjustment', {})).policies).toEqual([]);

  await dialog.getByRole('button', { name: say('adjustment.save') }).click();
  await expect(dialog).toHaveCount(0);
  const policy = view.getByTestId('policy');
  await expect(policy.getByTestId('policy-value')).toHaveText('100');
  const alarm = view.getByRole('form', { name: say('adjustment.alarm.new') });
  await alarm.getByLabel(say('adjustment.alarm.name')).fill('full');
  await alarm.getByLabel(say('adjustment.alarm.of'), { exact: true }).selectOption('busy');
  await alarm.getByLabel(say('adjustment.alarm.metric')).selectOption('vcpu-run');
  await alarm.getByLabel(say('adjustment.alarm.part'), { exact: true }).selectOption('0');
  await alarm.getByLabel(say('adjustment.alarm.threshold')).fill('30');
  const fires = alarm.getByRole('group', { name: say('adjustment.alarm.onFiring') });
  await fires.getByLabel(say('adjustment.alarm.deed'), { exact: true }).selectOption('pause');
  await fires.getByLabel(say('adjustment.field.vm'), { exact: true }).selectOption('idle');
  await alarm.getByRole('button', { name: say('adjustment.alarm.add') }).click();
  const row = view.getByTestId('alarms').getByRole('row', { name: 'full' });
  await expect(row).toContainText('> 30 %');
  await expect(row).toContainText(`${say('adjustment.alarm.onFiring')}: idle: paused`);

  await runTo(page, await later(page, 1500 * MS));
  const { policies, decisions } = await ask(page, 'adjustment', {});
  expect(decisions.length).toBeGreaterThan(1);
  expect(policies[0]?.value).toBeGreaterThan(100);
  await expect(policy.getByTestId('policy-value')).toHaveText(
    new Intl.NumberFormat('en').format(policies[0]?.value ?? 0),
  );
  const rows = view.getByTestId('decisions').locator('tbody tr');
  await expect(rows).toHaveCount(decisions.length);
  await expect(rows.last()).toContainText('100 → ');
  await expect(rows.last()).toContainText(say('adjustment.result.done'));
  await expect(row).toContainText('fires since');
  const idle = await page.evaluate(() => globalThis.virtlab.lab()!.hosts[0]!.vms[2]);
  expect([idle?.spec.name, idle?.state]).toEqual(['idle', 'paused']);

  // The alarm, then the policy.
  const undo = view.getByRole('button', { name: say('wiring.undo') });
  await undo.click();
  await expect(view.getByTestId('alarms')).toHaveCount(0);
  await undo.click();
  await expect(policy).toHaveCount(0);
  expect((await ask(page, 'adjustment', {})).policies).toEqual([]);
});

test('a web server beside busy neighbours answers in time again by a policy that is written in the page', async ({
  sites,
  visit,
}) => {
  test.skip(requirement('linux').skip, 'needs Linux images');
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=cured-neighbour&view=host&host=0&tab=adjustment`, 5);
  const alarm = page.getByTestId('alarms').getByRole('row', { name: 'slow' });
  // Without a policy the target is missed.
  await runTo(page, 4600 * MS);
  await expect(alarm).toContainText('fires since');
  const view = page.getByTestId('adjustment');
  await view.getByRole('button', { name: say('adjustment.newPolicy') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(say('adjustment.field.name'), { exact: true }).fill('mine');
  await dialog.getByLabel(say('adjustment.field.vm'), { exact: true }).selectOption('web');
  await dialog.getByLabel(say('adjustment.field.target')).selectOption('cpu-weight');
  await dialog
    .getByLabel(say('adjustment.field.metric', { number: '1' }))
    .fill('response-time / 1000000 - 80');
  await dialog.getByLabel(say('adjustment.field.coefficient', { number: '1' })).fill('4');
  await dialog.getByLabel(say('adjustment.field.coolDownMs')).fill('400');
  await dialog.getByLabel(say('adjustment.field.overMs')).fill('400');
  await dialog.getByRole('button', { name: say('adjustment.save') }).click();
  await expect(dialog).toHaveCount(0);
  await runTo(page, 6200 * MS);
  await expect(alarm).not.toContainText('fires since');
  // What it did, and why.
  const { decisions } = await ask(page, 'adjustment', {});
  expect(decisions.length).toBeGreaterThan(2);
  for (const { policy, inputs, adjustment, result } of decisions) {
    expect([policy, result]).toEqual(['mine', 'done']);
    expect(adjustment).toBeCloseTo(4 * inputs[0]!);
  }
  expect(decisions[0]?.inputs[0]).toBeGreaterThan(20);
  const rows = view.getByTestId('decisions').locator('tbody tr');
  await expect(rows).toHaveCount(decisions.length);
  await expect(rows.last()).toContainText(/mine.*100 → /);
});

test('a VM waits for memory that lies free in another until a policy moves it; the lab is there in Chinese too', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await page.addInitScript(() => localStorage.setItem('virtlab.language', 'zh'));
  await open(page, `${sites.isolated.url}?lab=memory-pressure&view=host&host=0&tab=adjustment`, 2);
  await runTo(page, 6800 * MS);
  expect(await waitsForPages(page)).toBeGreaterThan(0.6);
  await runTo(page, 10_000 * MS);
  expect(await waitsForPages(page)).toBeLessThan(0.05);
  const { policies, decisions } = await ask(page, 'adjustment', {});
  // What it read, and what it made of it.
  expect(decisions[0]?.inputs[0]).toBeGreaterThan(8 << 20);
  expect(policies[0]?.value).toBeLessThan(46 << 20);
  const view = page.getByTestId('adjustment');
  await expect(view.getByTestId('policy-value')).toHaveText(/^4[0-5]([.]\d+)? MiB$/);
  const rows = view.getByTestId('decisions').locator('tbody tr');
  await expect(rows).toHaveCount(decisions.length);
  await expect(rows.last()).toContainText(wordsOf('zh')('adjustment.result.done'));
});

test('alarms of a lab command: who works by night is paused for who works by day, and goes on after it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=night-shift&view=host&host=0&tab=adjustment`, 2);
  const alarm = page.getByTestId('alarms').getByRole('row', { name: 'day-waits' });
  await expect(alarm).toContainText(`${say('adjustment.alarm.onFiring')}: night: paused`);
  const night = () => page.evaluate(() => globalThis.virtlab.lab()!.hosts[0]!.vms[1]?.state);
  await runTo(page, 4600 * MS);
  await expect.poll(night).toBe('paused');
  await runTo(page, 5600 * MS);
  await expect.poll(night).toBe('running');
  const events = await ask(page, 'events', {});
  const did = events.filter(({ code }) => code === 'alarm.acts').map(({ data }) => data?.['command']);
  expect(did).toEqual(['vm.pause', 'vm.resume']);
});

/** The part of its time in which the first VM has waited for pages lately. */
async function waitsForPages(page: Page): Promise<number> {
  const fromNs = (await later(page, 0)) - 1000 * MS;
  const { average } = await ask(page, 'series', {
    metric: 'pressure-memory-some',
    vm: 'first',
    fromNs,
    limit: 1,
  });
  return average[0]!;
}
