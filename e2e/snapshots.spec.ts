/** Snapshots, clones and suspended VMs, as a person uses them; and a VM that travels between a browser and Node. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright/test';
import { engineModule } from '../src/cli/engine.ts';
import { openLab } from '../src/cli/open-lab.ts';
import { hasher } from '../src/hypervisor/snapshot/hasher.ts';
import { suspendedVm } from '../src/hypervisor/snapshot/suspended-vm.ts';
import type { Scenario } from '../src/lab/scenario.ts';
import { host, linuxVm, MIB, scenario } from '../src/lab/scenarios/parts.ts';
import { requirement } from '../src/tools/prerequisites.ts';
import { expect, test } from './fixtures.ts';
import {
  byPalette,
  consoleText,
  labRuns,
  open,
  openVmPage,
  press,
  prompts,
  says,
  typeLine,
  typeUnseen,
} from './lab-page.ts';
import { linkOf } from './labs.ts';

const MS = 1_000_000;
const FOLDER = mkdtempSync(join(tmpdir(), 'virtlab-e2e-'));

/** The hash of a VM and the virtual time of its host; the lab stands still. */
function vmHash(page: Page, vm: string): Promise<string> {
  return page.evaluate(async (name) => {
    const answer = await globalThis.virtlab.ask(0, 'vm-hash', { vm: name });
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value.value;
  }, vm);
}

/** Suspends a VM by its page, and gives the file that the browser saved. */
async function suspend(page: Page, vm: string): Promise<string> {
  await openVmPage(page, vm, 'Snapshots');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Suspend to a file' }).click();
  const path = join(FOLDER, `${Math.random().toString(36).slice(2)}.vm`);
  await (await download).saveAs(path);
  return path;
}

/** Chooses a file in the dialog for suspended VMs. */
async function choose(page: Page, path: string): Promise<void> {
  await byPalette(page, 'Resume a VM from a file');
  const dialog = page.getByRole('dialog', { name: 'Resume a VM from a file' });
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles(path);
}

