/** Consoles: one size for guest and panel, and what a person meant arrives, however it was typed. */
import type { Page } from 'playwright/test';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import {
  chooseFromConsole,
  consoleText,
  open,
  prompts,
  says,
  selectVm,
  terminal,
  typeLine,
} from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What the guest knows of its terminal, and how often it was told. */
function sizeOf(page: Page, vm: string): Promise<Size> {
  return page.evaluate((name) => {
    const vms = globalThis.virtlab.lab()!.hosts.flatMap((host) => host.vms);
    return vms.find(({ spec }) => spec.name === name)!.terminal;
  }, vm);
}

/** What stands in the row of the cursor. */
function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}

/** A soft keyboard, as it is seen by a page: a key without a name, then a field that has changed. */
async function softly(page: Page, vm: string, text: string, caret = text.length): Promise<void> {
  await terminal(page, vm)
    .locator('textarea')
    .evaluate(
      (field: HTMLTextAreaElement, [value, at]) => {
        const key = { key: 'Unidentified', keyCode: 229, bubbles: true, cancelable: true };
        field.dispatchEvent(new KeyboardEvent('keydown', key));
        field.value = value;
        field.setSelectionRange(at, at);
        field.dispatchEvent(new InputEvent('input', { inputType: 'insertText', bubbles: true }));
        field.dispatchEvent(new KeyboardEvent('keyup', key));
      },
      [text, caret] as const,
    );
}

test('a Linux draws for the panel that one types into, and is told nothing by who merely looks', async ({
  sites,
  visit,
}) => {
  test.skip(!HAS_LINUX, 'no Linux images');
  const page = await visit();
  await open(page, sites.isolated.url);
  await prompts(page, 'linux-3');
  await selectVm(page, 'linux-3');
  // Looking changes nothing.
  expect(await sizeOf(page, 'linux-3')).toMatchObject({ columns: 80, rows: 25 });
  await typeLine(page, 'linux-3', 'stty size');
  await expect.poll(async () => (await sizeOf(page, 'linux-3')).columns).not.toBe(80);
  await typeLine(page, 'linux-3', 'stty size');
  const { columns, rows } = await sizeOf(page, 'linux-3');
  await says(page, 'linux-3', `${rows} ${columns}`);
  await chooseFromConsole(page, 'linux-3', 'Larger letters');
  await typeLine(page, 'linux-3', 'stty size');
  await expect.poll(async () => (await sizeOf(page, 'linux-3')).columns).toBeLessThan(columns);
});

