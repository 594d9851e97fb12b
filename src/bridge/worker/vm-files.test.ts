/** Files of suspended VMs: given by a person, named by commands, missed where they are not. */

import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import type { Scenario } from '#lab/scenario';
import { booted, codeOf, hostSpec, open, type Started, scenario, start, vmSpec } from './fixtures/service.ts';

const NOTHING = (): void => undefined;
const AT_NS = 100 * NS_PER_MS;
const FILE = 'a.vm';

/** The file of VM `a` of a lab that has booted; `all` goes on. */
async function suspended(): Promise<{ readonly all: Started; readonly bytes: Uint8Array }> {
  const all = await booted();
  return { all, bytes: must(await all.service.ask(0, 'vm-file', { vm: 'a' })).value };
}
const moveIn = (hash: string, vm = 'guest') => ({ op: 'vm.moveIn', args: { vm, file: FILE, hash } }) as const;

describe('the file of a VM', () => {
  test('is looked at, and resumed by a command that names it', async () => {
    const { all, bytes } = await suspended();
    const before = must(await all.service.ask(0, 'vm-hash', { vm: 'a' })).value;
    const other = await booted(scenario([hostSpec('h', [vmSpec('b')])]));
    const info = must(await other.service.addVmFile(FILE, bytes));
    expect(info).toMatchObject({
      ...{
        file: FILE,
        bytes: bytes.length,
        name: 'a',
        state: 'running',
        vcpus: 1,
        switches: [],
        extensions: ['Zba', 'Zbb', 'Zbs'],
      },
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    must(await other.service.command(0, moveIn(info.hash, 'a')));
    expect(must(await other.service.ask(0, 'vm-hash', { vm: 'a' })).value).toBe(before);
  });

  test('takes the place of an image of its name', async () => {
    const { all, bytes } = await suspended();
    const names = async () => (await all.service.images()).map(({ spec }) => spec.name);
    must(await all.service.addImage(FILE, Uint8Array.of(0x6f, 0, 0, 0)));
    expect(await names()).toContain(FILE);
    must(await all.service.addVmFile(FILE, bytes));
    expect(await names()).not.toContain(FILE);
  });

  test('that is damaged or something else is refused and not kept', async () => {
    const { all, bytes } = await suspended();
    const { hash } = must(await all.service.addVmFile(FILE, bytes));
    const other = await booted();
    const damaged = bytes.slice();
    damaged[damaged.length >> 1]! ^= 4;
    expect(codeOf(await other.service.addVmFile(FILE, damaged))).toBe('snapshot.damaged');
    expect(codeOf(await other.service.addVmFile(FILE, new TextEncoder().encode('{}')))).not.toBe('');
    expect(codeOf(await other.service.command(0, moveIn(hash)))).toBe('image-missing');
  });

  test('that no command could name, or that is too large, is refused before anybody looks into it', async () => {
    const { service } = await booted();
    const unread = new Proxy(new Uint8Array(0), {
      get: (_, key) => {
        if (key === 'length') return 1 << 28;
        throw new Error(`looked at ${String(key)}`);
      },
    });
    expect(codeOf(await service.addVmFile('folder/a.vm', unread))).toBe('scenario.badFileName');
    expect(codeOf(await service.addVmFile('a'.repeat(81), unread))).toBe('scenario.tooLong');
    expect(codeOf(await service.addVmFile(FILE, unread))).toBe('image-too-large');
  });

  test('needs a lab', async () => {
    const { service } = await start();
    expect(codeOf(await service.addVmFile(FILE, new Uint8Array(1)))).toBe('no-lab');
  });
});

describe('a command that reads a file', () => {
  test('is not carried out while the file is not here; nothing of it is recorded', async () => {
    const { all } = await suspended();
    expect(await all.service.command(0, moveIn('0'.repeat(16)))).toMatchObject({
      error: { code: 'image-missing', data: { name: FILE } },
    });
    expect(must(await all.service.share('start')).commands).toBe(0);
  });

  test('has its file named among what a link cannot carry', async () => {
    const { all, bytes } = await suspended();
    const { hash } = must(await all.service.addVmFile(FILE, bytes));
    must(await all.service.command(0, moveIn(hash)));
    expect(must(await all.service.share('start')).omittedFiles).toEqual([FILE]);
  });
});

describe('a lab that will read a file', () => {
  async function labToCome(): Promise<{ readonly later: Scenario; readonly bytes: Uint8Array }> {
    const { all, bytes } = await suspended();
    const { hash } = must(await all.service.addVmFile(FILE, bytes));
    const source = scenario([hostSpec('h', [vmSpec('b')])]);
    if (source.kind !== 'scenario') throw new Error('another source');
    const later = { ...source.scenario, commands: [{ ...moveIn(hash), at: AT_NS, host: 0 }] };
    return { later, bytes };
  }
  const missing = [{ name: FILE, error: { code: 'image-missing', data: { name: FILE } } }];

  test('opens without it and says so, from a scenario and from a file of the whole lab', async () => {
    const { later, bytes } = await labToCome();
    const first = await start();
    expect((await open(first, { kind: 'scenario', scenario: later })).missingImages).toEqual(missing);
    const file = must(await first.service.saveLab());
    const second = await start();
    expect((await open(second, { kind: 'state', bytes: file })).missingImages).toEqual(missing);
    // In time is soon enough.
    must(await second.service.addVmFile(FILE, bytes));
    must(await second.service.runTo(2 * AT_NS, NOTHING));
    must(await second.service.ask(0, 'vm', { vm: 'guest' }));
  });

  test('does not miss it once the command has been carried out', async () => {
    const { later, bytes } = await labToCome();
    const first = await start();
    await open(first, { kind: 'scenario', scenario: later });
    must(await first.service.addVmFile(FILE, bytes));
    must(await first.service.runTo(2 * AT_NS, NOTHING));
    const file = must(await first.service.saveLab());
    const second = await start();
    expect((await open(second, { kind: 'state', bytes: file })).missingImages).toEqual([]);
    must(await second.service.ask(0, 'vm', { vm: 'guest' }));
  });
});
