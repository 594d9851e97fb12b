/** Registers, stack and memory beside the code of a vCPU. */
import type { Locator, Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';
import { open, press, prompts, typeUnseen } from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

/** The machine view of a VM that stands still in a program that computes. */
async function openBusy(page: Page, url: string): Promise<void> {
  await open(page, `${url}?view=host&host=0&tab=machine&vm=teach-1&vcpu=0${WITHOUT_LINUX}`, 2);
  await prompts(page, 'teach-1');
  await typeUnseen(page, 'teach-1', 'cpu 100\n');
  const registers = page.getByTestId('registers-card');
  await expect(registers.getByRole('button', { name: /^program_cpu/ }).first()).toBeVisible();
  await press(page, 'Pause');
}

/** The value of a register as it stands on the screen. */
async function valueIn(page: Page, name: string): Promise<string> {
  const text = await register(page, name).locator('dd').textContent();
  return text?.match(/0x[0-9a-f ]+/)?.[0].replaceAll(' ', '') ?? '';
}

function register(page: Page, name: string): Locator {
  const all = page.getByTestId('registers-card').locator('dl > div');
  return all.filter({ has: page.locator(`dt:text-is("${name}")`) });
}

test('a register leads to the memory that it points at, and the address names it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openBusy(page, sites.isolated.url);
  const sp = await valueIn(page, 'sp');
  await register(page, 'sp').getByRole('button').first().click();
  expect(new URL(page.url()).searchParams.get('mem')).toBe(sp);
  const memory = page.getByTestId('memory-card');
  await expect(memory.locator('tbody tr')).toHaveCount(32);
  await expect(memory.locator('tr[aria-current="true"] th')).toHaveAttribute(
    'title',
    new RegExp(`${sp.slice(-4)}$`),
  );
  // The stack is the same memory, word by word.
  const first = await page
    .getByTestId('stack-card')
    .locator('tbody tr')
    .first()
    .locator('td')
    .nth(1)
    .textContent();
  const bytes = await memory.locator('tbody tr').first().locator('td').first().textContent();
  const word = BigInt(`0x${(bytes ?? '').trim().split(/\s+/).reverse().join('')}`);
  expect(`0x${word.toString(16)}`).toBe((first ?? '').replaceAll(' ', ''));
});

test('a word of the stack says to which function it returns, and leads there', async ({ sites, visit }) => {
  const page = await visit();
  await openBusy(page, sites.isolated.url);
  const back = page.getByTestId('stack-card').locator('tr[data-kind="return"]').first();
  await expect(back).toContainText(/returns to run_program/);
  await back.getByRole('button', { name: /^run_program/ }).click();
  expect(new URL(page.url()).searchParams.get('at')).toMatch(/^0x1[0-9a-f]{4}$/);
  await expect(page.getByRole('grid')).toContainText('run_program');
});

test('memory is looked at by a name, in the address space that is chosen', async ({ sites, visit }) => {
  const page = await visit();
  await openBusy(page, sites.isolated.url);
  const memory = page.getByTestId('memory-card');
  await memory.getByRole('combobox', { name: 'Address space' }).selectOption('kernel');
  const where = memory.getByRole('combobox', { name: 'Where in memory' });
  await where.fill('asid_bits');
  await page.keyboard.press('Escape');
  await memory.getByRole('button', { name: 'Look' }).click();
  await expect(memory.locator('tr[aria-current="true"]')).toContainText('asid_bits');
  // What is a process's alone is not in the space of the kernel.
  await where.fill('0x10020');
  await page.keyboard.press('Escape');
  await memory.getByRole('button', { name: 'Look' }).click();
  await expect(memory).toContainText('At 0x1 0020 nothing is mapped');
  await memory.getByRole('combobox', { name: 'Address space' }).selectOption('pid:1');
  await expect(memory.locator('tbody tr').first()).toContainText('start');
  await where.fill('no_such_thing');
  await page.keyboard.press('Escape');
  await memory.getByRole('button', { name: 'Look' }).click();
  await expect(memory).toContainText('Nothing in the image of this VM is called');
});

test('a step marks the registers that it has changed', async ({ sites, visit }) => {
  const page = await visit();
  await openBusy(page, sites.isolated.url);
  const marked = page.getByTestId('registers-card').locator('dl > div[data-changed]');
  const steps = page.getByText(/[0-9,]+ instructions retired/).first();
  // A jump or a store changes none; a computation has one that does after a few.
  await expect(async () => {
    const before = await steps.textContent();
    await page.keyboard.press('F9');
    await expect(steps).not.toHaveText(before ?? '');
    // Between the last answer of the running lab and the first of the one that stands still, many have changed.
    await expect.poll(async () => [1, 2, 3].includes(await marked.count()), { timeout: 2000 }).toBe(true);
  }).toPass();
});

test('floating-point registers and CSRs, those of the hypervisor too, are a choice away', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await openBusy(page, sites.isolated.url);
  const card = page.getByTestId('registers-card');
  await card.getByText('CSRs').click();
  await expect(card.getByRole('row', { name: /^hgatp/ })).toContainText('VMID = 1');
  await card.getByText('Floating point').click();
  await expect(card.getByText('fa0')).toBeVisible();
});
