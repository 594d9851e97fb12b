/** The guest agent of the teaching kernel: what it reports, and what it does when it is asked. */
import { beforeAll, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import {
  bootHost,
  command,
  consoleText,
  ENGINE,
  ENVIRONMENT,
  shellVm,
  type,
  vmOf,
} from '../../fixtures/test-host.ts';
import { Host, type HostEnvironment } from '../../host.ts';

const MIB = 1 << 20;
const FILE = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7) >> 3);
/** Virtual time that anything here may take. */
const PATIENCE_NS = 10_000 * NS_PER_MS;

const { software } = ENVIRONMENT;
const WITH_FILE: HostEnvironment = {
  ...ENVIRONMENT,
  software: { load: (vm) => software.load(vm), file: (name) => (name === 'notes.bin' ? FILE : undefined) },
};

let host: Host;

function boot(): Host {
  const vm = shellVm('a', { devices: [{ kind: 'agent' }], append: 'ip=10.0.0.2/24' });
  const peer = shellVm('peer', { append: 'ip=10.0.1.9/24' });
  return bootHost([vm, peer], {}, WITH_FILE);
}
function copyWithFile(of: Host): Host {
  return must(Host.restore(ENGINE, of.snapshot(), WITH_FILE));
}
function runUntil(isSo: () => boolean): void {
  const end = host.now + PATIENCE_NS;
  while (!isSo() && host.now < end) host.advance(host.now + 10 * NS_PER_MS);
  expect(isSo(), consoleText(vmOf(host))).toBe(true);
}
const agent = () => vmOf(host).agent;
/** Gives a command that is one for the agent, and waits for what comes of it. */
function ask(op: string, args: object = {}) {
  command(host, op, { vm: 'a', ...args });
  const id = agent().jobs.at(-1)!.id;
  const job = () => agent().jobs.find((each) => each.id === id);
  runUntil(() => job()?.state !== 'waiting');
  return job()!;
}
/** What the shell prints for a line, up to its next prompt. */
function shell(line: string): string {
  const before = consoleText(vmOf(host)).length;
  type(host, 'a', `${line}\n`);
  const printed = (): string => consoleText(vmOf(host)).slice(before);
  runUntil(() => printed().includes('\nguest$ '));
  return printed();
}

beforeAll(() => {
  host = boot();
  runUntil(() => agent().isPresent && agent().facts !== undefined);
});

test('it says who it is, what its guest has of memory, and which address', () => {
  expect(agent().self).toEqual({
    system: 'teaching kernel',
    can: ['report', 'shutdown', 'work', 'files', 'hotplug', 'processors'],
  });
  const { totalBytes = 0, availableBytes = 0, addresses, load, pressurePercent } = agent().facts!;
  expect(totalBytes).toBeGreaterThan(3 * MIB);
  expect(totalBytes).toBeLessThanOrEqual(4 * MIB);
  expect(availableBytes).toBeLessThan(totalBytes);
  expect(addresses).toEqual([{ card: 'eth0', address: '10.0.0.2/24' }]);
  expect(load).toBe(0);
  // There is none where nobody ever waits for memory.
  expect(pressurePercent).toBeUndefined();
});

test('what it reports follows what its guest does', () => {
  const before = agent().facts!.availableBytes!;
  shell('mem touch 1024');
  const at = agent().facts!.atNs;
  runUntil(() => agent().facts!.atNs > at + 900 * NS_PER_MS);
  expect(before - agent().facts!.availableBytes!).toBeGreaterThan(1024 * 1024);
  shell('mem touch 0');
});

test('it works on request for so long, and refuses what is no work', () => {
  const from = host.now;
  expect(ask('vm.work', { work: 'cpu 50 1' })).toMatchObject({ state: 'done' });
  expect(host.now - from).toBeGreaterThan(900 * NS_PER_MS);
  expect(host.now - from).toBeLessThan(1200 * NS_PER_MS);
  expect(ask('vm.work', { work: 'memory 1 1' })).toMatchObject({ state: 'done' });
  // More than there is: the process is ended.
  expect(ask('vm.work', { work: 'memory 8 5' })).toMatchObject({ state: 'failed' });
  expect(shell('ps').match(/(cpu|dirty)/)).toBeNull();
});

test('work that is cancelled ends, and Ctrl-C is not for it', () => {
  command(host, 'vm.work', { vm: 'a', work: 'cpu 90 60' });
  host.advance(host.now + 100 * NS_PER_MS);
  type(host, 'a', '\u0003');
  host.advance(host.now + 100 * NS_PER_MS);
  expect(shell('ps')).toContain('cpu');
  command(host, 'vm.cancelRequest', { vm: 'a', request: agent().jobs.at(-1)!.id });
  host.advance(host.now + 100 * NS_PER_MS);
  expect(shell('ps')).not.toContain('cpu');
});

test('a file goes in and comes out as it was; the shell has it too', () => {
  expect(ask('vm.putFile', { file: 'notes.bin', path: '/tmp/notes' })).toMatchObject({ state: 'done' });
  expect(shell('files')).toContain('50000 /tmp/notes');
  const taken = ask('vm.getFile', { path: '/tmp/notes' });
  expect(taken).toMatchObject({ state: 'done', doneBytes: FILE.length });
  expect(Buffer.compare(taken.content, FILE)).toBe(0);
  expect(ask('vm.getFile', { path: '/nowhere' })).toMatchObject({ state: 'failed' });
  shell('files remove /tmp/notes');
  expect(shell('files')).toContain('there are none');
});

