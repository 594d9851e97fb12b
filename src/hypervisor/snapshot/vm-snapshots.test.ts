/** Snapshots of a VM: what is taken comes back whole, whatever has happened since, and nothing else on the host notices. */
import { expect, test, vi } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import { must } from '#base/fixtures/must';
import type { Result } from '#base/result';
import type { HostSpec, VmSpec } from '#base/scenario';
import { expectSameState } from '../fixtures/same-state.ts';
import {
  bootHost,
  command,
  consoleText,
  copyOf,
  LINUX_SKIPPED,
  linux,
  shellVm,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { AnswerOf } from '../questions.ts';
import { vmHash } from './vm-file.ts';

const MS = 1_000_000;

/** A VM with a disk, too. */
function diskVm(name: string, more: Partial<VmSpec> = {}): VmSpec {
  return shellVm(name, { disks: [{ sizeBytes: 1 << 20 }], ...more });
}

function shellHost(more: Partial<HostSpec> = {}): Host {
  const host = bootHost([diskVm('a'), diskVm('b')], more);
  host.advance(60 * MS);
  return host;
}

function run(host: Host, op: string, args: object): Result<null> {
  return host.execute({ op, args });
}
const take = (host: Host, name: string, vm = 'a'): void => command(host, 'vm.snapshot', { vm, name });
const revert = (host: Host, snapshot: string, vm = 'a'): void => command(host, 'vm.revert', { vm, snapshot });
const hashOf = (host: Host, vm = 'a'): string => vmHash(host.machine, vmOf(host, vm));

function listOf(host: Host, vm = 'a'): AnswerOf<'snapshots'> {
  return must(host.ask('snapshots', { vm })).value as AnswerOf<'snapshots'>;
}

test('reverted in the middle of other work, a VM is what it was, and goes on as it did', () => {
  const host = shellHost();
  type(host, 'a', 'dirty 25000 16\n');
  host.advance(host.now + 23.7 * MS);
  const before = hashOf(host);
  const console = consoleText(vmOf(host));
  take(host, 'at work');
  expect(hashOf(host)).toBe(before);
  host.advance(host.now + 300 * MS);
  expect(hashOf(host)).not.toBe(before);
  const other = hashOf(host, 'b');
  revert(host, 'at work');
  expect(hashOf(host)).toBe(before);
  expect(hashOf(host, 'b')).toBe(other);
  expect(consoleText(vmOf(host))).toBe(console);
  // The same time by its own clock leads to the same state, twice.
  const after: string[] = [];
  for (let round = 0; round < 2; round++) {
    revert(host, 'at work');
    host.advance(host.now + 50 * MS);
    type(host, 'a', '\x03uptime\n');
    host.advance(host.now + 100 * MS);
    after.push(consoleText(vmOf(host)));
  }
  expect(after[0]).toBe(after[1]);
  expect(after[0]?.slice(console.length)).toContain('up ');
});

test('a VM that pings goes on after it was reverted', () => {
  const ip = (address: string): Partial<VmSpec> => ({ append: `ip=${address}/24` });
  const host = bootHost([diskVm('a', ip('10.0.0.1')), diskVm('b', ip('10.0.0.2'))]);
  host.advance(60 * MS);
  type(host, 'a', 'ping 10.0.0.2 8 20\n');
  host.advance(host.now + 50 * MS);
  take(host, 'between two pings');
  const seen = consoleText(vmOf(host)).match(/seq/g)?.length ?? 0;
  host.advance(host.now + 4_000 * MS);
  expect(consoleText(vmOf(host))).toContain('8 sent, 8 received');
  revert(host, 'between two pings');
  expect(consoleText(vmOf(host)).match(/seq/g)?.length ?? 0).toBe(seen);
  host.advance(host.now + 4_000 * MS);
  expect(consoleText(vmOf(host))).toContain('8 sent, 8 received');
});

test('pages, devices and disks come back; a VM that was off is off again, and the reverse', () => {
  const host = shellHost();
  const { memory } = vmOf(host);
  memory.fill(RAM_BASE + 0x30_0000, 4096, 0x5a);
  take(host, 'on');
  memory.fill(RAM_BASE + 0x30_0000, 4096, 0x77);
  command(host, 'vm.powerOff', { vm: 'a' });
  const used = host.frames.free;
  take(host, 'off');
  revert(host, 'on');
  expect(vmOf(host).state).toBe('running');
  expect(memory.readU32(RAM_BASE + 0x30_0000)).toBe(0x5a5a_5a5a);
  revert(host, 'off');
  expect(vmOf(host).state).toBe('stopped');
  expect(host.frames.free).toBe(used);
  command(host, 'vm.start', { vm: 'a' });
  host.advance(host.now + 60 * MS);
  expect(consoleText(vmOf(host))).toMatch(/\$ $/);
});

test('the tree knows what comes from what, and where the VM stands', () => {
  const host = shellHost();
  take(host, 'one');
  take(host, 'two');
  revert(host, 'one');
  take(host, 'three');
  const tree = (): object[] => listOf(host).snapshots.map(({ name, parent }) => ({ name, parent }));
  expect(tree()).toEqual([
    { name: 'one', parent: 0 },
    { name: 'two', parent: 1 },
    { name: 'three', parent: 1 },
  ]);
  expect(listOf(host).here).toBe(3);
  command(host, 'vm.renameSnapshot', { vm: 'a', snapshot: 'three', name: '第三' });
  command(host, 'vm.deleteSnapshot', { vm: 'a', snapshot: 'one' });
  expect(tree()).toEqual([
    { name: 'two', parent: 0 },
    { name: '第三', parent: 0 },
  ]);
  command(host, 'vm.deleteSnapshot', { vm: 'a', snapshot: '第三' });
  expect(listOf(host).here).toBe(0);
});

test('each content is kept once, and goes with the last snapshot that has it', () => {
  const host = shellHost();
  take(host, 'one');
  const { bytes } = host.snapshots.contents;
  expect(bytes).toBeGreaterThan(20 * 4096);
  take(host, 'two');
  expect(host.snapshots.contents.bytes).toBe(bytes);
  vmOf(host).memory.fill(RAM_BASE + 0x30_0000, 3 * 4096, 0x5a);
  take(host, 'three');
  // Three pages of the same content, and a few that the write itself has changed: none.
  expect(host.snapshots.contents.bytes).toBe(bytes + 4096);
  expect(listOf(host).snapshots.map(({ ownBytes }) => ownBytes)).toEqual([0, 0, 4096]);
  for (const snapshot of ['one', 'three', 'two']) command(host, 'vm.deleteSnapshot', { vm: 'a', snapshot });
  expect(host.snapshots.contents.bytes).toBe(0);
});

test('what cannot be done is refused with its reason, and nothing has changed', () => {
  const host = shellHost();
  take(host, 'one');
  const before = host.hash();
  const codeOf = (op: string, args: object): string => {
    const result = run(host, op, { vm: 'a', ...args });
    return result.ok ? 'done' : result.error.code;
  };
  expect(codeOf('vm.snapshot', { name: 'one' })).toBe('snapshot.nameTaken');
  expect(codeOf('vm.revert', { snapshot: 'two' })).toBe('snapshot.none');
  expect(codeOf('vm.deleteSnapshot', { snapshot: 'two' })).toBe('snapshot.none');
  expect(codeOf('vm.renameSnapshot', { snapshot: 'two', name: 'x' })).toBe('snapshot.none');
  expect(codeOf('vm.clone', { name: 'b' })).toBe('vm.nameTaken');
  expect(host.hash()).toBe(before);
  for (let n = 1; n < LIMITS.snapshotsPerVm; n++) take(host, `more ${n}`);
  expect(codeOf('vm.snapshot', { name: 'too many' })).toBe('snapshot.tooMany');
});

test('without frames for what it was, a VM stays what it is', () => {
  const host = bootHost([diskVm('a', { allocation: 'fixed' })], { ramBytes: 16 << 20 });
  host.advance(60 * MS);
  take(host, 'large');
  command(host, 'vm.powerOff', { vm: 'a' });
  const vm = diskVm('c', { memoryBytes: 13 << 20, allocation: 'fixed' });
  command(host, 'vm.create', { vm });
  command(host, 'vm.start', { vm: 'c' });
  const before = host.hash();
  expect(run(host, 'vm.revert', { vm: 'a', snapshot: 'large' })).toMatchObject({
    error: { code: 'vm.hostMemoryExhausted' },
  });
  expect(host.hash()).toBe(before);
});

test('a snapshot of the host has the snapshots of its VMs, and a checkpoint takes their contents once', () => {
  const host = shellHost();
  const bare = host.checkpoint(0);
  take(host, 'one');
  const first = host.checkpoint(bare.known);
  const pages = host.snapshots.contents.list().length;
  expect(first.fresh.length).toBeGreaterThanOrEqual(pages);
  expect(host.checkpoint(first.known).fresh).toHaveLength(0);
  const restored = copyOf(host);
  expectSameState(restored, host);
  for (const each of [host, restored]) {
    each.advance(each.now + 70 * MS);
    command(each, 'vm.snapshot', { vm: 'a', name: 'two' });
    revert(each, 'one');
    each.advance(each.now + 30 * MS);
  }
  expectSameState(restored, host);
});

test('with its VM, the snapshots of a VM are gone', () => {
  const host = shellHost();
  take(host, 'one');
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.delete', { vm: 'a' });
  expect(host.snapshots.contents.bytes).toBe(0);
  command(host, 'vm.create', { vm: diskVm('a') });
  expect(listOf(host).snapshots).toEqual([]);
});

test('a clone has an identity of its own; one that runs has its cables out and says why', () => {
  const host = bootHost([diskVm('a', { append: 'ip=10.0.0.1/24' }), diskVm('b')]);
  host.advance(60 * MS);
  command(host, 'vm.clone', { vm: 'a', name: 'a2' });
  const clone = vmOf(host, 'a2');
  expect(clone.state).toBe('running');
  expect(new Set(host.vms().map(({ identity }) => identity)).size).toBe(3);
  expect(new Set(host.vms().flatMap(({ macs }) => macs)).size).toBe(3);
  expect(host.log.since(0).at(-2)).toMatchObject({ vm: 'a2', code: 'vm.cablesOut' });
  const before = clone.devices.counted('net', 'framesOut');
  const frames = (): number => clone.devices.counted('net', 'framesOut') - before;
  type(host, 'a2', 'ping 10.0.0.9 2 20\n');
  host.advance(host.now + 200 * MS);
  expect(frames()).toBe(0);
  command(host, 'vm.setLink', { vm: 'a2', card: 0, up: true });
  type(host, 'a2', '\x03ping 10.0.0.9 2 20\n');
  host.advance(host.now + 200 * MS);
  expect(frames()).toBeGreaterThan(0);
  const random = (vm: string): unknown =>
    vmOf(host, vm)
      .devices.devices.find(({ kind }) => kind === 'rng')
      ?.capture();
  expect(random('a2')).not.toEqual(random('a'));
});

test('a snapshot that cannot be taken up is refused by a clone and leaves nothing; the host runs on', () => {
  const host = shellHost();
  take(host, 'one');
  const node = host.snapshots.find(vmOf(host), 'one');
  if (!node.ok) throw new Error(node.error.code);
  const { vm, ...rest } = host.snapshots.read(node.value);
  // As a file would have it that was made to look whole.
  vi.spyOn(host.snapshots, 'read').mockReturnValue({ vm: { ...vm, vcpus: [] }, ...rest });
  const before = host.hash();
  expect(run(host, 'vm.clone', { vm: 'a', name: 'c', snapshot: 'one' })).toMatchObject({
    error: { code: 'snapshot.format' },
  });
  expect(host.hash()).toBe(before);
});

test.skipIf(LINUX_SKIPPED)('Linux, reverted again and again, answers each time', () => {
  const spec = vmSpec('a', linux('Image-tiny'), { memoryBytes: 32 << 20, append: 'console=hvc1' });
  const host = bootHost([spec], { ramBytes: 64 << 20 });
  for (let n = 0; n < 100 && !consoleText(vmOf(host)).includes('# '); n++) host.advance(host.now + 100 * MS);
  take(host, 'booted');
  for (const round of [1, 2, 3]) {
    type(host, 'a', `echo $((${round}*7)); cat /tmp/f; echo ${round} > /tmp/f; sync\n`);
    host.advance(host.now + 400 * MS);
    const text = consoleText(vmOf(host));
    expect(text).toContain(`\n${round * 7}`);
    expect(text).toContain("can't open '/tmp/f'");
    revert(host, 'booted');
  }
});