test('a VM is taken back to a snapshot, and its console with it; the tree says where it stands', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await page.addInitScript(axe.source);
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await prompts(page, 'idle');
  await openVmPage(page, 'idle', 'Snapshots');
  await page.getByRole('textbox', { name: 'Name of the snapshot' }).fill('fresh 新');
  await page.getByRole('button', { name: 'Take a snapshot' }).click();
  const fresh = page.getByTestId('snapshot').filter({ hasText: 'fresh 新' });
  await expect(fresh).toBeVisible();
  const before = await consoleText(page, 'idle');

  await openVmPage(page, 'idle', 'Overview');
  await typeLine(page, 'idle', 'echo gone later');
  await says(page, 'idle', /\ngone later/);
  await openVmPage(page, 'idle', 'Snapshots');
  await page.getByRole('button', { name: 'Take a snapshot' }).click();
  await expect(page.getByTestId('snapshot').filter({ hasText: 'Snapshot 2' })).toBeVisible();

  await fresh.getByRole('button', { name: 'Revert' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revert' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect.poll(() => consoleText(page, 'idle')).toBe(before);
  // It stands below the first one now, beside the second.
  const branch = page.getByRole('listitem').filter({ has: fresh }).first();
  await expect(branch.locator('> ul > li').getByTestId('snapshot-here')).toBeVisible();
  await openVmPage(page, 'idle', 'Overview');
  await typeLine(page, 'idle', 'echo still here');
  await says(page, 'idle', /\nstill here/);

  await openVmPage(page, 'idle', 'Snapshots');
  await fresh.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('clean');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('snapshot').filter({ hasText: 'clean' })).toBeVisible();
  const found = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await checker.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
  expect(found).toEqual([]);
  for (const name of ['clean', 'Snapshot 2']) {
    await page
      .getByTestId('snapshot')
      .filter({ hasText: name })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await expect(page.getByText('There is no snapshot yet.')).toBeVisible();
});

/** A Linux with a screen and an empty disk. */
function screenAndDisk(): Scenario {
  const vm = linuxVm('linux', {
    ...{ image: { kind: 'builtin', name: 'linux-desk' }, memoryBytes: 48 * MIB },
    ...{ desktop: { kind: 'gpu', width: 320, height: 200 }, disks: [{ sizeBytes: MIB }] },
  });
  return scenario(41, [host([vm])]);
}

test('what a snapshot holds of a desktop and a disk is there again: the picture, and the file', async ({
  sites,
  visit,
}) => {
  test.skip(requirement('linux-smp').skip, 'needs a Linux with a screen');
  const page = await visit();
  await open(page, `${sites.isolated.url}#${linkOf(screenAndDisk())}`, 1);
  const does = async (line: string): Promise<string> => {
    const from = (await consoleText(page, 'linux')).length;
    // What is echoed has not the sum yet.
    await typeUnseen(page, 'linux', `${line}; echo end-$((1+1))\n`);
    await expect.poll(async () => (await consoleText(page, 'linux')).slice(from)).toContain('end-2');
    return (await consoleText(page, 'linux')).slice(from);
  };
  const screen = page.getByTestId('screen');
  const picture = (): Promise<string> => screen.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  await says(page, 'linux', 'linux:~# ');
  await does('mke2fs -q /dev/vda; mount -t ext2 /dev/vda /mnt; echo first > /mnt/file; sync');
  // The cursor would blink.
  await does("printf '\\033[?25l\\033[2J\\033[Hthe first picture' > /dev/tty0");
  await openVmPage(page, 'linux', 'Desktop');
  await expect(page.getByTestId('screen-hint')).toHaveCount(0);
  await openVmPage(page, 'linux', 'Snapshots');
  await page.getByRole('button', { name: 'Take a snapshot' }).click();
  await expect(page.getByTestId('snapshot')).toHaveCount(1);
  await openVmPage(page, 'linux', 'Desktop');
  await expect(page.getByTestId('screen-hint')).toHaveCount(0);
  // Drawn whole: a slow machine draws it in pieces.
  let first = '';
  await expect
    .poll(async () => {
      const before = first;
      first = await picture();
      return first === before;
    })
    .toBe(true);

  await does('echo second > /mnt/file; sync; echo another > /dev/tty0');
  await expect.poll(picture).not.toBe(first);
  await openVmPage(page, 'linux', 'Snapshots');
  await page.getByTestId('snapshot').getByRole('button', { name: 'Revert' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revert' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await openVmPage(page, 'linux', 'Desktop');
  await expect.poll(picture).toBe(first);
  // Mounted anew, it is read from the disk.
  expect(await does('umount /mnt; mount -t ext2 /dev/vda /mnt; cat /mnt/file')).toContain('\nfirst');
});

test('a clone that runs has its cables out and the page says why; restarted, or of a VM that is off, it has an address of its own', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=first-visit`);
  await prompts(page, 'teach-1');
  await openVmPage(page, 'teach-1', 'Snapshots');
  await page.getByRole('button', { name: 'Clone…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Clone' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'teach-1-2' })).toBeVisible();
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await expect(page.getByText('Its network cards are out')).toBeHidden();
  await expect(page.getByText(/Its network cables are out/)).toBeVisible();
  await page
    .getByRole('toolbar', { name: 'Actions for teach-1-2' })
    .getByRole('button', { name: 'Reset' })
    .click();
  await page.getByRole('tab', { name: 'Devices' }).click();
  const cards = page.getByRole('table').filter({ hasText: 'MAC address' });
  await expect(cards).toContainText('out');
  await cards.getByRole('button', { name: 'Insert' }).click();
  await expect(cards).toContainText('inserted');
  await page.getByRole('tab', { name: 'Overview' }).click();
  await says(page, 'teach-1-2', 'teach-1-2$ ');
  const address = await page.evaluate(() => {
    const vms = globalThis.virtlab.lab()?.hosts[0]?.vms ?? [];
    return vms.find(({ spec }) => spec.name === 'teach-1')?.spec.nics[0]?.address?.split('/')[0] ?? '';
  });
  await typeLine(page, 'teach-1-2', `ping ${address} 2 20`);
  await says(page, 'teach-1-2', '2 sent, 2 received');

  // Of a VM that is off: nothing is out, and it starts as any other.
  const actions = (vm: string) => page.getByRole('toolbar', { name: `Actions for ${vm}`, exact: true });
  await actions('teach-1-2').getByRole('button', { name: 'Power off' }).click();
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await page.getByRole('button', { name: 'Clone…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('third');
  await page.getByRole('dialog').getByRole('button', { name: 'Clone' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'third' })).toBeVisible();
  await expect(page.getByText(/Its network cables are out/)).toBeHidden();
  await actions('third').getByRole('button', { name: 'Start' }).click();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await says(page, 'third', 'third$ ');
  await typeLine(page, 'third', `ping ${address} 2 20`);
  await says(page, 'third', '2 sent, 2 received');
});

test('a VM suspended in a browser goes on in another one and on Node, and the reverse: the same state everywhere', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await prompts(page, 'steady');
  // Metrics of a VM are taken while it is paused, too.
  await press(page, 'Pause');
  const file = await suspend(page, 'steady');
  await expect(page.getByTestId('state-paused').first()).toBeVisible();
  const hash = await vmHash(page, 'steady');
  const bytes = new Uint8Array(readFileSync(file));
  const info = suspendedVm(bytes, hasher(engineModule()));
  if (!info.ok) throw new Error(info.error.code);

  // On Node.
  const opened = await openLab('first-visit', { ownFiles: [{ name: 'steady.vm', bytes }] });
  if (!opened.ok) throw new Error(opened.error.code);
  const { value: lab } = opened;
  const moved = {
    op: 'vm.moveIn',
    args: { vm: 'steady', file: 'steady.vm', hash: info.value.hash },
  } as const;
  expect(await lab.execute(0, moved)).toMatchObject({ ok: true });
  const there = await lab.answer(0, 'vm-hash', { vm: 'steady' });
  expect(there).toMatchObject({ value: { value: hash } });
  await lab.execute(0, { op: 'vm.resume', args: { vm: 'steady' } });
  await lab.advance(500 * MS);
  await lab.execute(0, { op: 'vm.pause', args: { vm: 'steady' } });
  const later = await lab.answer(0, 'vm-hash', { vm: 'steady' });
  const back = await lab.answer(0, 'vm-file', { vm: 'steady' });
  if (!later.ok || !back.ok) throw new Error('the VM is not there');
  const laterFile = join(FOLDER, 'later.vm');
  writeFileSync(laterFile, back.value.value);

  // In the browser of somebody else, both as it was and as it came from Node.
  const other = await visit();
  await open(other, `${sites.isolated.url}?lab=first-visit`);
  await press(other, 'Pause');
  const steady = other.getByRole('toolbar', { name: 'Actions for steady', exact: true });
  for (const [path, expected] of [
    [file, hash],
    [laterFile, later.value.value],
  ] as const) {
    await choose(other, path);
    const dialog = other.getByRole('dialog', { name: 'Resume a VM from a file' });
    await expect(dialog).toContainText('steady: paused');
    await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
    await expect(other.getByRole('heading', { level: 2, name: 'steady' })).toBeVisible();
    expect(await vmHash(other, 'steady')).toBe(expected);
    if (path === laterFile) break;
    await steady.getByRole('button', { name: 'Power off' }).click();
    await steady.getByRole('button', { name: 'Delete' }).click();
    await other.getByRole('dialog').getByRole('textbox').fill('steady');
    await other.keyboard.press('Enter');
    await expect(other.getByRole('dialog')).toBeHidden();
  }
  await press(other, 'Run');
  await steady.getByRole('button', { name: 'Resume' }).click();
  await typeLine(other, 'steady', 'echo here too');
  await says(other, 'steady', /\nhere too/);

  // The same lab from its beginning, with the same VM moved in, runs on to the same state.
  const ranOn = await other.evaluate(
    async ({ text, end, args }) => {
      const { virtlab } = globalThis;
      const must = <T>(answer: { ok: true; value: T } | { ok: false; error: { code: string } }): T => {
        if (!answer.ok) throw new Error(answer.error.code);
        return answer.value;
      };
      const stopped = { running: false, rate: 1 } as const;
      must(await virtlab.open({ kind: 'builtin', name: 'first-visit' }, stopped, () => undefined));
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      must(await virtlab.calls.addVmFile(args.file, content));
      must(await virtlab.calls.command(0, { op: 'vm.moveIn', args }));
      must(await virtlab.calls.command(0, { op: 'vm.resume', args: { vm: args.vm } }));
      must(await virtlab.runTo(end, () => undefined));
      must(await virtlab.calls.command(0, { op: 'vm.pause', args: { vm: args.vm } }));
      return must(await virtlab.ask(0, 'vm-hash', { vm: args.vm })).value;
    },
    { text: Buffer.from(bytes).toString('base64'), end: 500 * MS, args: moved.args },
  );
  expect(ranOn).toBe(later.value.value);
});

test('files that hold no VM are refused with a sentence, and nothing has changed', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await prompts(page, 'idle');
  const bytes = readFileSync(await suspend(page, 'idle'));
  await press(page, 'Pause');
  const damaged = Buffer.from(bytes);
  damaged[bytes.length >> 1]! ^= 0x10;
  const opened = await openLab('busy-neighbour');
  if (!opened.ok) throw new Error(opened.error.code);
  const ofHost = Buffer.from(await opened.value.hosts[0]!.snapshot());
  const files = {
    'host.vm': [ofHost, 'This is a snapshot of a host, not the file of a suspended VM'],
    'damaged.vm': [damaged, 'The snapshot is damaged.'],
    'short.vm': [bytes.subarray(0, bytes.length - 1000), 'The snapshot is damaged.'],
    'letter.vm': [Buffer.from('<img src=x onerror=alert(1)>'), 'not the file of a suspended VM'],
  } as const;
  // Written once: a file that changes while the page reads it is refused for that.
  const paths = writeAll(files);
  await choose(page, paths[0]!);
  for (const path of paths) {
    const dialog = page.getByRole('dialog', { name: 'Resume a VM from a file' });
    const chooser = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Choose a file' }).click();
    await (await chooser).setFiles(path);
    const [, sentence] = files[path.slice(path.lastIndexOf('/') + 1) as keyof typeof files];
    await expect(dialog.getByRole('alert')).toContainText(sentence);
    await expect(dialog.getByRole('button', { name: 'Resume', exact: true })).toBeHidden();
  }
  await labRuns(page, 2);
  expect(await page.evaluate(() => globalThis.virtlab.lab()?.hosts[0]?.vms.length)).toBe(3);
});

function writeAll(files: Readonly<Record<string, readonly [Uint8Array, string]>>): readonly string[] {
  return Object.entries(files).map(([name, [content]]) => {
    const path = join(FOLDER, name);
    writeFileSync(path, content);
    return path;
  });
}
