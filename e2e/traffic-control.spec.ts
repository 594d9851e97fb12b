/** Traffic control where people see it: a port's panel says what waits and for how long; a discipline and a limit are set while frames pass. */
import type { Locator, Page } from 'playwright/test';
import { bufferbloat } from '../src/lab/scenarios/bufferbloat.ts';
import { expect, test } from './fixtures.ts';
import { consoleText, nodes, open, runTo, standStill } from './lab-page.ts';
import { linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const say = wordsOf('en');
const S = 1_000_000_000;

/** The panel of the port at which the card of a VM hangs, beside the topology. */
async function panelOf(page: Page, vm: string): Promise<Locator> {
  await nodes(page, 'vm', vm).click();
  await page
    .getByRole('complementary')
    .getByRole('button', { name: /· 52:54:/ })
    .click();
  return page.getByTestId('port-traffic');
}
/** What the panel says beside a name: a number, in the unit that stands behind it. */
async function saysOf(panel: Locator, name: string, unit: string): Promise<number> {
  const text = (await panel.textContent()) ?? '';
  const said = new RegExp(`${name}\\s*([\\d.,]+)\\s${unit}`).exec(text)?.[1];
  return said === undefined ? Number.NaN : Number(said.replaceAll(',', ''));
}
/** Milliseconds that the last pings of a VM took. */
async function pingsOf(page: Page, vm: string, last: number): Promise<readonly number[]> {
  const text = await consoleText(page, vm);
  return [...text.matchAll(/time=([\d.]+) ms/g)].map(([, ms]) => Number(ms)).slice(-last);
}

test('a greedy neighbour fills the queue until those who send are served by turns; a limit holds', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=greedy-neighbour`, 3);
  await standStill(page);
  await runTo(page, 11 * S);
  const panel = await panelOf(page, 'server');
  await expect(panel).toContainText('wire 10');
  await expect.poll(() => saysOf(panel, say('port.delay'), 'ms')).toBeGreaterThan(150);
  expect(Math.max(...(await pingsOf(page, 'steady', 20)))).toBeGreaterThan(150);

  // From the twelfth second on the lab serves them by turns.
  await runTo(page, 15 * S);
  await expect(panel).toContainText(say('port.choice.kind.weighted'));
  expect(Math.max(...(await pingsOf(page, 'steady', 8)))).toBeLessThan(10);

  // A limit of four of the ten megabits, which is what leaves.
  await panel.getByRole('button', { name: say('port.edit') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(say('port.field.shape.bitsPerSecond'), { exact: true }).fill('4');
  await dialog.getByRole('button', { name: say('port.set'), exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await runTo(page, 18 * S);
  await expect(panel).toContainText('limit 4');
  // The panel says the rate of its last question, which may be from before the limit.
  await expect
    .poll(async () => Math.abs((await saysOf(panel, say('port.rate'), 'Mbit/s')) - 4))
    .toBeLessThan(0.2);
});

test('CoDel is set before a wire that is a little too slow, and what waits waits no longer', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  // The lab of the gallery, whose senders are less above what the wire carries: datagrams that are lost make nobody slower.
  const { commands, ...lab } = bufferbloat({ linux: false });
  const slower = commands.map((command) => JSON.parse(JSON.stringify(command).replace('2400', '1200')));
  await open(page, `${sites.isolated.url}#${linkOf({ ...lab, commands: slower })}`, 4);
  await standStill(page);
  await runTo(page, 9 * S);
  const panel = await panelOf(page, 'fifo');
  await expect.poll(() => saysOf(panel, say('port.delay'), 'ms')).toBeGreaterThan(190);

  await panel.getByRole('button', { name: say('port.edit') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(say('port.field.discipline.kind')).selectOption('codel');
  await dialog.getByRole('button', { name: say('port.set'), exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await runTo(page, 15 * S);
  await expect(panel).toContainText('CoDel');
  await expect.poll(() => saysOf(panel, say('port.delay'), 'ms')).toBeLessThan(25);
  expect(Math.max(...(await pingsOf(page, 'to-fifo', 2)))).toBeLessThan(40);
});
