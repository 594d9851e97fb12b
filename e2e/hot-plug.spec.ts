/** A Linux with a guest agent: what it says is shown, a file goes in and comes out, a disk is plugged in and taken out. */
import { readFileSync } from 'node:fs';
import { builtinScenario } from '../src/lab/scenarios/builtin.ts';
import { requirement } from '../src/tools/prerequisites.ts';
import { expect, test } from './fixtures.ts';
import { goTo, open, selectVm } from './lab-page.ts';
import { linkOf } from './labs.ts';

test.skip(requirement('linux').skip, 'needs Linux images');

test('the agent of a Linux reports, moves files, and lets a disk come and go', async ({ sites, visit }) => {
  const page = await visit();
  const lab = { ...builtinScenario('hot-plug', { linux: true })!, commands: [] };
  await open(page, `${sites.isolated.url}#${linkOf(lab)}`, 2);
  await selectVm(page, 'linux');
  await goTo(page, '?view=vm&host=0&vm=linux&tab=devices');
  const agent = page.getByTestId('agent');
  await expect(agent.getByText('eth0 10.0.0.1/24')).toBeVisible({ timeout: 60_000 });
  // The guest takes one after the other.
  await agent.locator('input[type=file]').setInputFiles([
    { name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(100_000, 'x') },
    { name: 'hello.txt', mimeType: 'text/plain', buffer: Buffer.from('hello from the page\n') },
  ]);
  for (const name of ['large.bin', 'hello.txt'])
    await expect(agent.getByRole('row', { name: `File in /root/${name} done` })).toBeVisible();
  await agent.getByRole('textbox', { name: 'File in the guest' }).fill('/root/hello.txt');
  await agent.getByRole('button', { name: 'Take out' }).click();
  const download = page.waitForEvent('download');
  await agent.getByRole('button', { name: 'Save' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe('hello from the page\n');
  const plugs = page.getByTestId('hot-plug');
  await plugs.getByRole('button', { name: 'Plug disk in' }).click();
  await expect(agent.getByRole('cell', { name: 'vda', exact: true })).toBeVisible();
  await plugs.getByRole('button', { name: 'Take out' }).click();
  await expect(plugs.getByRole('button', { name: 'Take out' })).toHaveCount(0);
});
