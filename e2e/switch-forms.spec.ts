/** A switch set by forms, for whoever writes no rules: what is filled in is what the switch has, and all of it is taken back. */
import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { ask, open, standStill, turn } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');

/** The view Network of a lab that stands still. */
async function openNetwork(page: Page, url: string): Promise<void> {
  await open(page, `${url}?view=host&host=0&tab=network#${linkOf(labOf(1, 2))}`, 2);
  await standStill(page);
}

/** The dialog of its switch, and what sets what stands there. */
async function openSwitch(page: Page, url: string): Promise<{ dialog: Locator; set: Locator }> {
  await openNetwork(page, url);
  await page.getByRole('button', { name: `${say('switch.setUp')} lan` }).click();
  const dialog = page.getByRole('dialog');
  return { dialog, set: dialog.getByRole('button', { name: say('port.set'), exact: true }) };
}

/** What the first switch has beside its ports, by part; and the access list of the first port. */
async function setOf(page: Page): Promise<Readonly<Record<string, unknown>>> {
  const [at] = await ask(page, 'switches', {});
  const parts = at?.parts.map(({ part, settings }) => [part, settings]) ?? [];
  const list = at?.ports[0]?.settings['access-list'];
  return Object.fromEntries([...parts, ...(list === undefined ? [] : [['access-list', list]])]);
}

test('flow rules and a spanning tree are filled in, refused at the field, set and taken back', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  const { dialog, set } = await openSwitch(page, sites.isolated.url);

  await dialog.getByRole('button', { name: say('rules.add') }).click();
  const sender = dialog.getByLabel(say('rules.field.sourceIp'));
  await sender.fill('10.0.0.300');
  await expect(dialog).toContainText(say('rules.wrong.prefix'));
  await expect(set).toBeDisabled();
  await sender.fill('10.0.0.0/24');
  await dialog.getByLabel(say('rules.field.action')).selectOption('output');
  await dialog.getByRole('checkbox', { name: 'vm-2/0' }).check();
  await dialog.getByRole('button', { name: say('rules.add') }).click();
  await dialog.getByLabel(say('rules.field.priority')).fill('7');
  await dialog.getByRole('button', { name: say('rules.up', { number: 2 }) }).click();
  // The same as text.
  await dialog.getByText(say('rules.asWhat.text'), { exact: true }).click();
  await expect(dialog.getByRole('textbox', { name: say('rules.lines') })).toHaveValue(
    '7 drop\n100 output sourceIp=10.0.0.0/24 ports=vm-2/0',
  );

  await dialog.getByRole('tab', { name: say('switchForm.panel.tree') }).click();
  await turn(dialog.getByRole('switch', { name: say('treeForm.isOn') }));
  await dialog.getByLabel(say('treeForm.priority'), { exact: true }).selectOption('4096');
  await dialog.getByLabel(say('treeForm.helloSeconds'), { exact: true }).fill('10');
  await expect(dialog).toContainText(say('port.wrong', { least: 22, most: 28 }));
  await dialog.getByLabel(say('treeForm.maxAgeSeconds'), { exact: true }).fill('24');
  await dialog.getByLabel(`vm-1/0: ${say('treeForm.edge')}`).selectOption('no');
  await set.click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId('rule-0')).toContainText('7');
  expect(await setOf(page)).toMatchObject({
    rules: { rules: [{ priority: 7 }, { sourceIp: '10.0.0.0/24', ports: ['vm-2/0'] }] },
    spanningTree: {
      ...{ priority: 4096, helloSeconds: 10, maxAgeSeconds: 24 },
      ports: { 'vm-1/0': { edge: false } },
    },
  });
  await page.getByRole('button', { name: say('wiring.undo') }).click();
  await expect.poll(() => setOf(page)).toEqual({});
});

test('an access list and copies are set at a port, with how often each rule has decided', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openNetwork(page, sites.isolated.url);
  const edit = page.getByRole('button', { name: say('network.editOf', { port: 'vm-1/0' }) });
  await edit.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('tab', { name: say('port.group.list') }).click();
  await dialog.getByText(say('rules.asWhat.text'), { exact: true }).click();
  await dialog.getByRole('textbox', { name: say('rules.lines') }).fill('deny in protocol=tpc');
  await expect(dialog).toContainText(say('rules.wrongField', { line: 1, field: 'protocol' }));
  await dialog.getByRole('textbox', { name: say('rules.lines') }).fill('permit in protocol=tcp');
  await dialog.getByText(say('rules.asWhat.form'), { exact: true }).click();
  await dialog.getByRole('button', { name: say('rules.edit', { number: 1 }) }).click();
  await dialog.getByLabel(say('rules.field.destinationPort')).fill('20-23');
  await dialog.getByRole('tab', { name: say('port.group.mirror') }).click();
  await dialog.getByLabel(say('mirror.to')).selectOption('vm-2/0');
  await dialog.getByRole('button', { name: say('port.set'), exact: true }).click();
  await expect(dialog).toHaveCount(0);
  expect(await setOf(page)).toMatchObject({
    'access-list': { rules: [{ action: 'permit', protocol: 'tcp', destinationPort: [20, 23] }] },
    mirror: { to: 'vm-2/0', sources: [{ port: 'vm-1/0', direction: 'both' }] },
  });
  await edit.click();
  await dialog.getByRole('tab', { name: say('port.group.list') }).click();
  await expect(dialog.getByTestId('rule-row-0')).toContainText('0 frames');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('Control+z');
  await expect.poll(() => setOf(page)).toEqual({});
});

test('shares of bandwidth and how long addresses are remembered are set, seen and taken back', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  const { dialog, set } = await openSwitch(page, sites.isolated.url);
  await dialog.getByRole('tab', { name: say('switchForm.panel.bandwidth') }).click();
  await turn(dialog.getByRole('switch', { name: say('bandwidthForm.isOn') }));
  // Shares that nobody has are none.
  await expect(dialog).toContainText(say('bandwidthForm.noShare'));
  await expect(set).toBeDisabled();
  await dialog.getByLabel(say('bandwidth.whole')).fill('8');
  await dialog.getByLabel(say('bandwidth.allocation')).selectOption('fixed');
  await dialog.getByLabel(`vm-1/0: ${say('bandwidth.share')}`).fill('6');
  await dialog.getByLabel(`vm-2/0: ${say('bandwidth.share')}`).fill('4');
  await expect(dialog).toContainText(say('bandwidthForm.tooMuch'));
  await dialog.getByLabel(`vm-2/0: ${say('bandwidth.share')}`).fill('2');
  await expect(dialog).not.toContainText(say('bandwidthForm.tooMuch'));
  await dialog.getByRole('tab', { name: say('switchForm.panel.aging') }).click();
  await dialog.getByLabel(say('agingForm.seconds')).fill('0');
  await expect(set).toBeDisabled();
  await dialog.getByLabel(say('agingForm.seconds')).fill('20');
  await set.click();
  await expect(dialog).toHaveCount(0);
  const part = page.getByTestId('bandwidth-lan');
  await expect(part.getByRole('row', { name: /^vm-1\/0 6 Mbit/ })).toBeVisible();
  expect(await setOf(page)).toMatchObject({
    bandwidth: { bitsPerSecond: 8e6, allocation: 'fixed', ports: { 'vm-1/0': 6e6, 'vm-2/0': 2e6 } },
    aging: { seconds: 20 },
  });
  await page.getByRole('button', { name: say('wiring.undo') }).click();
  await expect(part).toHaveCount(0);
  expect(await setOf(page)).toEqual({});
});
