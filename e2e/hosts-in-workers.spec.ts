/** Hosts of a lab run in workers of their own: the page shows them as it shows one, and the lab is the same, bit for bit. */
import type { Page, Worker } from 'playwright/test';
import { NS_PER_MS } from '../src/base/virtual-time.ts';
import { rowOfHosts } from '../src/lab/fixtures/row-of-hosts.ts';
import { encodeLink } from '../src/lab/link.ts';
import { expect, test } from './fixtures.ts';
import {
  consoleText,
  labRuns,
  later,
  open,
  openHostPage,
  openVmPage,
  press,
  prompts,
  runTo,
  says,
  selectVm,
  sharedLink,
  typeLine,
} from './lab-page.ts';
import { expectSameOnNode } from './same-on-node.ts';

/** Two hosts, `left` and `middle`, each with a VM; those hear each other over a link. */
const TWO_HOSTS = fragmentOf(5 * NS_PER_MS);

function fragmentOf(delayNs: number): string {
  const link = encodeLink(rowOfHosts(2, delayNs));
  if (!link.ok) throw new Error(link.error.code);
  return link.value;
}

/** Workers of hosts that the page has now: those that are not the lab's, by the name that each was started with. */
async function hostWorkers(page: Page): Promise<Worker[]> {
  const named = page
    .workers()
    .map(async (worker) => ({ worker, name: await worker.evaluate(() => self.name).catch(() => '') }));
  return (await Promise.all(named)).filter(({ name }) => name === 'host').map(({ worker }) => worker);
}

test('two hosts run in two workers, that of the lab and one more; consoles, frames, curves, steps and commands are those of each', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${TWO_HOSTS}`, 2);
  expect(await hostWorkers(page)).toHaveLength(1);
  expect(await page.evaluate(() => globalThis.virtlab.shared)).toBe(true);
  for (const vm of ['vm-left', 'vm-middle']) await prompts(page, vm);
  await selectVm(page, 'vm-middle');
  await typeLine(page, 'vm-middle', 'ping 10.0.0.1 2');
  await says(page, 'vm-middle', /2 received, 0 % lost/);

  // The view of the second host is filled by its own worker.
  await openVmPage(page, 'vm-middle');
  await typeLine(page, 'vm-middle', 'cpu 100');
  const cpu = page.getByRole('figure').filter({ hasText: 'CPU' }).first();
  await expect(cpu.getByTestId('now')).toHaveText(/^(?:9\d|100)/);
  const frames = (host: number): Promise<number> =>
    page.evaluate(
      (index) => globalThis.virtlab.view(index)!.states.filter((state) => state !== 0).length,
      host,
    );
  expect(await frames(1)).toBeGreaterThan(20);
  await openHostPage(page, 'middle', 'Memory');
  const totals = page.getByRole('table', { name: 'Totals by owner and state' });
  await expect(totals).toContainText('vm-middle');
  await expect(totals).not.toContainText('vm-left');

  // Its debugger stops the whole lab.
  await openHostPage(page, 'middle', 'Machine');
  await press(page, 'Pause');
  const step = await page.evaluate(async () => {
    const { virtlab } = globalThis;
    const retired = async (): Promise<string> => {
      const answer = await virtlab.ask(1, 'registers', { vm: 'vm-middle', vcpu: 0 });
      return answer.ok ? JSON.stringify(answer.value.value) : answer.error.code;
    };
    const before = await retired();
    const done = await virtlab.calls.step(1, 'instruction', { vm: 'vm-middle', vcpu: 0 });
    return { ok: done.ok, moved: before !== (await retired()) };
  });
  expect(step).toEqual({ ok: true, moved: true });
  await expect(page.getByTestId('stop')).toBeVisible();
  await press(page, 'Run');

  await openVmPage(page, 'vm-middle');
  await page
    .getByRole('toolbar', { name: 'Actions for vm-middle' })
    .getByRole('button', { name: 'Pause' })
    .click();
  await page.waitForFunction(() => globalThis.virtlab.lab()?.hosts[1]?.vms[0]?.state === 'paused');
  const end = await later(page, 500 * NS_PER_MS);
  await runTo(page, end);
  await expectSameOnNode(page, await sharedLink(page, 'start'), end);
});

test('without shared memory, and behind a service worker, the hashes are the same', async ({
  sites,
  visit,
}) => {
  const fragment = fragmentOf(0.5 * NS_PER_MS);

  const plain = await visit({ keepsSite: true });
  await open(plain, `${sites.plain.url}#${fragment}`, 2);
  await expect.poll(() => plain.evaluate(() => globalThis.virtlab.shared)).toBe(true);
  expect(await hostWorkers(plain)).toHaveLength(1);
  const end = await later(plain, 1000 * NS_PER_MS);
  await runTo(plain, end);
  await expectSameOnNode(plain, fragment, end);

  const course = await visit({ keepsSite: true });
  await course.goto(`${sites.frame.url}?${encodeURIComponent(`${sites.plain.url}#${fragment}`)}`);
  const frame = course.frames()[1]!;
  await labRuns(frame, 2);
  expect(await frame.evaluate(() => globalThis.virtlab.shared)).toBe(false);
  expect(await hostWorkers(course)).toHaveLength(1);
  const endOfFrame = await later(frame, 1000 * NS_PER_MS);
  await runTo(frame, endOfFrame);
  await expectSameOnNode(frame, fragment, endOfFrame);
  // What the page draws comes in patches here.
  const states = await frame.evaluate(() => {
    globalThis.virtlab.readViews();
    return [0, 1].map((host) => globalThis.virtlab.view(host)!.states.filter((state) => state !== 0).length);
  });
  for (const used of states) expect(used).toBeGreaterThan(20);
});

test('a lab of one host has no worker more, and a lab that is closed leaves none', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 1);
  expect(page.workers()).toHaveLength(1);
  await page.evaluate(async (text) => {
    const { virtlab } = globalThis;
    const speed = { running: true, rate: 1 } as const;
    for (let times = 0; times < 3; times++) {
      const opened = await virtlab.open({ kind: 'link', text }, speed, () => undefined);
      if (!opened.ok) throw new Error(opened.error.code);
    }
  }, TWO_HOSTS);
  await expect.poll(() => hostWorkers(page)).toHaveLength(1);
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 1);
  expect(page.workers()).toHaveLength(1);
});

test('a host whose worker breaks is started again with its lab, from what is kept', async ({
  guard,
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${TWO_HOSTS}`, 2);
  await prompts(page, 'vm-middle');
  await selectVm(page, 'vm-middle');
  await typeLine(page, 'vm-middle', 'echo before-the-end');
  await says(page, 'vm-middle', /\nbefore-the-end/);
  const at = await page.evaluate(() => globalThis.virtlab.status().virtualNs);
  await page.waitForFunction((ns) => (globalThis.virtlab.keeping().newest?.at ?? 0) >= ns, at);
  const host = (await hostWorkers(page))[0]!;
  await host.evaluate(() => {
    setTimeout(() => {
      throw new Error('broken');
    });
  });
  await page.waitForFunction(() => (globalThis.virtlab.resumed()?.at ?? 0) > 0);
  await labRuns(page, 2);
  expect(await hostWorkers(page)).toHaveLength(1);
  expect(await consoleText(page, 'vm-middle')).toContain('\nbefore-the-end');
  // The browser has reported what was thrown on purpose, and nothing else.
  expect(guard.found.filter((found) => !found.includes('broken'))).toEqual([]);
  guard.found.splice(0);
});
