/**
 * Driving the page as a person does, and the few questions to the lab behind it that the page itself could ask: the
 * client that the page uses stands in `virtlab`.
 */
import { readFile } from 'node:fs/promises';
import type { Download, Frame, Locator, Page } from 'playwright/test';
import { NS_PER_MS } from '../src/base/virtual-time.ts';
import type { LabClient } from '../src/bridge/client/client.ts';
import type { AnswerOf, ArgumentsOf, QuestionId } from '../src/bridge/protocol/answers.ts';
import type { SharedAs } from '../src/bridge/protocol/lab-api.ts';
import { expect } from './fixtures.ts';

declare global {
  /** Inside of the page: its client. */
  var virtlab: LabClient;
}

/** Where a lab is shown: a page, or a frame in one. */
export type Place = Page | Frame;

/** Waits for a lab that is open and runs, with so many VMs switched on. */
export async function labRuns(place: Place, vms = 4): Promise<void> {
  await place.waitForFunction((wanted) => {
    const client = globalThis.virtlab as LabClient | undefined;
    if (document.querySelector('[aria-busy="true"]') !== null) return false;
    const there = client?.lab()?.hosts.flatMap((host) => host.vms) ?? [];
    return there.filter((vm) => vm.state === 'running').length >= wanted && client!.status().virtualNs > 0;
  }, vms);
}

/** Opens an address and waits for its lab. */
export async function open(page: Page, url: string, vms = 4): Promise<void> {
  await page.goto(url);
  await labRuns(page, vms);
}

/** Lets a lab stand where it is. */
export async function standStill(place: Place): Promise<void> {
  await place.evaluate(() => globalThis.virtlab.calls.setSpeed({ running: false, rate: 1 }));
}

/** Opens an address and lets its lab stand once it has run: guests that are busy take a core, and most views are as well looked at without. */
export async function openStill(page: Page, url: string, vms = 4): Promise<void> {
  await open(page, url, vms);
  await page.waitForFunction((ns) => globalThis.virtlab.status().virtualNs > ns, 300e6);
  await standStill(page);
}

/** What the first host of a lab answers; a question that is refused fails. */
export async function ask<Id extends QuestionId>(
  place: Place,
  id: Id,
  args: ArgumentsOf<Id>,
): Promise<AnswerOf<Id>> {
  const answer = await place.evaluate(
    ([question, given]) => globalThis.virtlab.ask<Id>(0, question as Id, given as ArgumentsOf<Id>),
    [id, args] as const,
  );
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.value;
}

/** What goes behind `#` in the link that one would share now. */
export function sharedLink(place: Place, as: SharedAs): Promise<string> {
  return place.evaluate(async (wanted) => {
    const link = await globalThis.virtlab.calls.share(wanted);
    if (!link.ok) throw new Error(link.error.code);
    return link.value.fragment;
  }, as);
}

/** What a button hands out as a file. */
export async function saved(page: Page, button: Locator): Promise<{ download: Download; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { download, bytes: await readFile(await download.path()) };
}

/** Everything that a VM's console has said, on whichever host it is. */
export function consoleText(place: Place, vm: string): Promise<string> {
  return place.evaluate((name) => {
    const { virtlab } = globalThis;
    const hosts = virtlab.lab()?.hosts ?? [];
    const host = hosts.findIndex(({ vms }) => vms.some(({ spec }) => spec.name === name));
    return virtlab.console(Math.max(0, host), name).text();
  }, vm);
}

/** Shows a view of the same lab by its address, as Back and Forward do. */
export async function goTo(page: Page, query: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', `${to}${location.hash}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }, query);
}

/**
 * Turns a switch, by its key: the track lies over the input, so a click must be forced, and a forced one neither waits until the switch can
 * be turned (a card asks how things stand once it is seen) nor finds it where it was while other cards grow.
 */
export async function turn(control: Locator): Promise<void> {
  await control.scrollIntoViewIfNeeded();
  await expect(control).toBeEnabled();
  await control.press('Space');
}

/** Waits until a console has said something. */
export async function says(place: Place, vm: string, what: string | RegExp): Promise<string> {
  const matcher = expect.poll(() => consoleText(place, vm), {
    intervals: [50],
    message: `console of ${vm}`,
  });
  await (typeof what === 'string' ? matcher.toContain(what) : matcher.toMatch(what));
  return consoleText(place, vm);
}

/** Waits until a guest's shell asks for a command. */
export async function prompts(place: Place, vm: string): Promise<void> {
  await says(place, vm, vm.startsWith('linux') ? `${vm}:~# ` : `${vm}$ `);
}

/** The terminal of a VM that is on the screen. */
export function terminal(place: Place, vm: string): Locator {
  return place.locator(`[data-vm="${vm}"] [data-terminal]`);
}

