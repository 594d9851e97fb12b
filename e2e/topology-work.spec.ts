/** The topology as the place to work: packets seen as they pass, taken apart and followed over the graph. */
import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { ask, goTo, nodes, open, standStill } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');

/** Two VMs at a switch each, a trunk between these, a gateway; who pings goes on and on. */
function joinedLab(): string {
  const { hosts, ...lab } = labOf(1, 2);
  return linkOf({
    ...lab,
    hosts: hosts.map((host) => ({
      ...host,
      switches: [{ name: 'lan' }, { name: 'back' }],
      trunks: [{ a: 'lan', b: 'back' }],
      appliances: [{ name: 'gateway', kind: 'gateway', switch: 'back', address: '10.0.0.100/16' }],
      vms: host.vms.map((vm, index) =>
        index === 0 ? vm : { ...vm, nics: [{ switch: 'back', address: '10.0.0.2/16' }] },
      ),
    })),
    commands: [
      {
        ...{ at: 1e9, host: 0, op: 'console.input' },
        args: { vm: 'vm-1', text: 'ping 10.0.0.2 100000 100\n' },
      },
    ],
  });
}

/** What the ports of all switches have delivered, as they count it. */
async function delivered(page: Page): Promise<number> {
  const ports = (await ask(page, 'switches', {})).flatMap((each) => each.ports);
  return ports.reduce((sum, { txFrames }) => sum + txFrames, 0);
}

/** The middle of an echo that nothing covers. */
function uncovered(page: Page): Promise<{ readonly x: number; readonly y: number } | undefined> {
  return page.evaluate(() => {
    for (const dot of document.querySelectorAll('[data-testid=passing] g[data-protocol=ICMP]')) {
      const { x, y, width, height } = dot.getBoundingClientRect();
      const middle = { x: x + width / 2, y: y + height / 2 };
      if (width > 0 && dot.contains(document.elementFromPoint(middle.x, middle.y))) return middle;
    }
    return undefined;
  });
}

test('packets are seen as they pass, counted, followed step by step and taken apart', async ({
  sites,
  visit,
}) => {
  const page = await visit({ moves: true });
  await open(page, `${sites.isolated.url}#${joinedLab()}`, 2);
  await expect(nodes(page, 'appliance', 'gateway')).toBeVisible();
  const dots = page.getByTestId('passing').locator('g');
  await expect(dots.and(page.locator('[data-protocol=ICMP]')).first()).toBeAttached();
  await standStill(page);

  // Of what was heard nothing is missing: the ports have counted as many since.
  const before = await delivered(page);
  const heard = async () => (await ask(page, 'passing', { count: 1 })).delivered;
  const heardBefore = await heard();
  await page.evaluate(() =>
    globalThis.virtlab.runTo(globalThis.virtlab.status().virtualNs + 5e8, () => undefined),
  );
  expect((await heard()) - heardBefore).toBe((await delivered(page)) - before);
  await expect(page.getByTestId('passing-count')).toContainText(/showing \d+ of \d+/);

  // The lab stands, and so do they. One is clicked, and its way is marked, step by step.
  const panel = page.getByTestId('way-panel');
  await expect(async () => {
    const spot = await uncovered(page);
    // Where nodes and labels cover all of them, a moment later others are elsewhere.
    if (spot === undefined)
      await page.evaluate(() =>
        globalThis.virtlab.runTo(globalThis.virtlab.status().virtualNs + 3e7, () => undefined),
      );
    expect(spot).toBeDefined();
    await page.mouse.click(spot!.x, spot!.y);
    await expect(panel).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await expect(panel.getByRole('listitem').first()).toContainText(say('packets.step.sent'));
  await expect(panel.getByRole('listitem').last()).toContainText(say('packets.step.received'));
  await expect(page.locator('.react-flow__edge.way')).toHaveCount(3);
  await panel.getByRole('button', { name: say('passing.next') }).click();
  await panel.getByRole('button', { name: say('passing.next') }).click();
  await expect(page.locator('.react-flow__node.way-here')).toHaveCount(1);

  // What is in it, and back to the graph from there.
  await panel.getByRole('button', { name: say('passing.takeApart') }).click();
  await expect(page.getByTestId('packets').locator('[aria-selected=true]')).toContainText('echo');
  await expect(page.getByTestId('fields')).toContainText('ICMP');
  await page.getByText(say('packets.panels.way'), { exact: true }).click();
  await page.getByRole('button', { name: say('passing.onGraph') }).click();
  await expect(page.locator('.react-flow__edge.way')).toHaveCount(3);
  await panel.getByRole('button', { name: say('common.close') }).click();
  await expect(page.locator('.react-flow__edge.way')).toHaveCount(0);

  // Who wants to see none sees none.
  await page.getByRole('button', { name: say('passing.show') }).click();
  await expect(page.getByTestId('passing-count')).toBeHidden();
  await goTo(page, '?view=topology&as=table');
  const links = page.getByTestId('topology-links');
  await expect(links.getByRole('row', { name: 'gateway/inside back' })).toBeVisible();
  await expect(links.getByRole('row', { name: 'lan back' })).toBeVisible();
});
