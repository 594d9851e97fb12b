/** The labs of devices in the gallery: each is opened by its address, and followed to what it is there to show. */
import type { Locator, Page } from 'playwright/test';
import { builtinScenario } from '../src/lab/scenarios/builtin.ts';
import { requirement } from '../src/tools/prerequisites.ts';
import { expect, test } from './fixtures.ts';
import { consoleText, open, runTo, says, typeUnseen } from './lab-page.ts';
import { linkOf } from './labs.ts';

const S = 1e9;
const HAS_LINUX = !requirement('linux').skip;

const hurry = (page: Page): Promise<void> =>
  page.evaluate(() => globalThis.virtlab.calls.setSpeed({ running: true, rate: 'max' }));

test('a noisy neighbour has most of a disk, until it is shared fairly', async ({ page, sites }) => {
  test.skip(!HAS_LINUX, 'needs Linux images');
  await open(page, `${sites.isolated.url}?lab=noisy-disk&view=host&host=0&tab=storage`, 2);
  await hurry(page);
  const rows = page.getByTestId('io-streams').locator('tbody tr');
  await expect(rows).toHaveCount(4);
  const share = page.getByRole('columnheader', { name: 'Of the disk' });
  const column = await share.evaluate((header: HTMLTableCellElement) => header.cellIndex);
  /** How much of the disk's time each has had, in percent; the steady one is the first. */
  const shares = async (): Promise<number[]> =>
    (await rows.locator(`td:nth-child(${column + 1})`).allTextContents()).map((text) =>
      Number.parseInt(text, 10),
    );
  // The arm goes to four disks in turn, three of which are the neighbour's. Before these begin the steady one has all of it.
  await expect.poll(async () => (await shares()).filter((share) => share > 15 && share < 35).length).toBe(4);
  await page.getByLabel('I/O scheduler').selectOption({ label: 'fair queueing' });
  await expect.poll(async () => (await shares())[0]).toBeGreaterThan(40);
});

test('a part of a disk breaks: the guest is told, and the page says so until it is mended', async ({
  page,
  sites,
}) => {
  await open(page, `${sites.isolated.url}?lab=failing-disk&view=host&host=0&tab=storage`, 1);
  const disk = page.getByTestId('io-streams').getByRole('row', { name: 'reader/0' });
  const error = HAS_LINUX ? 'dd: /dev/vda: Input/output error' : 'the disk has failed';
  await runTo(page, 3.9 * S);
  await expect(disk).toContainText('1 part broken');
  expect(await consoleText(page, 'reader')).not.toContain(error);
  await runTo(page, 6 * S);
  expect(await consoleText(page, 'reader')).toContain(error);
  await runTo(page, 7.5 * S);
  await expect(disk).not.toContainText('broken');
});

test('in the lab of hot plug a disk comes, is used, stays while it is in use, and goes; a card comes and goes', async ({
  page,
  sites,
}) => {
  // All cards are seen: what is not seen does not ask.
  await page.setViewportSize({ width: 1280, height: 1800 });
  await open(page, `${sites.isolated.url}?lab=hot-plug&view=vm&host=0&vm=linux&tab=devices`, 2);
  const plugged = page.getByTestId('hot-plug').locator('tbody tr');
  const disks = page.getByTestId('devices').getByRole('row', { name: /disk/ });
  await runTo(page, 6.5 * S);
  await expect(plugged).toHaveText(/Disk 0 16 MiB/);
  await expect(disks).toHaveCount(1);
  await runTo(page, 10.9 * S);
  if (HAS_LINUX) {
    expect(await consoleText(page, 'linux')).toMatch(/\/dev\/vda .* \/mnt/);
    // It is mounted, so the guest does not let go of it.
    const refused = page.getByTestId('agent').getByRole('row', { name: /Let go of slot/ });
    await expect(refused).toContainText('in use: mounted on /mnt');
  } else await says(page, 'linux', 'read');
  await expect(plugged).toHaveText(/Disk 0 16 MiB/);
  await runTo(page, 13.5 * S);
  await expect(plugged).toHaveCount(0);
  await expect(disks).toHaveCount(0);
  await runTo(page, 17 * S);
  await expect(plugged).toHaveText(/Card 1 lan/);
  expect(await consoleText(page, 'linux')).toContain(
    HAS_LINUX ? 'inet 10.0.1.1/24' : 'address   10.0.1.1/24',
  );
  await expect(page.getByTestId('agent').getByText('eth1 10.0.1.1/24')).toBeVisible();
  await runTo(page, 21 * S);
  await expect(plugged).toHaveCount(0);
});

/** How many pixels of a screen have the paint's first colour, below those that one can choose from. */
function red(screen: Locator): Promise<number> {
  return screen.evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const top = height / 8;
    const { data } = canvas.getContext('2d')!.getImageData(0, top, width, height - top);
    return data.filter((value, at) => at % 4 === 0 && value === 0xd1 && data[at + 1] === 0x49).length;
  });
}

test('a desktop is seen near, and of packets elsewhere: bytes and delay are said, and a full link delays it', async ({
  page,
  sites,
}) => {
  await page.setViewportSize({ width: 1000, height: 2000 });
  const whole = builtinScenario('desktop', { linux: false })!;
  // What fills the link is typed here as soon as it is wanted.
  const lab = { ...whole, commands: whole.commands.filter(({ at }) => at < 20 * S) };
  await open(page, `${sites.isolated.url}?view=vm&host=0&vm=paint&tab=desktop#${linkOf(lab)}`, 3);
  const screen = page.getByTestId('screen');
  const remote = page.getByTestId('remote-screen');
  /** What the figures say: bytes in a second, delay in milliseconds, packets. */
  const figures = async (): Promise<readonly [rate: number, delay: number, packets: number]> => {
    const said = (await page.getByTestId('remote-traffic').textContent()) ?? '';
    const [, rate, delay, packets] =
      /^([\d.]+) KiB a second, delay ([\d.]+) ms; .* in ([\d,]+) packets/.exec(said) ?? [];
    return [Number(rate), Number(delay), Number(packets?.replace(',', ''))];
  };
  // The house is drawn, and a second is over of which a rate can be taken.
  await runTo(page, 4 * S);
  await expect
    .poll(async () => (await red(screen)) > 1000 && (await red(remote)) === (await red(screen)))
    .toBe(true);
  const [rate, delay, packets] = await figures();
  expect(rate).toBeGreaterThan(1);
  expect(packets).toBeGreaterThan(100);
  // The delay of the link alone is 5 ms.
  expect(delay).toBeGreaterThan(5);
  expect(delay).toBeLessThan(10);
  await typeUnseen(page, 'sender', 'traffic 10.0.0.2 1200\n');
  await runTo(page, 6 * S);
  await expect.poll(async () => (await figures())[1]).toBeGreaterThan(10 * delay);
});
