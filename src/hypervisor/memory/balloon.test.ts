/** The balloon of a running Linux: what it is asked for it lends, in its own words and in the host's frames. */
import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import type { Statistics } from '#machine/devices/virtio/balloon/statistics';
import { bootLinux, linuxVm, say, sumOf } from '../fixtures/linux-host.ts';
import { bootHost, consoleText, LINUX_SKIPPED, shellVm, type, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

/** A host of 64 MiB with a Linux of 48 MiB that has a balloon. */
function lender(settings: object, more: Partial<VmSpec> = {}): Host {
  return bootLinux([
    linuxVm('a', {
      ...{ memoryBytes: 48 * MIB, devices: [{ kind: 'balloon', ...settings }] },
      ...{ append: 'quiet console=hvc1 page_reporting.page_reporting_order=0', ...more },
    }),
  ]);
}

/** A figure of /proc/meminfo, in MiB. */
function memInfo(host: Host, name: string): number {
  const found = new RegExp(`${name}: +(\\d+) kB`).exec(say(host, `grep ^${name}: /proc/meminfo`));
  return Number(found?.[1]) / 1024;
}

function statistics(host: Host): Statistics {
  return vmOf(host).devices.balloon?.statistics ?? {};
}

test.skipIf(LINUX_SKIPPED)('a Linux lends what is wanted, and has it back', () => {
  const host = lender({ reporting: false }, { allocation: 'fixed' });
  const vm = vmOf(host);
  const total = memInfo(host, 'MemTotal');
  const free = memInfo(host, 'MemFree');
  const frames = vm.memory.dataFrames;
  expect(host.execute({ op: 'vm.setBalloon', args: { vm: 'a', bytes: 16 * MIB } }).ok).toBe(true);
  host.advance(host.now + 1000 * MS);
  expect(vm.devices.balloon?.actualPages).toBe(4096);
  expect(vm.memory.balloonedPages).toBe(4096);
  expect(frames - vm.memory.dataFrames).toBe(4096);
  expect(total - memInfo(host, 'MemTotal')).toBeCloseTo(16, 1);
  expect(free - memInfo(host, 'MemFree')).toBeGreaterThan(15);
  host.execute({ op: 'vm.setBalloon', args: { vm: 'a', bytes: 0 } });
  host.advance(host.now + 1000 * MS);
  expect(vm.memory.balloonedPages).toBe(0);
  expect(memInfo(host, 'MemTotal')).toBeCloseTo(total, 1);
});

test.skipIf(LINUX_SKIPPED)('a Linux tells figures of its memory every second', () => {
  const host = lender({ reporting: false });
  host.advance(host.now + 2000 * MS);
  const { free = 0, total = 0, available = 0 } = statistics(host);
  expect(free / MIB).toBeCloseTo(memInfo(host, 'MemFree'), 0);
  expect(total / MIB).toBeCloseTo(memInfo(host, 'MemTotal'), 1);
  expect(available).toBeGreaterThan(free / 2);
});

test.skipIf(LINUX_SKIPPED)(
  'pages that a Linux does not use any more go back to the host by themselves',
  () => {
    const host = lender({ reporting: true });
    host.advance(host.now + 5000 * MS);
    const { memory } = vmOf(host);
    const idle = memory.dataFrames;
    say(host, 'dd if=/dev/urandom of=/x bs=64k count=256');
    const full = memory.dataFrames;
    expect(full - idle).toBeGreaterThan(3500);
    say(host, 'rm /x');
    // Of what is free it reports a sixteenth every 2 s, and some of it stays in lists of its CPU.
    host.advance(host.now + 60_000 * MS);
    expect(full - memory.dataFrames).toBeGreaterThan(2500);
  },
);

test.skipIf(LINUX_SKIPPED)('memory is taken from a running Linux, and added to it', () => {
  const host = lender({ usableBytes: 32 * MIB });
  host.advance(host.now + 1000 * MS);
  const small = memInfo(host, 'MemTotal');
  const sum = sumOf(host, 'dd if=/dev/urandom bs=64k count=64 2>/dev/null | tee /x');
  host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 48 * MIB } });
  host.advance(host.now + 1000 * MS);
  const large = memInfo(host, 'MemTotal');
  expect(large - small).toBeCloseTo(16, 1);
  host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 40 * MIB } });
  host.advance(host.now + 1000 * MS);
  expect(large - memInfo(host, 'MemTotal')).toBeCloseTo(8, 1);
  expect(vmOf(host).memory.balloonedPages).toBe((8 * MIB) / 4096);
  expect(sumOf(host, 'cat /x')).toBe(sum);
  expect(host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 64 * MIB } })).toMatchObject({
    error: { code: 'vm.memoryBeyondBoot' },
  });
});

