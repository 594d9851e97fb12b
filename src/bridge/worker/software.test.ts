/** Commands that need software which is not here yet: they wait for it, or the person learns why they cannot be done. */

import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import {
  booted,
  codeOf,
  hostSpec,
  KERNEL,
  OPTIONS,
  open,
  scenario,
  seen,
  start,
  vmSpec,
} from './fixtures/service.ts';

const NOTHING = (): void => undefined;
const CREATE = {
  op: 'vm.create',
  args: { vm: vmSpec('mine', { image: { kind: 'file', name: 'boot.bin' } }) },
} as const;
/** An endless loop. */
const LOOP = Uint8Array.of(0x6f, 0, 0, 0);

test('a VM of an image that is not here is refused with the reason; once it is here, it runs', async () => {
  const { service, page } = await booted();
  expect(await service.command(0, CREATE)).toMatchObject({
    error: { code: 'image-missing', data: { name: 'boot.bin' } },
  });
  expect(must(await service.share('start')).commands).toBe(0);
  must(await service.addImage('boot.bin', LOOP));
  must(await service.command(0, CREATE));
  must(await service.command(0, { op: 'vm.start', args: { vm: 'mine' } }));
  await seen(() => page.vm('mine')?.state === 'running');
});

test('a download that fails reaches the person as it failed; nothing is created', async () => {
  const all = await start();
  const { service, site } = all;
  // The list is not asked for before somebody wants Linux.
  await open(all);
  site.files.set('site/guests/guests.json', new TextEncoder().encode('{'));
  const vm = vmSpec('tux', { image: { kind: 'builtin', name: 'linux-tiny' }, memoryBytes: 32 << 20 });
  expect(codeOf(await service.command(0, { op: 'vm.create', args: { vm } }))).toBe('guests.notJson');
  expect(codeOf(await service.ask(0, 'vm', { vm: 'tux' }))).toBe('no-such-vm');
});

test('a reset into an image that does not fit says why', async () => {
  const all = await start();
  must(await all.service.open(scenario(), OPTIONS, NOTHING));
  must(await all.service.addImage('boot.bin', LOOP));
  must(await all.service.command(0, CREATE));
  must(await all.service.command(0, { op: 'vm.start', args: { vm: 'mine' } }));
  // An image that this VM could not be loaded from.
  must(await all.service.addImage('boot.bin', new Uint8Array(3 << 20).fill(0x13)));
  expect(codeOf(await all.service.command(0, { op: 'vm.reset', args: { vm: 'mine' } }))).toBe(
    'image.largerThanRam',
  );
  await seen(() => all.page.vm('mine')?.state === 'stopped');
  await seen(() => all.page.events.some(({ vm, code }) => vm === 'mine' && code === 'image.largerThanRam'));
});

test('a command that waits for its image ends when the person cancels, or opens another lab', async () => {
  for (const [code, act] of [
    ['cancelled', (all) => all.service.cancel()],
    ['superseded', (all) => open(all, scenario([hostSpec('other', [vmSpec('a')])]))],
  ] as readonly [string, (all: Awaited<ReturnType<typeof start>>) => Promise<unknown>][]) {
    const all = await start();
    await open(all);
    all.site.hold('site/guests/guests.json');
    const vm = vmSpec('tux', { image: { kind: 'builtin', name: 'linux-tiny' }, memoryBytes: 32 << 20 });
    const waiting = all.service.command(0, { op: 'vm.create', args: { vm } });
    await seen(() => all.site.asked.includes('site/guests/guests.json'));
    await act(all);
    expect(codeOf(await waiting)).toBe(code);
    expect(codeOf(await all.service.ask(0, 'vm', { vm: 'tux' }))).toBe('no-such-vm');
  }
});

test('while a command waits for its image the page is told how far it is, and no longer', async () => {
  const all = await start();
  await open(all);
  const packed = { file: 'tiny.gzip', compression: 'gzip', version: 'Linux', sha256: '00'.repeat(32) };
  const sizes = { compressedBytes: 1 << 20, sizeBytes: 3 << 20 };
  const files = ['linux-tiny', 'initrd'].map((name) => ({ name, ...packed, ...sizes }));
  const list = { version: 1, files };
  all.site.files.set('site/guests/guests.json', new TextEncoder().encode(JSON.stringify(list)));
  const letGo = all.site.hold('site/guests/tiny.gzip');
  const vm = vmSpec('tux', { image: { kind: 'builtin', name: 'linux-tiny' }, memoryBytes: 32 << 20 });
  const waiting = all.service.command(0, { op: 'vm.create', args: { vm } });
  await seen(() => all.page.last?.status.fetching !== undefined);
  expect(all.page.last?.status.fetching).toEqual({
    ...{ stage: 'image', subject: 'linux-tiny', done: 0, total: 1 << 20 },
  });
  letGo();
  expect(codeOf(await waiting)).toBe('image-download');
  await seen(() => all.page.last?.status.fetching === undefined);
});

test('a lab opens without the images that are not to be had, and says why each is missing', async () => {
  const all = await start();
  all.site.files.delete('site/kernel.elf');
  const opened = await open(
    all,
    scenario([
      hostSpec('h', [vmSpec('a'), vmSpec('b'), vmSpec('c', { image: { kind: 'file', name: 'x' } })]),
    ]),
  );
  expect(opened.missingImages).toEqual([
    { name: 'teaching', error: { code: 'image-download', data: { name: 'site/kernel.elf', status: 404 } } },
    { name: 'x', error: { code: 'image-missing', data: { name: 'x' } } },
  ]);
  expect(all.site.asked.filter((url) => url === 'site/kernel.elf').length).toBe(1);
  expect(opened.lab.hosts[0]?.vms.map(({ state }) => state)).toEqual(['created', 'created', 'created']);
  // What was not there yesterday may be there today.
  all.site.files.set('site/kernel.elf', KERNEL);
  must(await all.service.command(0, { op: 'vm.start', args: { vm: 'a' } }));
});

test('a link whose log creates a VM of an image that no first VM has opens to the run of whoever sent it', async () => {
  const sender = await start();
  await open(sender, scenario([hostSpec('h', [])]));
  must(await sender.service.runTo(5_000_000, NOTHING));
  must(await sender.service.command(0, { op: 'vm.create', args: { vm: vmSpec('late') } }));
  must(await sender.service.command(0, { op: 'vm.start', args: { vm: 'late' } }));
  must(await sender.service.runTo(100_000_000, NOTHING));
  const { fragment } = must(await sender.service.share('start'));

  const receiver = await start();
  const opened = await open(receiver, { kind: 'link', text: fragment });
  expect(opened.missingImages).toEqual([]);
  must(await receiver.service.runTo(100_000_000, NOTHING));
  await seen(() => receiver.page.vm('late')?.state === 'running');
  expect(must(await receiver.service.hash())).toEqual(must(await sender.service.hash()));
});
