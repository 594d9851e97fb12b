/** Disks that last: what one page has committed, the next begins on; a run that nobody sees commits nothing. */
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { fail, ok, type Result } from '#base/result';
import type { Scenario } from '#lab/scenario';
import { type FilePlace, MemoryFiles } from '#lab/storage/file-place';
import { MemoryStorage } from '#lab/storage/memory-storage';
import type { SyncFile } from '#lab/storage/sync-file';
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

/** Files of one browser as its tabs see them: who opens one has it alone until it is closed. */
class TabFiles extends MemoryFiles {
  readonly #locks: Map<string, TabFiles>;
  readonly #shared: MemoryFiles;

  constructor(shared: MemoryFiles, locks: Map<string, TabFiles>) {
    super(true);
    this.#shared = shared;
    this.#locks = locks;
  }
  override async open(name: string): Promise<Result<SyncFile>> {
    if (this.#locks.has(name)) return fail('storage.locked');
    const file = must(await this.#shared.open(name));
    this.#locks.set(name, this);
    file.close = () => void this.#locks.delete(name);
    return ok(file);
  }
  override read(name: string): Promise<Result<Uint8Array | undefined>> {
    return this.#shared.read(name);
  }
  override write(name: string, bytes: Uint8Array): Promise<Result<null>> {
    return this.#shared.write(name, bytes);
  }
  override remove(name: string): Promise<Result<null>> {
    return this.#shared.remove(name);
  }
  override list(): ReturnType<MemoryFiles['list']> {
    return this.#shared.list();
  }
  /** The tab is closed. */
  gone(): void {
    for (const [name, holder] of this.#locks) if (holder === this) this.#locks.delete(name);
  }
}

function twoTabs() {
  const [shared, locks, storage] = [new MemoryFiles(true), new Map<string, TabFiles>(), new MemoryStorage()];
  const tabs = [new TabFiles(shared, locks), new TabFiles(shared, locks)] as const;
  return tabs.map((files) => ({ files, ...page(files, storage) })) as [Tab, Tab];
}
type Tab = ReturnType<typeof page> & { readonly files: TabFiles };

const { scenario: SCENARIO } = scenario([hostSpec('h', [VM])]) as { scenario: Scenario };
const layerIn = ({ hosts }: Scenario): unknown => hosts[0]?.vms[0]?.disks[0]?.content?.['layer'];

describe('a disk that another tab has', () => {
  test('is a copy of what was last committed, and is kept here when the other tab goes', async () => {
    const [one, other] = twoTabs();
    await one.kept.begin(SCENARIO);
    const first = one.kept.run();
    one.kept.see(first);
    expect(first.keeper?.('data')?.commit(change(3, 7))).toBe('kept');

    expect(layerIn(await other.kept.begin(SCENARIO))).toEqual(expect.any(String));
    expect([one.kept.stateOf('data'), other.kept.stateOf('data')]).toEqual(['here', 'elsewhere']);
    const second = other.kept.run();
    other.kept.see(second);
    const keeper = second.keeper?.('data');
    expect(keeper?.commit(change(4, 8))).toBe('unseen');
    await other.kept.lookAgain();
    expect(other.kept.stateOf('data')).toBe('elsewhere');
    one.files.gone();
    await other.kept.lookAgain();
    expect(other.kept.stateOf('data')).toBe('here');
    expect(keeper?.commit({ ...change(4, 8), isWhole: true })).toBe('kept');
  });

  test('stays as that tab has left it where it was changed meanwhile, unless a person wants this tab’s', async () => {
    const [one, other] = twoTabs();
    await one.kept.begin(SCENARIO);
    const first = one.kept.run();
    one.kept.see(first);
    await other.kept.begin(SCENARIO);
    const second = other.kept.run();
    other.kept.see(second);
    expect(first.keeper?.('data')?.commit(change(3, 7))).toBe('kept');
    one.files.gone();
    await other.kept.lookAgain();
    expect(other.kept.stateOf('data')).toBe('changed');
    expect(second.keeper?.('data')?.commit(change(4, 8))).toBe('unseen');
    must(await other.kept.takeOver('data'));
    expect(second.keeper?.('data')?.commit({ ...change(4, 8), isWhole: true })).toBe('kept');
  });

  test('is not deleted, nor is one that a VM writes to', async () => {
    const [one, other] = twoTabs();
    await one.kept.begin(SCENARIO);
    expect(await other.kept.remove('data', [])).toMatchObject({ error: { code: 'storage.locked' } });
    expect(await one.kept.remove('data', ['a'])).toMatchObject({ error: { code: 'disk.usedBy' } });
    must(await one.kept.remove('data', []));
    expect(must(await one.files.list())).toEqual([]);
  });
});

test('all that is kept is listed: disks by name, labs, and files that nothing names', async () => {
  const files = new MemoryFiles(true);
  const storage = new MemoryStorage();
  const all = await start(undefined, { disks: { storage, files: async () => files } });
  await open(all, scenario([hostSpec('h', [VM])]));
  must(await files.write(`${'ab'.repeat(32)}.layer`, new Uint8Array(100)));
  const report = must(await all.service.disks());
  expect(report).toMatchObject({
    ...{ lasts: true, images: [], labs: [], strays: { count: 1, bytes: 100 } },
    disks: [{ name: 'data', sizeBytes: SIZE, state: 'here', usedBy: ['a'] }],
    room: { usedBytes: 0 },
  });
  must(await all.service.deleteKept({ kind: 'strays' }));
  expect(must(await all.service.disks()).strays.count).toBe(0);
  expect(await all.service.deleteKept({ kind: 'disk', name: 'data' })).toMatchObject({
    error: { code: 'disk.usedBy' },
  });
  await all.service.setSpeed({ running: true, rate: 1 });
  await seen(() => all.page.console('a').includes('a$ '));
  must(
    await all.service.command(0, {
      op: 'console.input',
      args: { vm: 'a', text: 'disk 0 write 2\n' },
    }),
  );
  await seen(() => all.page.console('a').includes('wrote 2 blocks'));
  const raw = must(await all.service.exportDisk('disk', 'data', 'raw', () => undefined));
  expect(raw.size).toBe(SIZE);
  expect(new Uint8Array(await raw.arrayBuffer()).subarray(0, 8192).every((byte) => byte === 0)).toBe(false);
});