function teachingVm(settings: object = {}): Host {
  const devices = [{ kind: 'balloon', ...settings }];
  const host = bootHost([shellVm('a', { memoryBytes: 8 * MIB, nics: [], devices, allocation: 'fixed' })]);
  host.advance(100 * MS);
  return host;
}
function setBalloon(host: Host, pages: number): void {
  host.execute({ op: 'vm.setBalloon', args: { vm: 'a', bytes: pages * 4096 } });
  host.advance(host.now + 200 * MS);
}
/** What a command of the teaching kernel says. */
function ask(host: Host, command: string): string {
  const at = consoleText(vmOf(host)).length;
  type(host, 'a', `${command}\n`);
  host.advance(host.now + 100 * MS);
  return consoleText(vmOf(host)).slice(at);
}

test('the teaching kernel lends what is wanted, and has it back', () => {
  const host = teachingVm();
  const { memory, devices } = vmOf(host);
  const frames = memory.dataFrames;
  setBalloon(host, 1000);
  expect([memory.balloonedPages, devices.balloon?.actualPages]).toEqual([1000, 1000]);
  expect(frames - memory.dataFrames).toBe(1000);
  expect(ask(host, 'balloon')).toContain('the host wants 1000 pages and has 1000');
  expect(ask(host, 'mem')).toContain('4000 KiB lent to the host');
  setBalloon(host, 300);
  expect([memory.balloonedPages, devices.balloon?.actualPages]).toEqual([300, 300]);
  expect(ask(host, 'wss 1400; sleep 3000')).not.toContain('no memory');
});

test('it keeps what it needs to go on, whatever is wanted', () => {
  const host = teachingVm();
  setBalloon(host, 2047);
  const { balloon } = vmOf(host).devices;
  expect(balloon?.actualPages).toBeGreaterThan(1500);
  expect(balloon?.actualPages).toBeLessThan(2000);
  expect(ask(host, 'echo still-here')).toContain('\r\nstill-here');
});

test('one that refuses is seen, and lends when it follows again', () => {
  const host = teachingVm();
  expect(ask(host, 'balloon refuse')).toContain('; refused');
  setBalloon(host, 100);
  host.advance(host.now + 4000 * MS);
  const { balloon } = vmOf(host).devices;
  expect([balloon?.refuses, balloon?.actualPages]).toEqual([true, 0]);
  expect(host.log.since(0).map(({ code }) => code)).toContain('vm.balloonRefused');
  ask(host, 'balloon follow');
  host.advance(host.now + 200 * MS);
  expect([balloon?.refuses, balloon?.actualPages]).toEqual([false, 100]);
});

test('its figures are those of its own command, and a snapshot takes the balloon along', () => {
  const host = teachingVm();
  setBalloon(host, 200);
  host.advance(host.now + 1500 * MS);
  const answer = host.ask('balloon', {});
  const free = Number(/free +(\d+) KiB/.exec(ask(host, 'mem'))?.[1]);
  expect(answer).toMatchObject({
    value: { value: [{ vm: 'a', targetBytes: 200 * 4096, actualBytes: 200 * 4096, refuses: false }] },
  });
  expect(statistics(host).free).toBe(free * 1024);
  expect(vmOf(host).measure()).toMatchObject({ 'balloon-target': 200 * 4096, 'guest-free': free * 1024 });
  host.execute({ op: 'vm.snapshot', args: { vm: 'a', name: 'one' } });
  setBalloon(host, 0);
  expect(vmOf(host).memory.balloonedPages).toBe(0);
  host.execute({ op: 'vm.revert', args: { vm: 'a', snapshot: 'one' } });
  host.advance(host.now + 100 * MS);
  expect(vmOf(host).memory.balloonedPages).toBe(200);
  expect(vmOf(host).devices.balloon?.targetPages).toBe(200);
  expect(ask(host, 'balloon')).toContain('has 200');
});
