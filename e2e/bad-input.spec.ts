/** What comes from outside is refused in words; nothing of it runs, and what was there goes on. */
import { crc32, deflateRawSync } from 'node:zlib';
import type { Page } from 'playwright/test';
import { builtinScenario } from '../src/lab/scenarios/builtin.ts';
import { expect, HAS_LINUX, test } from './fixtures.ts';
import {
  badges,
  consoleText,
  dropFile,
  labRuns,
  nodes,
  open,
  openVmPage,
  prompts,
  says,
  selectVm,
  terminal,
  typeLine,
} from './lab-page.ts';
import { WITHOUT_LINUX } from './labs.ts';

/** A link with a right check sum around any bytes. */
function sealed(document: string | Uint8Array): string {
  const packed = deflateRawSync(document, { level: 9 });
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(packed));
  return `1${Buffer.concat([packed, sum]).toString('base64url')}`;
}

const SCRIPT = '<img src=x onerror="globalThis.executed=1"><script>globalThis.executed=1</script>';

function vm(name: string): Record<string, unknown> {
  return { name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 4 << 20 };
}
function documentOf(parts: Record<string, unknown>, vms: unknown[] = [vm('alpha')]): string {
  return JSON.stringify({ hosts: [{ name: 'host-1', ramBytes: 64 << 20, vms }], ...parts });
}

/** Links that nobody should open, and what the page says. */
const BAD_LINKS: readonly { readonly what: string; readonly link: string; readonly says: RegExp }[] = [
  {
    what: 'garbled',
    link: '1%%%%not-a-link',
    says: /Character 2 of the link is “%”, which no link of ours has/,
  },
  { what: 'no link', link: 'section-3', says: /not a link to a lab/ },
  {
    what: 'truncated',
    link: sealed(documentOf({})).slice(0, -7),
    says: /was cut off: \d+ characters arrived/,
  },
  { what: 'oversized', link: `1${'A'.repeat(20_000)}`, says: /too long/ },
  { what: 'a bomb', link: sealed(new Uint8Array(8 << 20)), says: /unpacks to more than \d+ bytes/ },
  { what: 'deep', link: sealed(`${'['.repeat(100)}${']'.repeat(100)}`), says: /nested deeper than/ },
  {
    what: '__proto__',
    link: sealed(documentOf({}).replace('{', '{"__proto__":{"executed":1},')),
    says: /reserved name/,
  },
  {
    what: 'script as a name',
    link: sealed(documentOf({}, [vm('<img src=x onerror=executed=1>')])),
    says: /is no name/,
  },
  { what: 'a newer version', link: `9${sealed(documentOf({})).slice(1)}`, says: /has version 9/ },
  {
    what: 'huge RAM',
    link: sealed(documentOf({}, [{ ...vm('alpha'), memoryBytes: 2 ** 52 }])),
    says: /is too large/,
  },
  {
    what: 'an unknown key',
    link: sealed(documentOf({ run: 'rm -rf' })),
    says: /No scenario of this version has this name/,
  },
];

async function nothingExecuted(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    executed: 'executed' in globalThis || 'executed' in {},
    images: document.querySelectorAll('img[src="x"], script:not([src])').length,
  }));
  expect(found).toEqual({ executed: false, images: 0 });
}

test('a link opens as it arrives: in the address, with what chat programs and mail have made of it', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  const link = sealed(documentOf({}));
  const written = link.replace(/[-_]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const broken = `${link.slice(0, 40)}%0A${link.slice(40)}`;
  for (const fragment of [`${link}.`, `${written}%3E`, `${link}?utm_source=chat`, `${broken}**`]) {
    await page.goto('about:blank');
    await open(page, `${sites.isolated.url}#${fragment}`, 1);
  }
});

test('a bad link is refused in words; the lab that runs goes on', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  for (const bad of BAD_LINKS) {
    await page.evaluate((link) => {
      location.hash = link;
    }, bad.link);
    const message = page.getByRole('alert').filter({ hasText: bad.says });
    await expect(message, bad.what).toBeVisible();
    await message.getByRole('button', { name: 'Close' }).click();
    await expect(message).toBeHidden();
  }
  await nothingExecuted(page);
  await selectVm(page, 'idle');
  await typeLine(page, 'idle', 'echo still here');
  await says(page, 'idle', /\nstill here/);
});

test('a bad link at the start leaves a way on', async ({ sites, visit }) => {
  const page = await visit();
  await page.goto(`${sites.isolated.url}#${BAD_LINKS[0]!.link}`);
  await expect(page.getByRole('alert')).toContainText(BAD_LINKS[0]!.says);
  await page.getByRole('button', { name: 'Open the first lab' }).click();
  await prompts(page, 'teach-1');
  await nothingExecuted(page);
});

