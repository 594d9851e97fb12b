/** Somebody opens the page: what runs, and that it answers. How soon is printed: three seconds is the goal on a machine at rest. */
import type { Page } from 'playwright/test';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import {
  badges,
  labRuns,
  nodes,
  open,
  prompts,
  says,
  selectVm,
  setRate,
  terminal,
  typeLine,
} from './lab-page.ts';

const VMS = HAS_LINUX
  ? ['teach-1', 'teach-2', 'linux-3', 'linux-4']
  : ['teach-1', 'teach-2', 'teach-3', 'teach-4'];

function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('domcontentloaded', () => {
    loads += 1;
  });
  return () => loads;
}

test('a first visit shows four running machines after its one reload', async ({ sites, visit }) => {
  const page = await visit({ firstVisit: true, keepsSite: true });
  const loads = countLoads(page);
  const start = performance.now();
  await page.goto(sites.plain.url, { waitUntil: 'commit' });
  await labRuns(page);
  await expect(badges(nodes(page, 'vm'), 'running')).toHaveCount(4);
  const took = performance.now() - start;
  console.log(`  first visit, reload included: ${Math.round(took)} ms until four VMs run`);
  expect(loads(), 'the page and its one reload').toBe(2);
  expect(await page.evaluate(() => crossOriginIsolated), 'isolated by the service worker').toBe(true);

  const clock = page.getByTitle('Virtual time of the lab');
  const before = await clock.textContent();
  await expect(clock).not.toHaveText(before ?? '');
  await expect(page.getByRole('dialog', { name: 'Tour' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Tour' })).toBeHidden();

  const again = performance.now();
  await page.goto(sites.plain.url, { waitUntil: 'commit' });
  await labRuns(page);
  console.log(`  second visit: ${Math.round(performance.now() - again)} ms`);
  expect(loads(), 'a second visit reloads nothing').toBe(3);
  await expect(page.getByRole('dialog', { name: 'Tour' })).toBeHidden();
});

test('each of the four consoles answers what is typed', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, sites.isolated.url);
  for (const vm of VMS) {
    await selectVm(page, vm);
    const isLinux = vm.startsWith('linux');
    await prompts(page, vm);
    await typeLine(page, vm, isLinux ? `echo $((6*7)) on $(hostname)` : 'mem');
    // What a person sees: the cells of the terminal, not the bytes behind them.
    await expect(terminal(page, vm).locator('.xterm-rows')).toContainText(
      isLinux ? `42 on ${vm}` : /\d+ KiB/,
    );
    if (isLinux) continue;
    await typeLine(page, vm, 'ps');
    await expect(terminal(page, vm).locator('.xterm-rows')).toContainText('running');
  }
});

test('two machines ping each other, and the ports of the switch count it', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, sites.isolated.url);
  const [from, to] = [VMS[2]!, VMS[3]!];
  await selectVm(page, from);
  await prompts(page, to);
  await prompts(page, from);
  const countsOf = async (): Promise<Map<string, { sent: number; received: number }>> => {
    await nodes(page, 'switch').click();
    const rows = page.getByRole('region', { name: 'Ports' }).locator('tbody tr');
    await expect(rows).toHaveCount(4);
    const texts = await rows.evaluateAll((all) =>
      all.map((row) => ({
        vm: row.children[1]?.textContent ?? '',
        received: Number.parseInt(row.children[3]?.getAttribute('title') ?? '', 10),
        sent: Number.parseInt(row.children[4]?.getAttribute('title') ?? '', 10),
      })),
    );
    return new Map(texts.map(({ vm, sent, received }) => [vm, { sent, received }]));
  };
  const before = await countsOf();
  await selectVm(page, from);
  await typeLine(page, from, HAS_LINUX ? 'ping -c 3 -i 0.2 10.0.0.4' : 'ping 10.0.0.4 3 200');
  await says(page, from, HAS_LINUX ? /3 packets received, 0% packet loss/ : /3 received, 0 % lost/);
  const after = await countsOf();
  for (const vm of [from, to])
    for (const way of ['sent', 'received'] as const)
      expect(
        after.get(vm)![way] - before.get(vm)![way],
        `${way} at the port of ${vm}`,
      ).toBeGreaterThanOrEqual(3);
});

test('Linux goes from start to its prompt at speed max', async ({ sites, visit }) => {
  test.skip(!HAS_LINUX, 'no Linux images');
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  // Alone on its host, as a person who wants to see it boot would have it.
  for (const vm of ['steady', 'busy', 'idle'])
    await page.evaluate(
      (name) => globalThis.virtlab.calls.command(0, { op: 'vm.pause', args: { vm: name } }),
      vm,
    );
  await setRate(page, 'max');
  await page.getByRole('button', { name: 'New VM' }).click();
  const dialog = page.getByRole('dialog', { name: 'New VM' });
  await dialog.getByLabel('Name').fill('linux-9');
  await dialog.getByLabel('Kernel', { exact: true }).selectOption('builtin:linux-tiny');
  await expect(dialog.getByLabel('Memory', { exact: true })).toHaveValue('32 MiB');
  const start = performance.now();
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await says(page, 'linux-9', 'linux-9:~# ');
  const took = performance.now() - start;
  console.log(
    `  Linux tiny, from the click to the prompt at max, images fetched too: ${Math.round(took)} ms`,
  );
});
