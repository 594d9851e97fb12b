/** The machine page: the lab stops where a person says, goes on by one instruction or exit, and no guest sees anything of it. */
import axe from 'axe-core';
import type { Locator, Page } from 'playwright/test';
import { NS_PER_S } from '../src/base/virtual-time.ts';
import { findingsInBothSchemes } from './axe.ts';
import { expect, test } from './fixtures.ts';
import {
  hashesOf,
  later,
  open,
  openHostPage,
  openVmPage,
  press,
  prompts,
  runTo,
  setRate,
  typeLine,
  typeUnseen,
} from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

const TEACH = { host: 0, vm: 'teach-1' } as const;
/** In the teaching kernel: into it from a process, and out again. */
const TRAP_FROM_USER = '0xffffffc080005726';
const LEAVE_KERNEL = '0xffffffc0800056e8';

/** As the page groups digits. */
function grouped(address: string): string {
  return `0x${address.slice(2).replaceAll(/\B(?=(.{4})+$)/g, ' ')}`;
}
function hexIn(text: string | null): string {
  const [, digits = ''] = /0x([0-9a-f ]+)/.exec(text ?? '') ?? [];
  return `0x${digits.replaceAll(' ', '')}`;
}

function listing(page: Page): Locator {
  return page.getByRole('grid', { name: 'Instructions of the page' });
}

async function showMachine(page: Page): Promise<void> {
  await openHostPage(page, 'host-1', 'Machine');
  await expect(listing(page)).toBeVisible();
}

