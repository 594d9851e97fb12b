/** The guest agent in a running Linux: what it reports, and what it does when it is asked. */
import { beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { Host } from '#hypervisor/host';
import { builtinScenario } from '#lab/scenarios/builtin';
import { softwareResolver } from '#lab/software';
import { requirement } from '#tools/prerequisites';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';

const MIB = 1 << 20;
const isSkipped = requirement('linux').skip;
/** Virtual time that anything here may take. */
const PATIENCE_NS = 20_000 * NS_PER_MS;

const VM: VmSpec = {
  ...{ name: 'a', image: { kind: 'builtin', name: 'linux-lab' }, memoryBytes: 48 * MIB, vcpus: 1 },
  ...{
    allocation: 'on-demand',
    disks: [],
    nics: [{ switch: 'lan', address: '10.0.0.2/24' }],
    autostart: true,
  },
  ...{ append: 'quiet', devices: [{ kind: 'agent' }] },
};
const SPEC: HostSpec = {
  ...{ name: 'host', ramBytes: 96 * MIB, harts: 1, switches: [{ name: 'lan' }], vms: [VM] },
  timeSliceNs: 10 * NS_PER_MS,
};

const file = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7) >> 3);
let host: Host;

function runUntil(isSo: () => boolean): void {
  const end = host.now + PATIENCE_NS;
  while (!isSo() && host.now < end) host.advance(host.now + 10 * NS_PER_MS);
  expect(isSo(), consoleText()).toBe(true);
}
function consoleText(): string {
  return new TextDecoder().decode(host.vm('a')?.console.since(0).bytes);
}
const agent = () => host.vm('a')!.agent;
/** Gives a command that is one for the agent, and waits for what comes of it. */
function ask(op: string, args: object = {}) {
  must(host.execute({ op, args: { vm: 'a', ...args } }));
  const id = agent().jobs.at(-1)!.id;
  const job = () => agent().jobs.find((each) => each.id === id);
  runUntil(() => job()?.state !== 'waiting');
  return job()!;
}

beforeAll(() => {
  if (isSkipped) return;
  const files = new GuestFiles('/');
  must(files.load([VM]));
  const resolver = softwareResolver(files);
  const software = { ...resolver, file: (name: string) => (name === 'notes.bin' ? file : undefined) };
  host = Host.create(
    engineModule(),
    SPEC,
    { seed: 3, nsPerInstruction: 10, quantumInstructions: 10_000 },
    { software, shared: false },
  );
  runUntil(() => agent().isPresent && agent().facts !== undefined);
}, 120_000);
test.skipIf(isSkipped)('it says what its guest has of memory, and which addresses', () => {
  const facts = agent().facts!;
  expect(agent().self?.system).toBe('linux');
  expect(facts.totalBytes).toBeGreaterThan(24 * MIB);
  expect(facts.totalBytes).toBeLessThan(48 * MIB);
  expect(facts.availableBytes).toBeLessThan(facts.totalBytes!);
  expect(facts.addresses).toEqual([{ card: 'eth0', address: '10.0.0.2/24' }]);
  const before = facts.atNs;
  runUntil(() => agent().facts!.atNs > before + 900 * NS_PER_MS);
});

test.skipIf(isSkipped)(
  'it does work on request, and refuses what is none',
  () => {
    expect(ask('vm.work', { work: 'cpu 50 1' })).toMatchObject({ state: 'done' });
    expect(ask('vm.work', { work: 'memory 4 1' })).toMatchObject({ state: 'done' });
    expect(ask('vm.work', { work: 'disk 1' })).toMatchObject({ state: 'done' });
  },
  60_000,
);

test.skipIf(isSkipped)(
  'a file goes in and comes out as it was',
  () => {
    expect(ask('vm.putFile', { file: 'notes.bin', path: '/tmp/notes' })).toMatchObject({ state: 'done' });
    const taken = ask('vm.getFile', { path: '/tmp/notes' });
    expect(taken).toMatchObject({ state: 'done', doneBytes: file.length });
    expect(Buffer.compare(taken.content, file)).toBe(0);
    expect(ask('vm.getFile', { path: '/nowhere' })).toMatchObject({
      state: 'failed',
      answer: 'cannot be read',
    });
    expect(ask('vm.putFile', { file: 'notes.bin', path: '/proc/x' })).toMatchObject({ state: 'failed' });
  },
  60_000,
);

test.skipIf(isSkipped)(
  'a snapshot holds the conversation: the agent answers where it is restored',
  () => {
    must(host.execute({ op: 'vm.work', args: { vm: 'a', work: 'cpu 20 1' } }));
    const saved = host.snapshot();
    const before = host;
    host = must(
      Host.restore(engineModule(), saved, { software: softwareResolver(new GuestFiles('/')), shared: false }),
    );
    expect(agent().jobs.at(-1)?.state).toBe('waiting');
    runUntil(() => agent().jobs.at(-1)?.state === 'done');
    host = before;
  },
  60_000,
);

/** What the guest's shell prints for a line, up to a word that the line ends with. */
function shell(line: string): string {
  const before = consoleText().length;
  must(host.execute({ op: 'console.input', args: { vm: 'a', text: `${line}; echo en''d\n` } }));
  runUntil(() => consoleText().slice(before).includes('end\r'));
  return consoleText().slice(before);
}

