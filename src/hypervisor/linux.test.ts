import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import { bootHost, consoleText, LINUX_SKIPPED, linux, type, vmOf, vmSpec } from './fixtures/test-host.ts';
import type { Host } from './host.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

function linuxVm(name: string, more: Partial<VmSpec> = {}): VmSpec {
  return vmSpec(name, linux('Image-tiny'), {
    ...{ memoryBytes: 32 * MIB, disks: [{ sizeBytes: MIB }], nics: [{ switch: 'lan' }] },
    ...{ append: 'quiet earlycon=sbi console=hvc1', ...more },
  });
}

/** Runs until a VM has written a text, up to a time. */
function waitFor(host: Host, vm: string, text: string, untilMs: number): void {
  while (host.now < untilMs * MS && !consoleText(vmOf(host, vm)).includes(text))
    host.advance(host.now + 10 * MS);
  expect(consoleText(vmOf(host, vm))).toContain(text);
}

test.skipIf(LINUX_SKIPPED)(
  'two Linux VMs come to a shell, ping each other, and shut down or reboot as told',
  () => {
    const host = bootHost([linuxVm('a'), linuxVm('b')], { ramBytes: 96 * MIB });
    for (const [n, name] of ['a', 'b'].entries()) {
      waitFor(host, name, '~ # ', 2000);
      type(host, name, `ifconfig eth0 10.0.0.${n + 1}; echo up-$((1 + 1))\n`);
      waitFor(host, name, 'up-2', 3000);
    }
    expect(vmOf(host).measure().memory).toBeLessThan(16 * MIB);
    type(host, 'a', 'ping -c 2 10.0.0.2\n');
    waitFor(host, 'a', '2 packets received', 6000);
    type(host, 'a', 'dd if=/dev/zero of=/dev/vda bs=4096 count=16 conv=fsync; echo disk-$((1 + 1))\n');
    waitFor(host, 'a', 'disk-2', 8000);
    expect(vmOf(host).measure()['disk-write']).toBe(65_536);
    host.execute({ op: 'vm.shutDown', args: { vm: 'a' } });
    type(host, 'b', 'reboot -f\n');
    host.advance(host.now + 1500 * MS);
    expect(vmOf(host).reason?.code).toBe('vm.guestShutDown');
    expect(vmOf(host, 'b').state).toBe('running');
    expect(host.log.since(0).map(({ code }) => code)).toContain('vm.guestReboot');
  },
);

test.skipIf(LINUX_SKIPPED)('a Linux is told the size of its terminal, and tells its programs', () => {
  const host = bootHost([linuxVm('a')], { ramBytes: 64 * MIB });
  waitFor(host, 'a', '~ # ', 2000);
  expect(vmOf(host).terminalSize).toEqual({ columns: 80, rows: 25, follows: true });
  // While the shell edits a line it heeds the signal itself, and runs no trap: it is kept at work.
  const work = 'i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); done';
  type(host, 'a', `trap 'echo told' WINCH; stty size; ${work}; stty size\n`);
  waitFor(host, 'a', '25 80', 3000);
  const resize = (vm: string, columns: number, rows: number) =>
    host.execute({ op: 'console.resize', args: { vm, columns, rows } });
  expect(resize('a', 132, 43)).toEqual({ ok: true, value: null });
  waitFor(host, 'a', '\ntold', 4000);
  waitFor(host, 'a', '43 132', 4000);
  expect(vmOf(host).terminalSize).toEqual({ columns: 132, rows: 43, follows: true });
});

test.skipIf(LINUX_SKIPPED)('a Linux with two vCPUs brings both up, on one hart and on two', () => {
  const desk = linux('Image-desk');
  for (const harts of [1, 2]) {
    const host = bootHost(
      [linuxVm('a', { image: { kind: 'builtin', name: desk }, memoryBytes: 64 * MIB, vcpus: 2 })],
      {
        ...{ ramBytes: 96 * MIB, harts },
      },
    );
    waitFor(host, 'a', '~ # ', 4000);
    type(host, 'a', 'grep -c ^processor /proc/cpuinfo | sed s/^/vcpus-/\n');
    waitFor(host, 'a', 'vcpus-2', 6000);
  }
});
