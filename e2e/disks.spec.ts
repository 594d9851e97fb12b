/** Disk images: taken in, kept by the browser over a reload, the disk of a VM, refused to go while one lies on them. */
import { chromium, type Page } from 'playwright/test';
import type { VmSpec } from '../src/base/scenario.ts';
import { rawLayer } from '../src/lab/disks/image-layer.ts';
import type { Scenario } from '../src/lab/scenario.ts';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import { byPalette, consoleText, dropFile, labRuns, open, prompts, says, typeUnseen } from './lab-page.ts';
import { labOf, linkOf } from './labs.ts';

const MIB = 1 << 20;

/** So much of a file system that the page knows what it is. */
function smallImage(): number[] {
  const bytes = new Array<number>(4096).fill(0).map((_, at) => at % 251);
  bytes[0x438] = 0x53;
  bytes[0x439] = 0xef;
  bytes[0x404] = 1;
  bytes[0x418] = 0;
  for (const at of [0x419, 0x41a, 0x41b]) bytes[at] = 0;
  return bytes;
}

test('an image that is dropped is kept, and is the disk of a VM', async ({ page, sites }) => {
  await open(page, `${sites.isolated.url}#${linkOf(labOf(1, 1))}`, 1);
  const bytes = smallImage();
  await dropFile(page, 'base.img', bytes);
  await page.getByRole('button', { name: 'Keep it as a disk image' }).click();
  const disks = page.getByRole('dialog', { name: 'Disks and what is kept' });
  await expect(disks.getByRole('cell', { name: /^base\.img/ })).toBeVisible();
  await page.reload();
  await labRuns(page, 1);

  await page.getByRole('button', { name: 'New VM' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New VM' });
  await dialog.getByLabel('Disk content').selectOption({ label: 'base.img' });
  await expect(dialog.getByLabel('Disk', { exact: true })).toHaveValue('1 MiB');
  await dialog.getByLabel('Name', { exact: true }).fill('on-image');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await labRuns(page, 2);
  const spec = await page.evaluate(() => globalThis.virtlab.lab()?.hosts[0]?.vms.at(-1)?.spec.disks);
  expect(spec).toMatchObject([{ sizeBytes: MIB, content: { kind: 'layered' } }]);

  await byPalette(page, 'Disks and what');
  await expect(disks.getByRole('cell', { name: 'on-image' })).toBeVisible();
  await disks.getByRole('button', { name: 'Delete base.img' }).click();
  await page
    .getByRole('dialog', { name: 'Delete this image?' })
    .getByRole('button', { name: 'Delete' })
    .click();
  await expect(page.getByText('Something lies on the layer “base.img”')).toBeVisible();
  const saved = page.waitForEvent('download');
  await disks.getByRole('button', { name: 'Save base.img as qcow2' }).click();
  expect((await saved).suggestedFilename()).toBe('base.qcow2');
});

test('an image for which the browser has no room is refused in words and nothing of it stays; with room it is taken', async ({
  guard,
  sites,
}, info) => {
  // Of visits that leave nothing behind browsers keep files in memory, and count none of them.
  const { launchOptions } = info.project.use;
  const context = await chromium.launchPersistentContext(info.outputPath('profile'), {
    ...launchOptions,
    ...{ locale: 'en-GB', viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' },
  });
  await guard.watch(context);
  await context.addInitScript(() => {
    if (location.protocol === 'http:') localStorage.setItem('virtlab.tour', 'seen');
  });
  const page = await context.newPage();
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(sites.isolated.url);
  await open(page, `${sites.isolated.url}#${linkOf(labOf(1, 1))}`, 1);
  // A place for files is there already: without room for the first of them, images would lie in memory, as the dialog says.
  await page.evaluate(() => globalThis.virtlab.calls.disks());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  const disks = page.getByRole('dialog', { name: 'Disks and what is kept' });
  const drop = async (): Promise<void> => {
    await dropFile(page, 'base.img', smallImage());
    await page.getByRole('button', { name: 'Keep it as a disk image' }).click();
  };
  await drop();
  await expect(page.getByText('The browser has no more room to save in.').first()).toBeVisible();
  await expect(disks.getByRole('cell', { name: /^base\.img/ })).toHaveCount(0);
  const kept = await page.evaluate(() => globalThis.virtlab.calls.disks());
  expect(kept).toMatchObject({ ok: true, value: { images: [], strays: { count: 0 } } });
  await page.keyboard.press('Escape');
  await expect(disks).toHaveCount(0);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await drop();
  await expect(disks.getByRole('cell', { name: /^base\.img/ })).toBeVisible();
  await context.close();
});

test('a link to a VM on an image that is not here says which VM and what to do, and has it once it begins anew', async ({
  page,
  sites,
}) => {
  const bytes = smallImage();
  const lab = labOf(1, 2);
  const [host] = lab.hosts;
  const content = { kind: 'layered', layer: rawLayer(Uint8Array.from(bytes)).name };
  const vms = host!.vms.map((vm, at) => (at === 0 ? vm : { ...vm, disks: [{ sizeBytes: MIB, content }] }));
  await open(page, `${sites.isolated.url}#${linkOf({ ...lab, hosts: [{ ...host!, vms }] })}`, 1);
  const said = page.getByRole('alert').filter({ hasText: 'The VM vm-2 is not here' });
  await expect(said).toContainText(content.layer.slice(0, 12));
  await said.getByRole('button', { name: 'Disks and what is kept' }).click();
  const disks = page.getByRole('dialog', { name: 'Disks and what is kept' });
  await expect(disks).toBeVisible();
  await page.keyboard.press('Escape');
  await dropFile(page, 'base.img', bytes);
  await page.getByRole('button', { name: 'Keep it as a disk image' }).click();
  await expect(disks.getByRole('cell', { name: /^base\.img/ })).toBeVisible();
  // The lab goes on as it was, until it begins anew.
  await page.reload();
  await labRuns(page, 1);
  await page.getByRole('button', { name: 'Begin anew' }).click();
  const asks = page.getByRole('dialog', { name: 'Begin this lab anew?' });
  await asks.getByRole('button', { name: 'Begin anew' }).click();
  await labRuns(page, 2);
});

test('the lab of two VMs on one image shows what each disk lies on', async ({ page, sites }) => {
  await open(page, `${sites.isolated.url}?lab=copy-on-write-tree&view=vm&host=0&vm=branch-1&tab=devices`, 2);
  const lying = page.getByText(/Disk 0: .* written above dc88dfce9371/);
  await expect(lying).toBeVisible();
});

/** A Linux with a disk that is kept, and nothing else. */
function linuxOnKeptDisk(): Scenario {
  const content = { kind: 'layered', keep: 'data' };
  const vm: VmSpec = {
    ...{ name: 'a', image: { kind: 'builtin', name: 'linux-tiny' }, memoryBytes: 32 * MIB, vcpus: 1 },
    ...{ allocation: 'on-demand', autostart: true, nics: [], disks: [{ sizeBytes: MIB, content }] },
  };
  const [host] = labOf(1, 0).hosts;
  return { ...labOf(1, 0), title: 'Kept', hosts: [{ ...host!, vms: [vm] }] };
}

test('what a Linux has flushed to a kept disk is there after its tab was closed and its lab forgotten', async ({
  page,
  sites,
}) => {
  test.skip(!HAS_LINUX, 'no Linux images');
  const url = `${sites.isolated.url}#${linkOf(linuxOnKeptDisk())}`;
  const hurry = (place: Page): Promise<void> =>
    place.evaluate(() => globalThis.virtlab.calls.setSpeed({ running: true, rate: 'max' }));
  await open(page, url, 1);
  await hurry(page);
  await says(page, 'a', ':~# ');
  await typeUnseen(
    page,
    'a',
    'echo kept-text | dd of=/dev/vda bs=512 conv=fsync,sync; echo done-$((1 + 1))\n',
  );
  await says(page, 'a', 'done-2');
  await page.evaluate(() => globalThis.virtlab.calls.forgetKept());
  // A second tab is told that this one has the disk, begins on a copy, and has it when this one goes.
  const next = await page.context().newPage();
  await open(next, url, 1);
  await expect(next.getByText('Another tab has the disk “data”.')).toBeVisible();
  await page.close();
  await expect(next.getByText('The disk “data” is kept by this tab from now on.')).toBeVisible();
  await hurry(next);
  await says(next, 'a', ':~# ');
  await typeUnseen(next, 'a', 'head -c 9 /dev/vda; echo end-$((2 + 2))\n');
  expect(await says(next, 'a', 'end-4')).toMatch(/kept-text\W*end-4/);
});

test('a disk that lasts holds after its tab has crashed what the guest had been told is written', async ({
  page,
  sites,
}) => {
  const [host] = labOf(1, 1).hosts;
  const disks = [{ sizeBytes: MIB, content: { kind: 'layered', keep: 'diary' } }];
  const vms = host!.vms.map((vm) => ({ ...vm, disks }));
  const url = `${sites.isolated.url}#${linkOf({ ...labOf(1, 1), hosts: [{ ...host!, vms }] })}`;
  await open(page, url, 1);
  await prompts(page, 'vm-1');
  await typeUnseen(page, 'vm-1', 'disk 0 read 16\n');
  await says(page, 'vm-1', '16 do not hold what was written');
  await typeUnseen(page, 'vm-1', 'disk 0 write 16\n');
  await says(page, 'vm-1', /wrote 16 blocks .* done/);
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // It is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;

  const next = await page.context().newPage();
  await open(next, url, 1);
  // Not what was kept of the run: a machine that boots from the disk.
  await next.evaluate(() => globalThis.virtlab.calls.forgetKept());
  await next.reload();
  await labRuns(next, 1);
  await prompts(next, 'vm-1');
  expect(await consoleText(next, 'vm-1')).not.toContain('disk 0');
  await typeUnseen(next, 'vm-1', 'disk 0 read 16\n');
  await says(next, 'vm-1', /read 16 blocks .* all hold what was written/);
});