test.skipIf(isSkipped)(
  'a disk that is plugged in appears, and goes when nobody uses it any more',
  () => {
    const plugged = ask('vm.plugDisk', { sizeBytes: 4 * MIB });
    expect(plugged).toMatchObject({ request: 'plug', state: 'done', answer: 'vda' });
    expect(shell('cat /proc/partitions')).toContain('4096 vda');
    shell('mke2fs /dev/vda >/dev/null 2>&1; mount /dev/vda /mnt && echo hello > /mnt/file');
    expect(ask('vm.unplugDisk', { disk: 0 })).toMatchObject({
      state: 'failed',
      answer: 'in use: mounted on /mnt',
    });
    expect(host.vm('a')?.spec.disks.length).toBe(1);
    shell('umount /mnt');
    expect(ask('vm.unplugDisk', { disk: 0 })).toMatchObject({ state: 'done', answer: 'vda' });
    expect(host.vm('a')?.spec.disks).toEqual([]);
    expect(shell('cat /proc/partitions')).not.toContain('vda');
    expect(host.execute({ op: 'vm.unplugDisk', args: { vm: 'a', disk: 0 } })).toMatchObject({
      error: { code: 'vm.noDisk' },
    });
  },
  60_000,
);

test.skipIf(isSkipped)(
  'a disk in use goes by force, and the guest goes on',
  () => {
    expect(ask('vm.plugDisk', { sizeBytes: 4 * MIB })).toMatchObject({ state: 'done' });
    shell('mke2fs /dev/vda >/dev/null 2>&1; mount /dev/vda /mnt');
    expect(ask('vm.unplugDisk', { disk: 0, force: true })).toMatchObject({ state: 'done' });
    expect(shell('cat /proc/mounts')).not.toContain('/dev/vda');
  },
  60_000,
);

test.skipIf(isSkipped)(
  'a card that is plugged in gets its address, and goes',
  () => {
    const plugged = ask('vm.plugCard', { switch: 'lan', address: '10.0.1.5/24' });
    expect(plugged).toMatchObject({ state: 'done', answer: 'eth1' });
    runUntil(() => agent().facts?.addresses.length === 2);
    expect(agent().facts?.addresses[1]).toEqual({ card: 'eth1', address: '10.0.1.5/24' });
    expect(ask('vm.unplugCard', { card: 1 })).toMatchObject({ state: 'failed' });
    expect(host.execute({ op: 'vm.unplugCard', args: { vm: 'a', card: 0 } })).toMatchObject({
      error: { code: 'vm.notPlugged' },
    });
    expect(ask('vm.unplugCard', { card: 1, force: true })).toMatchObject({ state: 'done', answer: 'eth1' });
    expect(shell('ip link')).not.toContain('eth1');
    expect(host.vm('a')?.macs.length).toBe(1);
  },
  60_000,
);

test.skipIf(isSkipped)(
  'a snapshot with plugged devices restores to the same devices',
  () => {
    ask('vm.plugDisk', { sizeBytes: 4 * MIB });
    ask('vm.plugCard', { switch: 'lan' });
    shell('echo kept | dd of=/dev/vda 2>/dev/null');
    const before = host;
    const hash = host.hash();
    const software = softwareResolver(new GuestFiles('/'));
    host = must(Host.restore(engineModule(), before.snapshot(), { software, shared: false }));
    expect(host.hash()).toBe(hash);
    expect(shell('head -c 4 /dev/vda; cat /sys/class/net/eth1/address')).toMatch(/kept52:54:00/);
    expect(ask('vm.unplugDisk', { disk: 0 })).toMatchObject({ state: 'done' });
    host = before;
    ask('vm.unplugCard', { card: 1 });
    ask('vm.unplugDisk', { disk: 0 });
  },
  60_000,
);

test.skipIf(isSkipped)(
  'it shuts its guest down in order',
  () => {
    must(host.execute({ op: 'vm.shutDown', args: { vm: 'a' } }));
    runUntil(() => host.vm('a')?.state === 'stopped');
    expect(host.vm('a')?.reason?.code).toBe('vm.guestShutDown');
    expect(agent().isPresent).toBe(false);
  },
  60_000,
);

test.skipIf(isSkipped)(
  'the lab about it shows what it says: plugged in, refused while in use, taken out',
  () => {
    const { hosts, commands } = builtinScenario('hot-plug', { linux: true })!;
    const [spec] = hosts;
    const files = new GuestFiles('/');
    must(files.load(spec!.vms));
    const settings = { seed: 12, nsPerInstruction: 10, quantumInstructions: 10_000 };
    const lab = Host.create(engineModule(), spec!, settings, {
      software: softwareResolver(files),
      shared: false,
    });
    for (const { at, op, args } of commands) {
      lab.advance(at);
      must(lab.execute({ op, args }));
    }
    lab.advance(lab.now + 2000 * NS_PER_MS);
    const told = lab.log.since(0).filter(({ code }) => code.startsWith('agent.'));
    const said = told.map(({ code, data }) => `${code} ${data['request']} ${data['answer']}`);
    expect(said).toEqual([
      'agent.done plug vda',
      'agent.failed unplug in use: mounted on /mnt',
      'agent.done unplug vda',
      'agent.done plug eth1',
      'agent.done unplug eth1',
    ]);
  },
  60_000,
);
