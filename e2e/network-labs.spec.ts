/** Labs of switches in a circle, of a router between VLANs and of bandwidth: what the topology and the views of the network show of them. */
import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { ask, consoleText, goTo, nodes, open, runTo, standStill } from './lab-page.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');
const S = 1e9;

/** Opens a lab, and goes on with it up to a moment. */
async function openAt(page: Page, url: string, lab: string, vms: number, seconds: number): Promise<void> {
  await open(page, `${url}?lab=${lab}&view=topology`, vms);
  await standStill(page);
  await runTo(page, seconds * S);
}
/** Pings of a VM that were answered. */
async function answered(page: Page, vm: string): Promise<number> {
  return (await consoleText(page, vm)).split(/bytes from [\d.]+: seq=/).length - 1;
}
/** Frames that the end of a trunk has carried, both ways. */
async function carried(page: Page, at: string, port: string): Promise<number> {
  const found = (await ask(page, 'switches', {})).find(({ name }) => name === at);
  const of = found?.ports.find(({ name }) => name === port);
  return of === undefined ? -1 : of.rxFrames + of.txFrames;
}
/** A cell of a table as a number in the unit that stands behind it. */
async function numberIn(cell: Locator): Promise<number> {
  return Number.parseFloat(((await cell.textContent()) ?? '').replaceAll(',', ''));
}

test('a spanning tree cuts a circle: roles stand at the ends, and what was cut takes over when a trunk is pulled', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openAt(page, sites.isolated.url, 'spanning-tree', 3, 5);
  const roles = page.locator('.react-flow__edgelabel-renderer abbr');
  const cut = roles.and(page.locator('[data-state=discarding]'));
  await expect(roles).toHaveCount(6);
  await expect(cut).toHaveCount(1);
  await expect(cut).toHaveAttribute(
    'title',
    `${say('tree.role.alternate')}, ${say('tree.state.discarding')}`,
  );
  // Each can be read: none lies over another one.
  const boxes = await roles.evaluateAll((all) =>
    all.map((each) => {
      const { left, right, top, bottom } = each.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );
  const over = boxes.filter((one, index) =>
    boxes.some(
      (other, at) =>
        at > index &&
        one.left < other.right &&
        other.left < one.right &&
        one.top < other.bottom &&
        other.top < one.bottom,
    ),
  );
  expect(over).toEqual([]);
  const [answers, direct] = [await answered(page, 'south-vm'), await carried(page, 'south', 'trunk/2')];
  expect(answers).toBeGreaterThan(20);
  expect(direct).toBeGreaterThan(answers);

  // At six seconds the cable between the two who speak is pulled.
  await runTo(page, 11 * S);
  await expect(roles).toHaveCount(4);
  await expect(cut).toHaveCount(0);
  expect((await answered(page, 'south-vm')) - answers).toBeGreaterThan(50);
  expect(await carried(page, 'south', 'trunk/2')).toBe(-1);
  expect(await carried(page, 'south', 'trunk/1')).toBeGreaterThan(100);
  await goTo(page, '?lab=spanning-tree&view=host&host=0&tab=network');
  const tree = page.getByRole('table', { name: say('network.treeOf', { switch: 'south' }) });
  await expect(tree.getByRole('row', { name: 'trunk/1' })).toContainText(say('network.states.forwarding'));
});

test('VMs of two VLANs reach each other through the router and not past it', async ({ sites, visit }) => {
  const page = await visit();
  await openAt(page, sites.isolated.url, 'routed-vlans', 3, 7.5);
  const routed = await answered(page, 'sales');
  expect(routed).toBeGreaterThan(20);
  // Each goes by its cable four times, to it and from it, there and back; what one VLAN says to itself the router does not see.
  const byRouter = await carried(page, 'lan', 'router/eth0');
  expect(byRouter).toBeGreaterThanOrEqual(4 * routed);
  expect(byRouter).toBeLessThan(4 * routed + 30);
  expect(await answered(page, 'sales-2')).toBeGreaterThan(15);
  await nodes(page, 'appliance', 'router').click();
  const inspector = page.getByRole('complementary');
  await expect(inspector).toContainText('eth0');

  // At eight seconds the router is taken away: the node goes, and so does the way between the VLANs.
  await runTo(page, 9 * S);
  await expect(nodes(page, 'appliance')).toHaveCount(0);
  const [last, near] = [await answered(page, 'sales'), await answered(page, 'sales-2')];
  await runTo(page, 12 * S);
  expect(await answered(page, 'sales')).toBe(last);
  expect((await answered(page, 'sales-2')) - near).toBeGreaterThan(12);
});

test('bandwidth of cards fixed and on demand: what one leaves unused, the other lends', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openAt(page, sites.isolated.url, 'card-allocation', 6, 8);
  await goTo(page, '?lab=card-allocation&view=host&host=0&tab=network');
  const part = (at: string) => page.getByTestId(`bandwidth-${at}`);
  const cell = (at: string, vm: string, column: number) =>
    part(at)
      .getByRole('row', { name: `${vm}-${at}/0` })
      .getByRole('cell')
      .nth(column);
  const [STATE, SURE, SENT, BORROWED] = [2, 3, 4, 5] as const;
  await expect(part('fixed')).toContainText(say('bandwidth.allocations.fixed'));
  await expect(cell('fixed', 'late', STATE)).toHaveText(say('bandwidth.states.reserved'));
  await expect(cell('on-demand', 'late', STATE)).toHaveText(say('bandwidth.states.idle'));
  // Both give the same for sure; on demand more has been sent, by what the third left over.
  await expect(cell('fixed', 'greedy', SURE)).toHaveText('3 Mbit/s');
  await expect(cell('fixed', 'greedy', BORROWED)).toHaveText('0 B');
  expect(await numberIn(cell('on-demand', 'greedy', SENT))).toBeGreaterThan(
    1.5 * (await numberIn(cell('fixed', 'greedy', SENT))),
  );
  await expect(cell('on-demand', 'greedy', BORROWED)).toContainText('MiB');

  // Compared: with a share lying idle, fixed lets frames go that on demand are sent.
  const [BORROWS, WANTS] = [5, 7] as const;
  const compared = (at: string, column: number) =>
    page
      .getByTestId('card-allocation')
      .getByRole('table', { name: say('cardAllocation.bandwidth') })
      .getByRole('row', { name: at })
      .getByRole('cell')
      .nth(column);
  await expect(compared('fixed', BORROWS)).toHaveText('0 bit/s');
  await expect(compared('on-demand', BORROWS)).toContainText('Mbit/s');
  await expect(compared('fixed', WANTS)).toContainText('Mbit/s');

  // From the tenth second on the third sends, and has its share under both.
  await runTo(page, 12 * S);
  await expect(cell('on-demand', 'late', STATE)).toHaveText(say('bandwidth.states.in use'));
  await expect(cell('on-demand', 'late', SURE)).toHaveText('3 Mbit/s');
  await goTo(page, '?lab=card-allocation&view=topology');
  await nodes(page, 'switch', 'on-demand').click();
  await expect(page.getByRole('complementary').getByTestId('bandwidth-on-demand')).toBeVisible();
});