test('what a soft keyboard does to its text arrives as it was meant', async ({ sites, visit }) => {
  const page = await visit({ phone: true });
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=vm&host=0&vm=idle`, 3);
  await prompts(page, 'idle');
  await terminal(page, 'idle').click();
  const line = async (): Promise<string> => lastLine(await screen(page, 'idle'));
  await softly(page, 'idle', 'echo');
  await softly(page, 'idle', 'echo me');
  await expect.poll(line).toBe('idle$ echo me');
  await softly(page, 'idle', 'echo xme', 6);
  await expect.poll(line).toBe('idle$ echo xme');
  await softly(page, 'idle', 'echo xyz');
  await expect.poll(line).toBe('idle$ echo xyz');
  await softly(page, 'idle', 'echo ');
  await expect.poll(line).toBe('idle$ echo');
  await softly(page, 'idle', 'echo done\n');
  await says(page, 'idle', /\ndone/);
});

test('held keys and arrows of a phone are typed', async ({ sites, visit }) => {
  const page = await visit({ phone: true });
  await open(page, `${sites.isolated.url}?lab=busy-neighbour&view=vm&host=0&vm=idle`, 3);
  await prompts(page, 'idle');
  const keys = page.locator('[data-vm="idle"]');
  await terminal(page, 'idle').click();
  await page.evaluate(() => {
    const typed: string[] = [];
    Object.assign(globalThis, { typed });
    const stream = globalThis.virtlab.console(0, 'idle');
    const type = stream.type.bind(stream);
    stream.type = (text) => {
      typed.push(text);
      return type(text);
    };
  });
  await keys.getByRole('button', { name: 'Ctrl', exact: true }).click();
  await softly(page, 'idle', 'u');
  await keys.getByRole('button', { name: 'Alt', exact: true }).click();
  await softly(page, 'idle', 'b');
  await keys.getByRole('button', { name: '←' }).click();
  await keys.getByRole('button', { name: 'Esc' }).click();
  const typed = await page.evaluate(() => (globalThis as unknown as { typed: string[] }).typed);
  expect(typed).toEqual(['\u0015', '\u001bb', '\u001b[D', '\u001b']);
});

test('consoles stand side by side below any view; what they said is found and copied', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  for (const vm of ['idle', 'steady']) {
    await prompts(page, vm);
    await selectVm(page, vm);
    await chooseFromConsole(page, vm, 'Keep in sight');
  }
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Charts' }).click();
  const dock = page.getByRole('complementary', { name: 'Consoles' });
  await expect(dock.locator('[data-terminal]')).toHaveCount(2);
  await dock.locator('[data-vm="idle"] [data-terminal]').click();
  await page.keyboard.type('echo needle-1');
  await page.keyboard.press('Enter');
  await says(page, 'idle', /\nneedle-1/);
  await chooseFromConsole(page, 'idle', 'Copy all', dock);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/needle-1\nidle\$\n$/);
  await chooseFromConsole(page, 'idle', 'Search', dock);
  await page.keyboard.type('needle');
  await expect(dock.getByText('1 of 2')).toBeVisible();
  await dock.getByRole('button', { name: 'Take the console of idle away' }).click();
  await expect(dock.locator('[data-terminal]')).toHaveCount(1);
});

/** What the console shows, by the rules of a line editor that deletes. */
async function screen(page: Page, vm: string): Promise<string> {
  const text = await consoleText(page, vm);
  let shown = '';
  for (const character of text)
    if (character === '\b') shown = shown.slice(0, -1);
    else if (character !== '\r') shown += character;
  return shown.replace(/ +$/, '');
}

test('a console in a window of its own is the same console, with the same colours, and goes with the page', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  await selectVm(page, 'teach-1');
  const choose = async (item: string): Promise<void> => {
    await page.getByRole('button', { name: 'Console menu of teach-1' }).first().click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const opening = page.waitForEvent('popup');
  await choose('In a window of its own');
  const own = await opening;
  await expect(own).toHaveTitle('teach-1 · virtlab');
  await expect(own.getByRole('navigation')).toHaveCount(0);
  await expect(own.locator('.xterm-rows')).toContainText('teach-1$');
  await own.locator('[data-terminal]').click();
  await own.keyboard.type('echo from-afar');
  await own.keyboard.press('Enter');
  await says(page, 'teach-1', /\nfrom-afar/);
  await expect(own.locator('.xterm-rows')).toContainText('from-afar');
  await page.getByRole('banner').getByRole('button', { name: 'Dark colours' }).click();
  await expect(own.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');

  // It closes from the page, or goes with it.
  const closed = own.waitForEvent('close');
  await choose('Close its own window');
  await closed;
  const again = page.waitForEvent('popup');
  await choose('In a window of its own');
  const second = await again;
  await expect(second.locator('.xterm-rows')).toContainText('from-afar');
  const gone = second.waitForEvent('close');
  await page.reload();
  await gone;
});

test('a browser that allows no windows is said to', async ({ sites, visit }) => {
  const page = await visit();
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await selectVm(page, 'teach-1');
  await page.getByRole('button', { name: 'Console menu of teach-1' }).first().click();
  await page.getByRole('menuitem', { name: 'In a window of its own' }).click();
  await expect(page.getByText('The browser allows no window here')).toBeVisible();
});