/** Clicks into the terminal of a VM that is on the screen, and types a line. */
export async function typeLine(page: Page, vm: string, line: string, place: Place = page): Promise<void> {
  await terminal(place, vm).click();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/** Types for a VM of the first host without its terminal, which need not be on the screen. */
export async function typeUnseen(place: Place, vm: string, text: string): Promise<void> {
  const answer = await place.evaluate(([to, typed]) => globalThis.virtlab.console(0, to).type(typed), [
    vm,
    text,
  ] as const);
  if (!answer.ok) throw new Error(answer.error.code);
}

/** Chooses from the palette by the keyboard: Enter takes what stands first, which it does a while after it was typed. */
export async function byPalette(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.insertText(name);
  await expect(palette.getByRole('option').first()).toContainText(name, { ignoreCase: true });
  await page.keyboard.press('Enter');
}

/** Nodes of the topology: all of a kind, or the one with a name. */
export function nodes(place: Place, kind: 'vm' | 'switch' | 'host' | 'appliance', name?: string): Locator {
  const all = place.locator(`.react-flow__node-${kind}`);
  return name === undefined ? all : all.and(place.getByRole('group', { name: new RegExp(`^${name}:`) }));
}

/** The states of the VMs, as the nodes of the topology or the page of a VM show them. */
export function badges(place: Page | Locator, state?: string): Locator {
  return place.getByTestId(state === undefined ? /^state-/ : `state-${state}`);
}

/** Drops a file on the page. */
export async function dropFile(page: Page, name: string, bytes: readonly number[] | string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([typeof content === 'string' ? content : new Uint8Array(content)], file));
      return transfer;
    },
    [name, bytes] as const,
  );
  await page.locator('main').dispatchEvent('drop', { dataTransfer });
}

/** Shows a VM beside the topology. */
export async function selectVm(place: Place, vm: string): Promise<void> {
  await place.getByRole('navigation', { name: 'Virtual machines' }).getByRole('button', { name: vm }).click();
  await expect(terminal(place, vm)).toBeVisible();
}

/** Chooses from the menu of a console that is on the screen, and waits until the menu has gone: two at once have the same items. */
export async function chooseFromConsole(
  page: Page,
  vm: string,
  item: string,
  among: Page | Locator = page,
): Promise<void> {
  await among
    .getByRole('button', { name: `Console menu of ${vm}` })
    .first()
    .click();
  await page.getByRole('menuitem', { name: item }).click();
  await expect(page.getByRole('menuitem')).toHaveCount(0);
}

/** Opens a VM's page by the navigation, and one of its tabs. */
export async function openVmPage(page: Page, vm: string, tab?: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: vm }).click();
  await expect(page.getByRole('heading', { level: 2, name: vm })).toBeVisible();
  if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
}

/** Opens a host's page by the navigation, and one of its tabs. */
export async function openHostPage(page: Page, host: string, tab: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: host, exact: true })
    .click();
  await page.getByRole('tab', { name: tab }).click();
}

/** Pauses or runs the whole lab by the header. */
export async function press(page: Page, button: 'Run' | 'Pause'): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: button, exact: true }).click();
}

/** Chooses a speed in the header. */
export async function setRate(page: Page, rate: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'Speed' }).getByText(rate, { exact: true }).click();
}

/**
 * A virtual time that a lab has not reached yet: so much later, at a whole millisecond. The lab stands from here on, until it is told to run
 * there: what the page knows of its time is old on a machine that has other things to do. A page that opens the lab anew must be told to
 * stop there before it has come that far by itself.
 */
export async function later(place: Place, byNs: number): Promise<number> {
  await standStill(place);
  const { at } = await hashesOf(place);
  return Math.ceil((at + byNs) / NS_PER_MS) * NS_PER_MS;
}

/** Runs a lab to a virtual time, where it pauses. */
export async function runTo(place: Place, virtualNs: number): Promise<void> {
  await place.evaluate(async (until) => {
    const { virtlab } = globalThis;
    const now = virtlab.status().virtualNs;
    if (now > until) throw new Error(`the lab is at ${now} already`);
    const answer = await virtlab.runTo(until, () => undefined);
    if (!answer.ok) throw new Error(answer.error.code);
  }, virtualNs);
}

/** Hashes of the hosts of a lab that stands still. */
export async function hashesOf(place: Place): Promise<{ at: number; hosts: readonly string[] }> {
  return place.evaluate(async () => {
    const answer = await globalThis.virtlab.calls.hash();
    if (!answer.ok) throw new Error(answer.error.code);
    return { at: answer.value.at, hosts: answer.value.value.hosts };
  });
}
