/** A question of somebody's own is asked on the command line like any other, of a scenario with a device of theirs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { EXTENDED } from '#hypervisor/fixtures/extension/registries';
import { ask } from './ask.ts';
import { outputOf } from './fixtures/output.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-extension-'));
afterEach(() => rmSync(folder, { recursive: true }));

test('virtlab ask answers it', async () => {
  const file = join(folder, 'scenario.json');
  const vms = [{ name: 'a', devices: [{ kind: 'cipher', key: 7 }, { kind: 'cipher' }] }];
  writeFileSync(file, JSON.stringify({ version: 1, hosts: [{ name: 'h', vms }] }));
  const help: string[] = [];
  await ask(['--help'], (text) => help.push(text), EXTENDED);
  expect(help.join('')).toContain('keys --vm');
  const asked = [file, 'keys', '--vm', 'a', '--at', '10ms', '--json'];
  const { result, out } = await outputOf(() => ask(asked, () => {}, EXTENDED));
  expect(result).toEqual({ ok: true, value: 0 });
  expect(JSON.parse(out)).toEqual({ at: 10_000_000, value: [7, 1] });
  expect(await ask([file, 'keys', '--vm', 'a'], () => {})).toMatchObject({ ok: false });
});
