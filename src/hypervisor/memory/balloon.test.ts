/** The balloon of a running Linux: what it is asked for it lends, in its own words and in the host's frames. */
import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import type { Statistics } from '#machine/devices/virtio/balloon/statistics';
import { bootHost, consoleText, LINUX_SKIPPED, linux, type, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

function linuxVm(settings: object, more: Partial<VmSpec> = {}): VmSpec {
  return vmSpec('a', linux('Image-tiny'), {
    ...{ memoryBytes: 48 * MIB, devices: [{ kind: 'balloon', ...settings }] },
    ...{ append: 'quiet earlycon=sbi console=hvc1 page_reporting.page_reporting_order=0', ...more },
  });
}

function waitFor(host: Host, text: string, untilMs: number): void {
  while (host.now < untilMs * MS && !consoleText(vmOf(host)).includes(text)) host.advance(host.now + 10 * MS);
  expect(consoleText(vmOf(host))).toContain(text);
}

/** A figure of /proc/meminfo, in MiB. */
function memInfo(host: Host, name: string): number {
  const at = consoleText(vmOf(host)).length;
  type(host, 'a', `grep ^${name}: /proc/meminfo\n`);
  host.advance(host.now + 200 * MS);
  const found = new RegExp(`${name}: +(\\d+) kB`).exec(consoleText(vmOf(host)).slice(at));
  return Number(found?.[1]) / 1024;
}

function statistics(host: Host): Statistics {
  return vmOf(host).devices.balloon?.statistics ?? {};
}

test.skipIf(LINUX_SKIPPED)('a Linux lends what is wanted, and has it back', () => {
  const host = bootHost([linuxVm({ reporting: false }, { allocation: 'fixed' })], { ramBytes: 64 * MIB });
  waitFor(host, '~ # ', 3000);
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
  const host = bootHost([linuxVm({ reporting: false })], { ramBytes: 64 * MIB });
  waitFor(host, '~ # ', 3000);
  host.advance(host.now + 2000 * MS);
  const { free = 0, total = 0, available = 0 } = statistics(host);
  expect(free / MIB).toBeCloseTo(memInfo(host, 'MemFree'), 0);
  expect(total / MIB).toBeCloseTo(memInfo(host, 'MemTotal'), 1);
  expect(available).toBeGreaterThan(free / 2);
});

test.skipIf(LINUX_SKIPPED)(
  'pages that a Linux does not use any more go back to the host by themselves',
  () => {
    const host = bootHost([linuxVm({ reporting: true })], { ramBytes: 64 * MIB });
    waitFor(host, '~ # ', 3000);
    host.advance(host.now + 5000 * MS);
    const { memory } = vmOf(host);
    const idle = memory.dataFrames;
    type(host, 'a', 'dd if=/dev/urandom of=/x bs=64k count=256; echo full-$((1+1))\n');
    waitFor(host, 'full-2', 20_000);
    const full = memory.dataFrames;
    expect(full - idle).toBeGreaterThan(3500);
    type(host, 'a', 'rm /x\n');
    // Of what is free it reports a sixteenth every 2 s, and some of it stays in lists of its CPU.
    host.advance(host.now + 60_000 * MS);
    expect(full - memory.dataFrames).toBeGreaterThan(2500);
  },
);

test.skipIf(LINUX_SKIPPED)('memory is taken from a running Linux, and added to it', () => {
  const host = bootHost([linuxVm({ usableBytes: 32 * MIB })], { ramBytes: 64 * MIB });
  waitFor(host, '~ # ', 3000);
  host.advance(host.now + 1000 * MS);
  const small = memInfo(host, 'MemTotal');
  host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 48 * MIB } });
  host.advance(host.now + 1000 * MS);
  const large = memInfo(host, 'MemTotal');
  expect(large - small).toBeCloseTo(16, 1);
  host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 40 * MIB } });
  host.advance(host.now + 1000 * MS);
  expect(large - memInfo(host, 'MemTotal')).toBeCloseTo(8, 1);
  expect(host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 64 * MIB } })).toMatchObject({
    error: { code: 'vm.memoryBeyondBoot' },
  });
});
