/** A VM whose specification asks for packed virtqueues: drivers that know them have them, and the others what they know. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { USUAL_POLICY } from '#machine/usual-policy';
import { bootLinux, linuxVm, say, sumOf } from '../fixtures/linux-host.ts';
import {
  bootHost,
  ENGINE,
  ENVIRONMENT,
  LINUX_SKIPPED,
  teachingKernel,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import { Host } from '../host.ts';

const MS = 1_000_000;

/** Kinds of devices with queues that are ready, and whether these are packed. */
function layouts(host: Host, vm: string): Map<string, boolean> {
  const ready = vmOf(host, vm).devices.slots.flatMap(({ device, queues }) =>
    device === undefined || queues[0]?.ready !== true ? [] : [[device.kind, queues[0].packed] as const],
  );
  return new Map(ready);
}

test('a driver that does not know them keeps its split ones, and the device says what it offers', () => {
  const host = bootHost([
    vmSpec('a', teachingKernel(), { virtqueues: 'packed', disks: [{ sizeBytes: 1 << 16 }] }),
  ]);
  host.advance(300 * MS);
  expect(layouts(host, 'a').get('block')).toBe(false);
  expect(JSON.stringify(must(host.ask('devices', { vm: 'a', device: 'virtio0' })))).toContain('RING_PACKED');
});

test.skipIf(LINUX_SKIPPED)(
  'Linux works over packed queues, and goes on from a snapshot as it would have',
  () => {
    const more = { virtqueues: 'packed', disks: [{ sizeBytes: 4 << 20 }] } as const;
    const nics = [{ switch: 'lan' }];
    const vms = [linuxVm('a', { ...more, nics }), linuxVm('b', { ...more, nics })];
    const host = bootLinux(vms, { ramBytes: 128 << 20, switches: [{ name: 'lan' }] });
    const kinds = layouts(host, 'a');
    for (const kind of ['block', 'net', 'rng']) expect([kind, kinds.get(kind)]).toEqual([kind, true]);
    const sum = sumOf(host, 'dd if=/dev/urandom of=/tmp/x bs=64k count=32 2>/dev/null; cat /tmp/x');
    say(host, 'dd if=/tmp/x of=/dev/vda bs=64k 2>/dev/null; sync; echo 3 > /proc/sys/vm/drop_caches');
    expect(sumOf(host, 'dd if=/dev/vda bs=64k count=32 2>/dev/null')).toBe(sum);
    say(host, 'ifconfig eth0 10.0.0.1');
    say(host, 'ifconfig eth0 10.0.0.2', 'b');
    expect(say(host, 'ping -c 2 10.0.0.2')).toContain('2 packets received');
    const translate = USUAL_POLICY;
    const again = must(Host.restore(ENGINE, host.snapshot(), { ...ENVIRONMENT, translate }));
    for (const each of [host, again])
      say(each, 'dd if=/dev/vda bs=4k count=64 2>/dev/null | md5sum; ping -c 1 10.0.0.2');
    expect(again.hash()).toBe(host.hash());
  },
);