test('a link can be pasted, as it arrived, where another one failed', async ({ sites, visit }) => {
  const page = await visit();
  const link = sealed(documentOf({}));
  await page.goto(`${sites.isolated.url}#${link.slice(0, -7)}`);
  await expect(page.getByRole('alert')).toContainText('was cut off');
  const field = page.getByLabel('Link to a lab');
  await field.fill(`https://x.example/#${link.slice(0, 20)}${link[20] === 'x' ? 'y' : 'x'}${link.slice(21)}`);
  await expect(page.getByText('Something in the link was changed on its way')).toBeVisible();
  await field.fill(`<https://x.example/#${link}>, see there`);
  await expect(
    page.getByText('The link is whole, and its check sum is right. Hosts: 1, VMs: 1.'),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Open link' }).click();
  await labRuns(page, 1);
  expect(page.url()).toContain(link);
  await page.reload();
  await labRuns(page, 1);
});

test('script in a text of a link is text', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}#${sealed(documentOf({ title: SCRIPT }))}`, 1);
  await expect(page.getByTitle('Labs', { exact: true })).toContainText('onerror=');
  await nothingExecuted(page);
});

/** The head of an ELF file for x86-64. */
function foreignElf(): Buffer {
  const head = Buffer.alloc(128);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  return head;
}

test('a file that is no guest is refused in words', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  await page.getByRole('button', { name: 'New VM' }).click();
  const dialog = page.getByRole('dialog', { name: 'New VM' });
  const files = dialog.locator('input[type=file]');
  const give = (name: string, buffer: Buffer) =>
    files.setInputFiles({ name, mimeType: 'application/octet-stream', buffer });

  await give('program', foreignElf());
  await expect(dialog.getByRole('alert')).toContainText('x86-64');
  await give('empty', Buffer.alloc(0));
  await expect(dialog.getByRole('alert')).toContainText('empty');
  await give('Image.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]));
  await expect(dialog.getByRole('alert')).toContainText('a file compressed with xz: give it unpacked');
  await give('notes.txt', Buffer.from('Dear machine, please run this text.\n'));
  await expect(dialog.getByRole('alert')).toContainText('This is a text');
  // Nothing else is created in its place: a kernel is chosen anew, or another file given.
  await expect(dialog.getByLabel('Kernel', { exact: true })).toHaveValue('');
  await expect(dialog.getByRole('button', { name: 'Create', exact: true })).toBeDisabled();

  // A kernel that is fine, for a machine that is too small for it.
  await give('big.bin', Buffer.alloc(5 << 20));
  await expect(dialog.getByRole('alert')).toBeHidden();
  await expect(dialog.getByLabel('Kernel', { exact: true })).toHaveValue('file:big.bin');
  await dialog.getByLabel('Name').fill('small');
  await dialog.getByLabel('Memory', { exact: true }).fill('4');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(
    page.getByText(/The image needs \d+ bytes of memory; the VM has 4194304/).first(),
  ).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await selectVm(page, 'idle');
  await typeLine(page, 'idle', 'echo still here');
  await says(page, 'idle', /\nstill here/);
});

test('a machine that crashes says why, and the others run on', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  const crash = async (name: string, line: string, state: string, reason: RegExp): Promise<void> => {
    await prompts(page, name);
    await openVmPage(page, name);
    await typeLine(page, name, line);
    await expect(badges(page)).toHaveText(state);
    await expect(page.getByRole('main').locator('[role=alert], [role=status]')).toContainText(reason);
  };
  await crash('teach-1', 'crash void', 'failed', /jumped to an address where there is nothing \(pc 0x/);
  // Its state is kept to look at.
  await page.getByRole('tab', { name: 'Registers' }).click();
  await expect(page.getByText('scause').first()).toBeVisible();
  await crash('teach-2', 'crash', 'failed', /guest reported that it failed/);
  expect(await consoleText(page, 'teach-2')).toContain('kernel panic');

  await page.getByRole('button', { name: 'Topology', exact: true }).first().click();
  const vms = nodes(page, 'vm');
  await expect(badges(vms, 'failed')).toHaveCount(2);
  await expect(badges(vms, 'running')).toHaveCount(2);
  const running = await vms.filter({ has: badges(page, 'running') }).all();
  for (const node of running) {
    const [name = ''] = ((await node.getAttribute('aria-label')) ?? '').split(':');
    await selectVm(page, name);
    await prompts(page, name);
    await typeLine(page, name, 'echo alive');
    await expect(terminal(page, name).locator('.xterm-rows')).toContainText('alive');
  }
});

