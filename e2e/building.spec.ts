/** A network built with the mouse alone: nodes dragged, cables drawn, ports set by their menus; all of it taken back and done again. */
import type { Locator, Page } from 'playwright/test';
import { decodeLink } from '../src/lab/link.ts';
import { expect, test } from './fixtures.ts';
import { goTo, nodes, open, sharedLink, standStill } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');

interface Spot {
  readonly x: number;
  readonly y: number;
}

async function middleOf(what: Locator): Promise<Spot> {
  const { x, y, width, height } = (await what.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

async function drag(page: Page, from: Spot, to: Spot): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

/** Draws a cable from a side of a node to another node. */
async function draw(page: Page, from: Locator, side: 'bottom' | 'right', to: Locator): Promise<void> {
  await from.hover();
  await drag(page, await middleOf(from.locator(`.react-flow__handle-${side}`)), await middleOf(to));
}

/** Everything of the network that there is. */
function built(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { hosts } = globalThis.virtlab.lab()!;
    const network = hosts.map(({ switches, switchParts, trunks, appliances, vms }) => ({
      ...{ switches, switchParts, trunks, appliances, vms: vms.map(({ spec }) => spec) },
    }));
    return JSON.stringify(network);
  });
}

/** Where a node stands in the link that one would share now. */
async function sharedPlaceOf(page: Page, node: string): Promise<Spot | undefined> {
  const lab = decodeLink(await sharedLink(page, 'set-up'));
  return lab.ok ? lab.value.layout?.[node] : undefined;
}

test('a network is built by dragging and by menus, taken back to the beginning, and done again', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${linkOf(labOf(1, 2))}`, 2);
  await standStill(page);
  const [undo, redo] = [say('wiring.undo'), say('wiring.redo')].map((name) =>
    page.getByRole('button', { name, exact: true }),
  ) as [Locator, Locator];
  await expect(undo).toBeDisabled();
  const item = (key: string, data = {}) => page.getByRole('menuitem', { name: say(key, data), exact: true });
  const edges = page.locator('.react-flow__edge');
  const first = await built(page);

  // A switch from the empty canvas, a node to where there is room for it, cables, a trunk.
  const pane = (await page.locator('.react-flow__pane').boundingBox())!;
  await page.mouse.click(pane.x + pane.width - 40, pane.y + pane.height - 60, { button: 'right' });
  await item('wiring.newSwitch', { host: 'host-1' }).click();
  const [lan, added] = [nodes(page, 'switch', 'lan'), nodes(page, 'switch', 'switch')];
  await expect(added).toBeVisible();
  const at = await middleOf(added);
  await drag(page, at, { x: at.x + 30, y: at.y + 70 });
  await expect.poll(() => sharedPlaceOf(page, 'host-1/switch:switch')).toBeDefined();
  await draw(page, nodes(page, 'vm', 'vm-2'), 'bottom', added);
  await expect(edges).toHaveCount(3);
  await draw(page, lan, 'right', added);
  await expect(edges).toHaveCount(4);

  // A gateway, which is drawn to the other switch by the end of its cable.
  await added.click({ button: 'right' });
  await item('wiring.newGateway', { switch: 'switch' }).click();
  await expect(nodes(page, 'appliance', 'gateway')).toBeVisible();
  const cableEnd = page.locator('[data-id="host-1/appliance:gateway#inside"] circle.nopan');
  await drag(page, await middleOf(cableEnd), await middleOf(lan));
  const gatewayAt = () =>
    page.evaluate(() => globalThis.virtlab.lab()?.hosts[0]?.appliances?.[0]?.ports[0]?.switch);
  await expect.poll(gatewayAt).toBe('lan');

  // What can be done with a port, by the menu of its cable.
  const dialog = page.getByRole('dialog');
  const set = dialog.getByRole('button', { name: say('port.set'), exact: true });
  const own = page.locator('.react-flow__edge-link').first();
  const menu = async (key: string): Promise<void> => {
    const path = own.locator('.react-flow__edge-interaction');
    const spot = await path.evaluate((each) => {
      const line = each as SVGPathElement;
      const { x, y } = line.getPointAtLength(line.getTotalLength() * 0.7);
      const onScreen = new DOMPoint(x, y).matrixTransform(line.getScreenCTM()!);
      return { x: onScreen.x, y: onScreen.y };
    });
    await page.mouse.click(spot.x, spot.y, { button: 'right' });
    await item(key).click();
  };
  await menu('wiring.vlan');
  await dialog.getByLabel(say('port.field.vlan.mode')).selectOption('access');
  await dialog.getByRole('textbox', { name: say('port.field.vlan.access'), exact: true }).fill('5');
  await set.click();
  await expect(dialog).toHaveCount(0);
  await menu('port.edit');
  await dialog.getByLabel(say('port.field.shape.bitsPerSecond')).fill('2');
  await set.click();
  await menu('wiring.mirror');
  await dialog.getByLabel(say('mirror.to')).selectOption('vm-2/0');
  await set.click();
  await expect(dialog).toHaveCount(0);
  await menu('wiring.pull');
  const end = await built(page);
  expect(end).toContain('"vlan":{"access":5}');
  expect(end).toContain('"bitsPerSecond":2000000');
  expect(end).toContain('"to":"vm-2/0"');

  // Where it stands, whoever comes back finds it; and all of it back, and again.
  await goTo(page, '?view=machines');
  await goTo(page, '?view=topology');
  expect(await middleOf(added)).not.toEqual(at);
  for (let taken = 0; await undo.isEnabled(); taken++) {
    expect(taken).toBeLessThan(20);
    await undo.click();
  }
  await expect.poll(() => built(page)).toBe(first);
  await expect(edges).toHaveCount(2);
  for (let done = 0; await redo.isEnabled(); done++) {
    expect(done).toBeLessThan(20);
    await redo.click();
  }
  await expect.poll(() => built(page)).toBe(end);

  // And one listens where the cable is.
  await menu('packets.listen');
  await expect(page.locator('main')).toHaveAttribute('data-view', 'packets');
});