test('vCPUs come and go: a process moves to one that came, and off one that goes, and sleepers sleep on', () => {
  const before = host;
  host = bootHost([shellVm('a', { maxVcpus: 3, devices: [{ kind: 'agent' }] })], { harts: 3 }, WITH_FILE);
  runUntil(() => agent().isPresent && agent().facts !== undefined);
  const states = () => vmOf(host).vcpus.map(({ state }) => state === 'off');
  const ran = (vcpu: number): number => {
    const { runNs } = vmOf(host).vcpus[vcpu]!;
    host.advance(host.now + 200 * NS_PER_MS);
    return (vmOf(host).vcpus[vcpu]!.runNs - runNs) / NS_PER_MS;
  };
  shell('cpu 100 2');
  expect(states()).toEqual([false, true, true]);
  expect(ran(1)).toBe(0);
  for (let round = 0; round < 2; round++) {
    expect(ask('vm.setVcpus', { vcpus: 3 })).toMatchObject({ state: 'done' });
    expect(states()).toEqual([false, false, false]);
    expect(ran(1) + ran(2)).toBeGreaterThan(190);
    // Restored in between it goes on the same.
    host = copyWithFile(host);
    expect(ask('vm.setVcpus', { vcpus: 1 })).toMatchObject({ state: 'done' });
    runUntil(() => states().join() === 'false,true,true');
    expect(vmOf(host).spec).toMatchObject({ vcpus: 1, maxVcpus: 3 });
    expect(ran(0)).toBeGreaterThan(190);
    expect(shell('ps').match(/cpu/g)).toHaveLength(2);
  }
  host = before;
});

test('a snapshot in the middle of work goes on with it', () => {
  command(host, 'vm.work', { vm: 'a', work: 'cpu 20 1' });
  const before = host;
  host = copyWithFile(host);
  expect(agent().jobs.at(-1)?.state).toBe('waiting');
  runUntil(() => agent().jobs.at(-1)?.state === 'done');
  host = before;
  runUntil(() => agent().jobs.at(-1)?.state === 'done');
});

test('disks come while it runs, are used, stay while somebody works with them, and go', () => {
  expect(shell('disk')).toContain('this machine has none');
  const plug = () => ask('vm.plugDisk', { sizeBytes: 4 * MIB });
  expect(plug()).toMatchObject({ request: 'plug', state: 'done', answer: 'disk 0' });
  expect(plug()).toMatchObject({ answer: 'disk 1' });
  expect(ask('vm.work', { work: 'disk 4 1' })).toMatchObject({ state: 'done' });
  expect(shell('disk 1 read 1024')).toContain('all hold what was written');
  expect(ask('vm.work', { work: 'disk 400 1' })).toMatchObject({ state: 'failed' });
  expect(ask('vm.unplugDisk', { disk: 0 })).toMatchObject({ state: 'done', answer: 'disk 0' });
  expect(shell('disk')).not.toContain('disk 0:');
  expect(shell('disk 1 read 8')).toContain('all hold what was written');
  expect(ask('vm.unplugDisk', { disk: 1 })).toMatchObject({ state: 'done' });
  expect(vmOf(host).spec.disks).toEqual([]);
  expect(shell('disk')).toContain('this machine has none');
});

test('cards come while it runs with an address, are used, stay while they have one unless forced, and go', () => {
  expect(shell('ping 10.0.1.9 1')).toContain('no gateway');
  const plug = () => ask('vm.plugCard', { switch: 'lan', address: '10.0.1.2/24' });
  expect(plug()).toMatchObject({ state: 'done', answer: 'eth1' });
  expect(shell('ping 10.0.1.9 2 50')).toContain('2 sent, 2 received');
  expect(shell('bounce 10.0.1.9 8 1024 1')).toContain('all came back as they were sent');
  const at = agent().facts!.atNs;
  runUntil(() => agent().facts!.atNs > at + 900 * NS_PER_MS);
  expect(agent().facts!.addresses).toEqual([
    { card: 'eth0', address: '10.0.0.2/24' },
    { card: 'eth1', address: '10.0.1.2/24' },
  ]);
  expect(ask('vm.unplugCard', { card: 1 })).toMatchObject({ state: 'failed' });
  // Who waits for packets that do not come any more is told.
  type(host, 'a', 'bounce 10.0.1.9 100000\n');
  host.advance(host.now + 5 * NS_PER_MS);
  expect(ask('vm.unplugCard', { card: 1, force: true })).toMatchObject({ state: 'done', answer: 'eth1' });
  runUntil(() => consoleText(vmOf(host)).includes('no such device'));
  expect(shell('net')).not.toContain('eth1');
  expect(vmOf(host).spec.nics).toHaveLength(1);
  // Its number and its buffers are free again; without an address it goes when it is asked.
  for (let times = 0; times < 3; times++) {
    expect(ask('vm.plugCard', { switch: 'lan' })).toMatchObject({ answer: 'eth1' });
    expect(shell('net')).toContain('address   none');
    expect(ask('vm.unplugCard', { card: 1 })).toMatchObject({ state: 'done', answer: 'eth1' });
  }
  expect(plug()).toMatchObject({ answer: 'eth1' });
  expect(shell('ping 10.0.1.9 1')).toContain('1 received');
});

test('an agent that is ended leaves its port, and one that is started takes it', () => {
  const [, pid] = /^ +(\d+) .*agent\r$/m.exec(shell('ps'))!;
  shell(`kill ${pid}`);
  expect(agent().isPresent).toBe(false);
  shell('agent &');
  runUntil(() => agent().isPresent);
  expect(shell('agent')).toContain('busy');
});

test('it switches the machine off in order', () => {
  command(host, 'vm.shutDown', { vm: 'a' });
  runUntil(() => !vmOf(host).isRunning);
  expect(consoleText(vmOf(host))).toContain('agent: the hypervisor asks for an end');
});