/** Milliseconds from one frame of the page to the next that 95 of 100 do not exceed. */
async function frameGap(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
    const gaps: number[] = [];
    for (let last = await frame(); gaps.length < 100; ) {
      const now = await frame();
      gaps.push(now - last);
      last = now;
    }
    return gaps.sort((a, b) => a - b)[95] ?? 0;
  });
}

test('a hostile guest harms neither its neighbours nor the page', async ({ sites, visit }) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}${WITHOUT_LINUX}`);
  await prompts(page, 'teach-1');
  await selectVm(page, 'teach-1');
  // An unknown SBI function, descriptors that loop and that point outside of memory.
  for (const attack of ['sbi 0x12345 0', 'attack loop', 'attack wild']) {
    await typeLine(page, 'teach-1', `${attack}; echo survived ${attack}`);
    await says(page, 'teach-1', `\nsurvived ${attack}`);
  }
  const atRest = await frameGap(page);
  await typeLine(page, 'teach-1', 'flood');
  const written = (): Promise<number> => page.evaluate(() => globalThis.virtlab.console(0, 'teach-1').total);
  await expect.poll(written).toBeGreaterThan(1 << 20);
  const before = await written();
  // The page goes on drawing, or these frames never come.
  const flooded = await frameGap(page);
  expect(await written()).toBeGreaterThan(before);
  console.log(
    `  from frame to frame: ${atRest.toFixed(0)} ms, with a flooded console ${flooded.toFixed(0)} ms`,
  );
  expect((await consoleText(page, 'teach-1')).length, 'what is kept of a console').toBeLessThan(1 << 20);

  await selectVm(page, 'teach-2');
  await typeLine(page, 'teach-2', 'echo untouched');
  await says(page, 'teach-2', /\nuntouched/);
  await selectVm(page, 'teach-1');
  await terminal(page, 'teach-1').click();
  await page.keyboard.press('Control+c');
  await says(page, 'teach-1', /teach-1\$ $/);
});

test('escape sequences of a guest stay in its terminal', async ({ sites, visit }) => {
  test.skip(!HAS_LINUX, 'no Linux images');
  const page = await visit();
  await open(page, sites.isolated.url);
  await prompts(page, 'linux-3');
  await selectVm(page, 'linux-3');
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  const title = await page.title();
  const osc = (text: string): string => `\\033]${text}\\007`;
  await typeLine(
    page,
    'linux-3',
    `printf '${osc('52;c;c3RvbGVu')}${osc('0;owned')}${osc('8;;https://example.org/')}link${osc('8;;')}\\033[c\\n'; echo end`,
  );
  await says(page, 'linux-3', /link[\s\S]*\nend/);
  await expect(terminal(page, 'linux-3').locator('.xterm-rows')).toContainText('end');
  expect(await page.title()).toBe(title);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
  await expect(page.locator('a[href*="example.org"]')).toHaveCount(0);
  // No terminal answers for the person: the shell has nothing typed at its prompt.
  expect((await consoleText(page, 'linux-3')).split('end').at(-1)).not.toContain('?1;2c');
});

test('a file that is dropped on the page is called by its name, and offered for what it is good for', async ({
  sites,
  visit,
}) => {
  const page = await visit();
  await open(page, `${sites.isolated.url}?lab=busy-neighbour`, 3);
  const dialog = page.getByRole('dialog', { name: 'Files' });
  // An archive is nothing for this page.
  await dropFile(page, 'guest.bin', [0x50, 0x4b, 3, 4, 0, 0, 0, 0]);
  await expect(dialog).toContainText(/“guest\.bin” is .*ZIP/i);
  await expect(dialog.getByRole('button')).toHaveCount(2);
  await page.keyboard.press('Escape');
  // A disk of QEMU can be kept.
  await dropFile(page, 'disk.img', [0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3]);
  await expect(dialog).toContainText(/“disk\.img” is .*QCOW2/i);
  await expect(dialog.getByRole('button', { name: 'Keep it as a disk image' })).toBeVisible();
  await page.keyboard.press('Escape');
  // A scenario is a lab.
  const scenario = JSON.stringify({
    ...builtinScenario('busy-neighbour', { linux: false }),
    title: 'Dropped',
  });
  await dropFile(page, 'lab.json', scenario);
  await dialog.getByRole('button', { name: 'Open it as a lab' }).click();
  await expect(page.getByRole('button', { name: 'Dropped' })).toBeVisible();
});
