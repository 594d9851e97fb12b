/** The views Storage and Devices say what the host says, in either language; a disk that is broken by hand is shown so, and mended. */
import type { Locator, Page } from 'playwright/test';
import type { Language } from '../src/base/texts/languages.ts';
import type { AnswerOf } from '../src/bridge/protocol/answers.ts';
import { expect, test } from './fixtures.ts';
import { ask, goTo, open, runTo } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';
import { wordsOf } from './words.ts';

const LAB = '?lab=three-ways';
const VMS = ['virtio', 'emulated-pio', 'emulated-dma'];

/** The row of a disk: names end others' names. */
const rowOf = (page: Page, vm: string, disk = 0): Locator =>
  page.getByTestId('io-streams').getByRole('row', { name: new RegExp(`^${vm}/${disk}`) });

const grouped = (value: number): string => value.toLocaleString('en-GB');

async function disksOf(page: Page): Promise<AnswerOf<'io'>['disks'][number]['disks']> {
  return (await ask(page, 'io', {})).disks[0]!.disks;
}

async function changeLanguage(page: Page, language: Language): Promise<void> {
  await page.evaluate((chosen) => localStorage.setItem('virtlab.language', chosen), language);
  await page.reload();
}

test('what Storage and Devices show is what the host answers', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${LAB}`, 4);
  await runTo(page, 4_500_000_000);
  const disks = await disksOf(page);
  expect(disks.map(({ vm, completed }) => [vm, completed])).toEqual(VMS.map((vm) => [vm, 128]));
  await goTo(page, `${LAB}&view=host&host=0&tab=storage`);
  for (const row of disks) {
    await expect(rowOf(page, row.vm, row.disk)).toContainText(grouped(row.completed));
  }

  // Broken by hand: its row says so, and so does the host.
  const say = wordsOf('en');
  await page.getByRole('button', { name: say('storage.editOf', { name: 'virtio/0' }), exact: true }).click();
  const faults = page.getByRole('form', { name: say('storage.faults.of', { name: 'virtio/0' }) });
  await faults.getByLabel(say('storage.faults.from')).fill('4096');
  await faults.getByRole('button', { name: say('storage.faults.break'), exact: true }).click();
  await expect(page.getByTestId('broken-parts')).toContainText('512 bytes from 4,096 on');
  const [virtio] = await disksOf(page);
  expect(virtio).toMatchObject({ vm: 'virtio', broken: [{ offset: 4096, length: 512, fails: 'both' }] });
  await faults.getByRole('button', { name: say('storage.faults.mend') }).click();
  await expect(page.getByTestId('broken-parts')).toHaveCount(0);

  await goTo(page, `${LAB}&view=vm&host=0&vm=virtio&tab=devices&device=virtio2`);
  const { devices } = await ask(page, 'devices', { vm: 'virtio' });
  for (const { name, counters } of devices) {
    const shown = page.getByTestId('devices').getByRole('row', { name });
    for (const id of ['registerReads', 'registerWrites'])
      await expect(shown).toContainText(grouped(counters.find((each) => each.id === id)?.value ?? 0));
  }
  await changeLanguage(page, 'zh');
  await expect(page.getByRole('heading', { name: wordsOf('zh')('storage.disksOf') })).toBeVisible();
  await expect(rowOf(page, 'virtio')).toBeVisible();
});

test('the clock of a VM says at which date its lab begins, and is set', async ({ page, sites }) => {
  const lab = { ...labOf(1, 1), date: '1999-12-31T23:59:59Z' };
  const query = '?view=vm&host=0&vm=vm-1&tab=devices&device=rtc';
  await open(page, `${sites.isolated.url}${query}#${linkOf(lab)}`, 1);
  await expect(page.getByTestId('clock-began')).toContainText('The lab begins at 1999-12-31T23:59:59Z');
  const clock = page.getByTestId('clock');
  await expect(clock).toContainText('at virtual time 0 it would have shown 1999-12-31T23:59:59Z');
  await page.getByLabel('Date at virtual time 0').fill('2024-02-30T00:00:00Z');
  await expect(page.getByRole('button', { name: 'Set clock' })).toBeDisabled();
  await page.getByLabel('Date at virtual time 0').fill('2024-02-29T00:00:00Z');
  await page.getByRole('button', { name: 'Set clock' }).click();
  await expect(clock).toContainText('it would have shown 2024-02-29T00:00:00Z');
});
