/** The history of a lab: what was done, by whom, what came of it, and taking it back. */
import { expect, test } from './fixtures.ts';
import { consoleText, hashesOf, later, open, prompts, runTo, says, selectVm, typeLine } from './lab-page.ts';

test('what was done and what was refused stands in the history, and can be taken back', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await selectVm(page, 'idle');
  await prompts(page, 'idle');
  await typeLine(page, 'idle', 'echo noted');
  await says(page, 'idle', /\nnoted/);
  await page.evaluate(async () => {
    const { calls } = globalThis.virtlab;
    await calls.command(0, { op: 'vm.pause', args: { vm: 'idle' } });
    await calls.command(0, { op: 'vm.pause', args: { vm: 'idle' } });
  });
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'History' }).click();
  const rows = page.getByTestId('history').locator('tbody tr');
  await expect(rows.first()).toContainText('refused:');
  await expect(rows.filter({ hasText: 'typed “echo noted⏎”' })).toContainText('a person');
  await page.getByRole('button', { name: 'Undo: idle paused' }).click();
  await expect(rows.first()).toContainText('idle resumed');
  const state = () =>
    page.evaluate(
      () => globalThis.virtlab.lab()!.hosts[0]!.vms.find(({ spec }) => spec.name === 'idle')!.state,
    );
  await expect.poll(state).toBe('running');
  await expect(rows.filter({ hasText: 'idle paused' }).last()).toContainText('undo that first');
  expect(page.url()).toContain('view=history');
});

test('a lab is taken back to before an action, and is what it was then', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await prompts(page, 'idle');
  const at = await later(page, 3e9);
  await runTo(page, at);
  const before = await hashesOf(page);
  // What is commanded at a time is part of it: it is typed a moment later.
  await runTo(page, at + 100e6);
  await selectVm(page, 'idle');
  await typeLine(page, 'idle', 'echo to be forgotten');
  await runTo(page, at + 400e6);
  expect(await consoleText(page, 'idle')).toContain('forgotten');
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'History' }).click();
  await page.getByRole('textbox', { name: 'Back to time…' }).fill(String(at / 1e9));
  await page.getByRole('button', { name: 'Go back', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go back' }).click();
  await expect(page.getByText('The lab is what it was at')).toBeVisible();
  expect(await hashesOf(page)).toEqual(before);
  await expect(page.getByTestId('history').getByText('forgotten')).toHaveCount(0);
});

test('a run is repeated without an action, which can be taken back; moments that are kept are one click away', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await prompts(page, 'idle');
  await runTo(page, await later(page, 3e9));
  await selectVm(page, 'idle');
  await typeLine(page, 'idle', 'echo to be forgotten');
  await runTo(page, await later(page, 300e6));
  const before = await hashesOf(page);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'History' }).click();
  await page.getByRole('button', { name: /^Repeat without it: idle typed/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Repeat without it' }).click();
  await expect(page.getByText('The run was repeated up to')).toBeVisible();
  expect(await consoleText(page, 'idle')).not.toContain('forgotten');
  await expect(page.getByTestId('history').getByText('forgotten')).toHaveCount(0);
  expect(await hashesOf(page)).not.toEqual(before);
  await page.getByRole('button', { name: 'Take that back' }).first().click();
  await expect(page.getByTestId('history').getByText('forgotten')).toHaveCount(1);
  expect(await hashesOf(page)).toEqual(before);

  // From anywhere: the present was kept before the lab was taken back.
  await page.getByRole('button', { name: 'Kept moments' }).click();
  const moments = page.getByRole('dialog').getByTestId('moments');
  await expect(moments.getByText('the beginning')).toBeVisible();
  await moments
    .getByRole('row')
    .nth(1)
    .getByRole('button', { name: /^Go back to/ })
    .click();
  await expect(page.getByRole('dialog').getByText('The lab is what it was at')).toBeVisible();
});