/** Makes the shell of `teach-1` work for ever, and shows the machine. */
async function atWork(page: Page, url: string): Promise<void> {
  await open(page, `${url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  await openVmPage(page, 'teach-1', 'Overview');
  await typeLine(page, 'teach-1', 'cpu 100');
  await showMachine(page);
}

async function goTo(page: Page, address: string): Promise<Locator> {
  await page.getByRole('combobox', { name: 'Address or name', exact: true }).fill(address);
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  const row = listing(page).locator(`tr[data-address="${address}"]`);
  await expect(row).toBeVisible();
  return row;
}

/** What the page says of the vCPU. */
async function shown(page: Page): Promise<{ pc: string; retired: number }> {
  const pc = hexIn(await page.getByTestId('pc').textContent());
  const retired = (await page.getByText(/instructions? retired$/).textContent()) ?? '';
  return { pc, retired: Number(retired.replaceAll(/\D/g, '')) };
}

/** Expects that the lab stands at an address, and that every place of the page says so. */
async function standsAt(page: Page, address: string): Promise<void> {
  await expect(page.getByTestId('pc')).toHaveText(`pc ${grouped(address)}`);
  await expect(listing(page).locator('tr[aria-current="true"]')).toHaveAttribute('data-address', address);
  await expect(page.getByRole('banner').getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Follow pc' })).toBeChecked();
}

/** Does something that makes one step, and waits until the page shows what came of it. */
async function stepped(page: Page, action: () => Promise<void>): Promise<{ pc: string; retired: number }> {
  const stop = page.getByTestId('stop');
  const before = await stop.textContent();
  await action();
  await expect(stop).not.toHaveText(before ?? '');
  const { pc = '' } = await page.evaluate(async (ref) => {
    const answer = await globalThis.virtlab.ask(ref.host, 'code', { vm: ref.vm });
    return answer.ok ? { pc: answer.value.value.pc } : {};
  }, TEACH);
  await expect(page.getByTestId('pc')).toHaveText(`pc ${grouped(pc)}`);
  return shown(page);
}

test('the kernel stops at a breakpoint, every page says so, and steps go where the listing leads', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await atWork(page, sites.isolated.url);
  const row = await goTo(page, TRAP_FROM_USER);
  await expect(listing(page).getByText('trap_from_user:', { exact: true })).toBeVisible();
  await row.getByRole('button', { name: `Breakpoint at ${grouped(TRAP_FROM_USER)}` }).click();
  const list = page.getByRole('region', { name: 'Breakpoints' });
  await expect(list.getByRole('listitem')).toContainText(`teach-1 ${grouped(TRAP_FROM_USER)}`);
  await standsAt(page, TRAP_FROM_USER);

  // Elsewhere too, with the way back.
  const words = `Stopped at a breakpoint: teach-1, vCPU 0, before ${grouped(TRAP_FROM_USER)}.`;
  const bar = page.getByRole('status').filter({ hasText: 'Stopped at a breakpoint' });
  await expect(bar).toContainText(words);
  await expect(page.getByTestId('stop')).toContainText(words);
  await page.getByRole('button', { name: 'Charts', exact: true }).click();
  await expect(bar).toContainText(words);
  await expect(page.getByRole('banner')).toContainText('at a breakpoint');
  await bar.getByRole('button', { name: 'Show the code' }).click();
  await standsAt(page, TRAP_FROM_USER);

  // Going on comes back to it; without it, the guest runs.
  await list.getByRole('button', { name: /^Remove breakpoint/ }).click();
  await expect(list.getByRole('listitem')).toHaveCount(0);

  let last = await shown(page);
  let followed = 0;
  for (let n = 0; n < 12; n++) {
    const next = await page.evaluate(
      async ({ ref, pc }) => {
        const answer = await globalThis.virtlab.ask(ref.host, 'code', { vm: ref.vm });
        if (!answer.ok) throw new Error(answer.error.code);
        const { lines } = answer.value.value;
        const at = lines.findIndex(({ address }) => address === pc);
        const line = lines[at];
        const isReturn = line?.text.startsWith('jalr') === true && line.target === undefined;
        return isReturn ? [] : [line?.target, lines[at + 1]?.address].filter((each) => each !== undefined);
      },
      { ref: TEACH, pc: last.pc },
    );
    const now = await stepped(page, () => page.keyboard.press('F9'));
    expect(now.retired, 'one instruction').toBe(last.retired + 1);
    if (next.length > 0) {
      expect(next, `after ${last.pc}`).toContain(now.pc);
      followed += 1;
    }
    last = now;
  }
  expect(followed).toBeGreaterThan(8);

  // One back, and forward again, is where it was.
  const before = await stepped(page, () => page.keyboard.press('F7'));
  expect(before.retired).toBe(last.retired - 1);
  expect(await stepped(page, () => page.keyboard.press('F9'))).toEqual(last);

  // To the next exit, and to the next boundary of quanta.
  await stepped(page, () => page.keyboard.press('Shift+F9'));
  await expect(page.getByTestId('stop')).toHaveText(/^Exit: teach-1, vCPU 0, .+; it goes on at 0x/);
  const { stop } = await page.evaluate(() => globalThis.virtlab.status());
  expect(stop).toMatchObject({ kind: 'step', vm: 'teach-1', vcpu: 0 });
  expect(stop?.reason).toBeTruthy();
  await page.getByRole('button', { name: 'Quantum' }).click();
  await expect(page.getByTestId('stop')).toHaveText(/^The lab is paused\./);
});

test('a run to an address arrives there, and a cause of exits stops the lab', async ({ sites, visit }) => {
  const page = await visit();
  await atWork(page, sites.isolated.url);
  const row = await goTo(page, LEAVE_KERNEL);
  await row.locator('td').nth(3).click();
  await page
    .getByRole('toolbar', { name: 'Selected instruction' })
    .getByRole('button', { name: 'Run to here' })
    .click();
  await standsAt(page, LEAVE_KERNEL);
  await expect(page.getByTestId('stop')).toContainText('Arrived where it was to run to: teach-1, vCPU 0');

  // Every cause that there is can be chosen.
  const causes = page.getByLabel('Cause of exits of teach-1');
  const machine = await page.evaluate(() => globalThis.virtlab.calls.ask(0, 'machine', {}));
  await expect(causes.locator('option')).toHaveCount(machine.ok ? machine.value.value.exits.length : 0);
  await causes.selectOption({ label: 'end of the time slice' });
  await page.getByRole('button', { name: 'Stop at this exit' }).click();
  await expect(page.getByRole('region', { name: 'Breakpoints' }).getByRole('listitem')).toHaveText(
    'teach-1 on exit: end of the time slice',
  );
  await press(page, 'Run');
  await expect(page.getByTestId('stop')).toContainText(
    'Stopped at an exit: teach-1, vCPU 0, end of the time slice',
  );
  const { stop } = await page.evaluate(() => globalThis.virtlab.status());
  expect(stop).toMatchObject({ kind: 'exit', reason: 'timer' });
});

test('the keyboard alone sets a breakpoint in the listing, and what cannot be is said', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await atWork(page, sites.isolated.url);
  await press(page, 'Pause');
  await goTo(page, TRAP_FROM_USER);
  await listing(page).focus();
  await page.keyboard.press('ArrowDown');
  const selected = listing(page).locator('tr[aria-selected="true"]');
  const address = (await selected.getAttribute('data-address')) ?? '';
  expect(BigInt(address)).toBeGreaterThan(BigInt(TRAP_FROM_USER));
  await expect(listing(page)).toHaveAttribute(
    'aria-activedescendant',
    (await selected.getAttribute('id')) ?? '-',
  );
  await page.keyboard.press('Space');
  await expect(selected.getByRole('button', { name: /^Breakpoint at/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('Space');
  await expect(selected.getByRole('button', { name: /^Breakpoint at/ })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
  await page.keyboard.press('End');
  await expect(listing(page).locator('tr[data-address="0xffffffc080005ffe"]')).toBeVisible();

  await page.getByRole('combobox', { name: 'Address or name', exact: true }).fill('main');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(listing(page).getByText('main:', { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Address or name', exact: true }).fill('mian');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(page.getByText('Nothing in the image of this VM is called “mian”.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Address or name', exact: true }).fill('0x7777777000');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(page.getByText('Nothing to execute at 0x0077 7777 7000')).toBeVisible();
  await page.getByRole('switch', { name: 'Follow pc' }).click();
  await expect(listing(page)).toBeVisible();

  // A VM that is paused by itself cannot go on, and says why.
  await page.evaluate(
    ({ vm }) => globalThis.virtlab.calls.command(0, { op: 'vm.pause', args: { vm } }),
    TEACH,
  );
  await page.keyboard.press('F9');
  const messages = page.getByRole('region', { name: 'Messages' });
  await expect(messages).toContainText('teach-1 is paused: it cannot do this now.');
});

test('what a busy guest does is in the figures: translated code, speed, walks, exits', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await atWork(page, sites.isolated.url);
  await setRate(page, 'max');
  const cell = page.getByTestId('harts').locator('tbody tr').first().locator('td');
  await expect(cell.nth(1)).toHaveText('teach-1, vCPU 0');
  await expect
    .poll(async () => Number.parseFloat((await cell.nth(3).textContent()) ?? ''))
    .toBeGreaterThan(50);
  // A rate is that between two answers of the machine.
  await expect(cell.nth(2)).toHaveText(/^\d[\d.,]* [MG]$/);
  const speed = (await cell.nth(2).textContent()) ?? '';
  console.log(
    `  a busy guest: ${speed} instructions per second, ${await cell.nth(3).textContent()} translated`,
  );
  // It computes, and hardly walks or traps: what else takes time is said.
  expect(Number.parseFloat((await cell.nth(5).textContent()) ?? '')).toBeLessThan(10);
  const costs = page.getByTestId('costs').locator('tr').filter({ hasText: 'page-table entry' });
  await expect(costs).toContainText('50 ns');
  await expect(page.getByRole('figure').first()).toBeVisible();
  await expect(page.locator('figure canvas').first()).toBeVisible();
  // Heat where it works, in code that is translated.
  const hot = listing(page).locator('tr[data-state="translated"]').filter({ hasText: '%' });
  await expect.poll(() => hot.count()).toBeGreaterThan(0);
  // The numbers are the machine's: once it stands, sums are those of its counters.
  await press(page, 'Pause');
  await expect(page.getByRole('banner').getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  const machine = await page.evaluate(() => globalThis.virtlab.calls.ask(0, 'machine', {}));
  if (!machine.ok) throw new Error(machine.error.code);
  const { exits, translator } = machine.value.value;
  const total = exits.find(({ reason }) => reason === 'timer')?.count ?? 0;
  const row = page.getByTestId('exits').locator('tr', { hasText: 'end of the time slice' });
  await expect(row.locator('td').last()).toHaveText(total < 10_000 ? total.toLocaleString('en-GB') : /k$/);
  await expect(page.getByText('Regions translated so far').locator('xpath=..')).toContainText(
    translator.regions.toLocaleString('en-GB'),
  );
});

test('a run that was stopped and stepped ends in the state of one that was not', async ({ sites, visit }) => {
  const address = `${sites.isolated.url}?lab=busy-neighbour`;
  const page = await visit();
  await open(page, address, 3);
  await showMachine(page);
  const vm = 'busy';
  await page.getByLabel('vCPU', { exact: true }).selectOption({ label: `${vm}, vCPU 0` });
  for (const key of ['F9', 'F9', 'F9', 'Shift+F9', 'F9', 'Control+F9', 'F9', 'Shift+F9']) {
    const before = await page.evaluate(() => JSON.stringify(globalThis.virtlab.status()));
    await page.keyboard.press(key);
    await expect
      .poll(() => page.evaluate(() => JSON.stringify(globalThis.virtlab.status())))
      .not.toBe(before);
  }
  // A breakpoint on what the guest does all the time, a few times over.
  await page.getByLabel(`Cause of exits of ${vm}`).selectOption({ label: 'end of the time slice' });
  await page.getByRole('button', { name: 'Stop at this exit' }).click();
  await expect(page.getByRole('region', { name: 'Breakpoints' }).getByRole('listitem')).toHaveCount(1);
  for (let n = 0; n < 3; n++) {
    await press(page, 'Run');
    await expect(page.getByTestId('stop')).toContainText('Stopped at an exit');
  }
  await page.getByRole('button', { name: /^Remove breakpoint/ }).click();
  await expect(page.getByRole('region', { name: 'Breakpoints' }).getByRole('listitem')).toHaveCount(0);
  const until = await later(page, 5 * NS_PER_S);
  await runTo(page, until);
  const stepped = await hashesOf(page);
  await page.close();

  const plain = await visit();
  await open(plain, address, 3);
  await runTo(plain, until);
  expect(stepped).toEqual(await hashesOf(plain));
});

test('axe finds nothing while the lab stands at a breakpoint, light or dark', async ({ sites, visit }) => {
  const page = await visit();
  await page.addInitScript(axe.source);
  await atWork(page, sites.isolated.url);
  const row = await goTo(page, TRAP_FROM_USER);
  await row.getByRole('button', { name: /^Breakpoint at/ }).click();
  await standsAt(page, TRAP_FROM_USER);
  await page.getByRole('button', { name: 'Stop at this exit' }).click();
  await expect(page.getByRole('region', { name: 'Breakpoints' }).getByRole('listitem')).toHaveCount(2);
  await listing(page).focus();
  await page.keyboard.press('ArrowDown');
  expect(await findingsInBothSchemes(page)).toEqual([]);
});

test('a part of a name is enough: the list completes it for code and for running there, and registers name what they point at', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await atWork(page, sites.isolated.url);
  const place = page
    .getByRole('combobox', { name: 'Address or name', exact: true })
    .or(page.getByPlaceholder('Address or name', { exact: true }));
  await place.fill('trap_from');
  await page.getByRole('option', { name: 'trap_from_user', exact: true }).click();
  await page.getByRole('button', { name: 'Run to it' }).click();
  await standsAt(page, TRAP_FROM_USER);
  await expect(listing(page).getByText('trap_from_user:', { exact: true })).toBeVisible();

  await openVmPage(page, 'teach-1', 'Registers');
  const link = page.getByRole('main').getByRole('button', { name: 'trap_from_user', exact: true }).first();
  await link.click();
  await expect(page).toHaveURL(new RegExp(`at=${TRAP_FROM_USER}`));
  await expect(listing(page).locator(`tr[data-address="${TRAP_FROM_USER}"]`)).toBeVisible();
});

test('a step of a vCPU that waits says for what, and passes no time; one can wait with it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  await showMachine(page);
  const timeOf = (): Promise<number> => page.evaluate(() => globalThis.virtlab.status().virtualNs);
  await page.keyboard.press('F8');
  // Whether the shell waits already at this instant is the guest's affair.
  await expect(async () => {
    await page.keyboard.press('Control+F9');
    await expect(page.getByTestId('wait')).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByTestId('wait')).toContainText('vCPU 0 of teach-1 waits for');

  const before = await timeOf();
  const { retired } = await shown(page);
  await page.keyboard.press('F9');
  const bar = page.getByRole('status').filter({ hasText: 'waits for' });
  await expect(bar).toContainText('No time has passed.');
  await page.keyboard.press('Shift+F9');
  await expect(bar).toBeVisible();
  expect(await timeOf()).toBe(before);

  // Typed keys wake it.
  await typeUnseen(page, 'teach-1', '\n');
  await bar.getByRole('button', { name: 'To its next instruction' }).click();
  await expect(page.getByTestId('stop')).toContainText('One instruction further');
  await expect(bar).toHaveCount(0);
  await expect.poll(async () => (await shown(page)).retired).toBe(retired + 1);
  expect(await timeOf()).toBeGreaterThanOrEqual(before);
});
