/** The guest agent in a running Linux: what it reports, and what it does when it is asked. */
import { beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { Host } from '#hypervisor/host';
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
