/** Disks that last: what one page has committed, the next begins on; a run that nobody sees commits nothing. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { Scenario } from '#lab/scenario';
import { type FilePlace, MemoryFiles } from '#lab/storage/file-place';
import { MemoryStorage } from '#lab/storage/memory-storage';
import { BLOCK_BYTES, type DiskChange } from '#machine/devices/disk/layers/keeper';
import { hostSpec, open, scenario, seen, start, vmSpec } from '../fixtures/service.ts';
import { DiskService } from './disk-service.ts';
import { KeptDisks } from './kept-disks.ts';

const SIZE = 1 << 20;
const VM = vmSpec('a', { disks: [{ sizeBytes: SIZE, content: { kind: 'layered', keep: 'data' } }] });

function page(files: FilePlace, storage = new MemoryStorage()) {
  const service = new DiskService({
    places: { storage, files: async () => files },
    pause: async () => undefined,
    usedBy: async () => new Map(),
  });
  return { service, kept: new KeptDisks(service) };
}
function change(block: number, fill: number): DiskChange {
  const blocks = new Map([[block, new Uint8Array(BLOCK_BYTES).fill(fill)]]);
  return { layer: undefined, isWhole: false, blocks };
}

test('what was committed is a layer that the next lab begins on, and the scenario says so', async () => {
  const files = new MemoryFiles(true);
  const first = page(files);
  await first.kept.open([VM]);
  const run = first.kept.run();
  const keeper = run.keeper?.('data');
  expect(keeper?.commit(change(3, 7))).toBe('unseen');
  first.kept.see(run);
  expect(keeper?.commit(change(3, 7))).toBe('kept');
  // Another run of the same lab, which nobody sees.
  expect(first.kept.run().keeper?.('data')?.commit(change(3, 8))).toBe('unseen');

  const next = page(files);
  const { scenario: given } = scenario([hostSpec('h', [VM])]) as { scenario: Scenario };
  const begun = await next.kept.begin(given);
  const content = begun.hosts[0]?.vms[0]?.disks[0]?.content;
  expect(content).toMatchObject({ kind: 'layered', keep: 'data' });
  const [layer] = must(await next.service.chain(String(content?.['layer'])));
  const part = layer?.parts.get(0);
  expect([part?.[3 * BLOCK_BYTES], part?.[0], layer?.below]).toEqual([7, 0, undefined]);
});

test('a VM for whose disk there is no room is paused, the page is told, and resumed it tries again', async () => {
  const files = new MemoryFiles(true);
  const storage = new MemoryStorage();
  const all = await start(undefined, { disks: { storage, files: async () => files } });
  await open(all, scenario([hostSpec('h', [VM])]));
  await all.service.setSpeed({ running: true, rate: 1 });
  await seen(() => all.page.console('a').includes('a$ '));
  // The browser gives no more room.
  const both = [must(await files.open('kept-data.a')), must(await files.open('kept-data.b'))];
  const written = both.map((each) => each.write.bind(each));
  for (const each of both) each.write = () => ({ ok: false, error: { code: 'storage.full', data: {} } });
  const command = { op: 'console.input', args: { vm: 'a', text: 'disk 0 write 2\n' } } as const;
  must(await all.service.command(0, command));
  await seen(() => all.page.events.some(({ code }) => code === 'disk.noRoomToKeep'));
  const vm = must(await all.service.ask(0, 'vm', { vm: 'a' })).value;
  expect(vm.description.state).toBe('paused');
  for (const [at, each] of both.entries()) each.write = written[at]!;
  must(await all.service.command(0, { op: 'vm.resume', args: { vm: 'a' } }));
  await seen(() => all.page.console('a').includes('wrote 2 blocks'));
});
