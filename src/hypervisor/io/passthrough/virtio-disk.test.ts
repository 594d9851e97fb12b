/** A physical disk with a virtio controller that a VM is given whole: from the start, or plugged in while it runs, whatever its driver does. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { VmSpec } from '#base/scenario';
import * as reg from '#machine/devices/virtio/registers';
import { vmPlugDisk } from '../../commands/vm-plug-disk.ts';
import {
  command,
  consoleText,
  copyOf,
  LINUX_SKIPPED,
  linux,
  outcomeOf,
  type,
  vmOf,
  vmSpec,
} from '../../fixtures/test-host.ts';
import { devicesOf } from '../monitor.ts';
import {
  ask,
  booted,
  exitsAt,
  MIB,
  MS,
  owner,
  pluggable,
  run,
  until,
  virtioOwner,
} from './fixtures/owners.ts';

const BLOCKS = 32;
const WHOLE = { name: 'whole', sizeBytes: MIB };
const STORAGE = [{ name: 'disk0' }, WHOLE];

const PLUG = { sizeBytes: MIB, way: 'passed-virtio', on: 'whole' } as const;

test('it is driven by the guest’s own driver, without an exit at its registers', () => {
  const host = booted([virtioOwner('a')]);
  expect(run(host, `disk 0 write ${BLOCKS} 4`)).toContain(`wrote ${BLOCKS} blocks`);
  expect(run(host, `disk 0 read ${BLOCKS} 4`)).toContain('all hold what was written');
  expect(exitsAt(host, 'virtio7')).toBe(0);
  const { devices } = vmOf(host);
  const [disk] = devices.passed;
  expect(disk!.counters.interrupts).toBeGreaterThan(0);
  expect(disk!.counters.dmaRefused).toBe(0);
  expect(devices.counted('block', 'bytesRead')).toBe(BLOCKS * 4096);
  expect(devices.diskBytes(0)).toBeGreaterThanOrEqual(BLOCKS * 4096);
  const shown = devicesOf(vmOf(host)).find(({ name }) => name === 'virtio7');
  expect(shown).toMatchObject({ kind: 'block', state: 'driver-ok', baseGpa: '0x10008000' });
  expect(shown!.passedThrough).toMatchObject({ of: 'disk0', baseSpa: '0x40020000' });
  expect(shown!.queues.length).toBe(1);
});

test('a snapshot of the host amid its work goes on as it would have', () => {
  const host = booted([virtioOwner('a')]);
  type(host, 'a', 'disk 0 write 40 8; disk 0 read 40 8\r');
  for (let step = 0; step < 8; step++) {
    host.advance(host.now + MS / 3);
    const copy = copyOf(host);
    expect(copy.hash()).toBe(host.hash());
    const end = host.now + 3 * MS;
    host.advance(end);
    copy.advance(end);
    expect(copy.hash()).toBe(host.hash());
  }
  host.advance(host.now + 500 * MS);
  expect(consoleText(vmOf(host))).toContain('read 40 blocks');
});

test('by whichever controller a disk is given, it is one disk, and one VM has it', () => {
  const host = booted([virtioOwner('a'), owner('b', { autostart: false })]);
  run(host, 'disk 0 write 8');
  expect(outcomeOf(host, 'vm.start', { vm: 'b' })).toBe('disk.held');
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.start', { vm: 'b' });
  host.advance(host.now + 60 * MS);
  expect(run(host, 'disk 0 read 8', 'b')).toContain('all hold what was written');
});

test('reverted amid its work, a VM and its disk are what they were', () => {
  const host = booted([virtioOwner('a')]);
  run(host, 'disk 0 write 40');
  type(host, 'a', 'disk 0 read 40 8\r');
  host.advance(host.now + MS);
  command(host, 'vm.snapshot', { vm: 'a', name: 'at work' });
  host.advance(host.now + 100 * MS);
  run(host, 'disk 0 write 200');
  command(host, 'vm.revert', { vm: 'a', snapshot: 'at work' });
  host.advance(host.now + 200 * MS);
  expect(consoleText(vmOf(host))).toContain('read 40 blocks');
  expect(consoleText(vmOf(host))).toContain('all hold what was written');
});

test('plugged in, it is mapped and driven; taken out, its place is empty and another VM can have it', () => {
  const host = booted([pluggable('a'), pluggable('b')], { storage: STORAGE });
  expect(ask(host, 'vm.plugDisk', { ...PLUG, disk: 0 })).toMatchObject({ state: 'done', answer: 'disk 0' });
  expect(must(host.ask('agent', { vm: 'a' })).value).toMatchObject({
    plugged: [{ sort: 'disk', index: 0, whole: 'whole' }],
    freeSlots: 4,
  });
  const [disk] = vmOf(host).devices.passed;
  const { window, name } = disk!;
  expect(vmOf(host).memory.flagsOf(window.base)).not.toBe(0);
  const before = exitsAt(host, name);
  expect(run(host, 'disk 0 write 16')).toContain('wrote 16 blocks');
  expect(exitsAt(host, name)).toBe(before);
  expect(outcomeOf(host, 'vm.plugDisk', { vm: 'b', ...PLUG })).toBe('disk.held');
  expect(vmOf(host, 'b').spec.disks).toEqual([]);
  const { device } = disk!;
  expect(ask(host, 'vm.unplugDisk', { disk: 0 })).toMatchObject({ state: 'done' });
  expect(vmOf(host).spec.disks).toEqual([]);
  expect(vmOf(host).memory.flagsOf(window.base)).toBe(0);
  expect(device!.context.isValid).toBe(false);
  expect(device!.port.write(vmOf(host).memory.slots[0]!.base, new Uint8Array(4))).toBe(false);
  expect(vmOf(host).memory.isPinned).toBe(false);
  ask(host, 'vm.plugDisk', PLUG, 'b');
  expect(run(host, 'disk 0 read 16', 'b')).toContain('all hold what was written');
  expect(vmPlugDisk.undo({ vm: 'b', ...PLUG, disk: 0 })).toEqual({
    ...{ op: 'vm.unplugDisk', args: { vm: 'b', disk: 0 } },
  });
});

test('by force it goes at once, with what was under way', () => {
  const host = booted([virtioOwner('c', { autostart: false }), owner('a', { disks: [], autostart: false })]);
  command(host, 'vm.plugDisk', { vm: 'a', sizeBytes: MIB, way: 'passed-virtio' });
  command(host, 'vm.start', { vm: 'a' });
  host.advance(host.now + 60 * MS);
  type(host, 'a', 'disk 0 write 100\r');
  host.advance(host.now + 2 * MS);
  expect(outcomeOf(host, 'vm.unplugDisk', { vm: 'a', disk: 0 })).toBe('vm.driven');
  const { device } = vmOf(host).devices.passed[0]!;
  command(host, 'vm.unplugDisk', { vm: 'a', disk: 0, force: true });
  expect(device!.port.write(vmOf(host).memory.slots[0]!.base, new Uint8Array(4))).toBe(false);
  host.advance(host.now + 50 * MS);
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.start', { vm: 'c' });
  host.advance(host.now + 60 * MS);
  expect(run(host, 'disk 0 write 4', 'c')).toContain('wrote 4 blocks');
});

test('what cannot be plugged in is refused with the reason', () => {
  const vms: VmSpec[] = [pluggable('a', { devices: [{ kind: 'balloon' }, { kind: 'agent' }] })];
  vms.push(pluggable('b', { allocation: 'on-demand' }));
  const host = booted(vms, { storage: STORAGE });
  for (const way of ['passed-through', 'emulated-pio', 'emulated-dma'])
    expect(outcomeOf(host, 'vm.plugDisk', { vm: 'a', ...PLUG, way })).toBe('vm.notPluggableWay');
  expect(outcomeOf(host, 'vm.plugDisk', { vm: 'b', ...PLUG })).toBe('vm.passedAllocation');
  expect(outcomeOf(host, 'vm.plugDisk', { vm: 'a', ...PLUG, on: 'none' })).toBe('host.noDisk');
  expect(outcomeOf(host, 'vm.plugDisk', { vm: 'a', ...PLUG, disk: 3 })).toBe('vm.otherDisk');
  command(host, 'vm.setBalloon', { vm: 'a', bytes: MIB });
  until(host, () => vmOf(host).memory.balloonedPages > 0);
  expect(outcomeOf(host, 'vm.plugDisk', { vm: 'a', ...PLUG })).toBe('vm.passedLent');
  expect(vmOf(host).spec.disks).toEqual([]);
});

test('rings that are not its VM’s are refused by the IOMMU, and the next driver has it again', () => {
  const host = booted([virtioOwner('a')]);
  run(host, 'disk 0 write 4');
  const [passed] = vmOf(host).devices.passed;
  const slot = passed!.transport!;
  const write = (register: number, value: number): void => slot.write(register, 4, value);
  write(reg.STATUS, 0);
  write(reg.STATUS, reg.STATUS_ACKNOWLEDGE | reg.STATUS_DRIVER);
  write(reg.DRIVER_FEATURES_SEL, 1);
  write(reg.DRIVER_FEATURES, reg.FEATURE_VERSION_1_HIGH);
  const agreed = reg.STATUS_ACKNOWLEDGE | reg.STATUS_DRIVER | reg.STATUS_FEATURES_OK;
  write(reg.STATUS, agreed);
  write(reg.QUEUE_SEL, 0);
  write(reg.QUEUE_NUM, 8);
  // Behind the VM's memory, where its host has more.
  const end = vmOf(host).memory.slots.at(-1)!;
  const beyond = end.base + end.sizeBytes;
  for (const ring of [reg.QUEUE_DESC_LOW, reg.QUEUE_DRIVER_LOW, reg.QUEUE_DEVICE_LOW]) write(ring, beyond);
  write(reg.QUEUE_READY, 1);
  write(reg.STATUS, agreed | reg.STATUS_DRIVER_OK);
  write(reg.QUEUE_NOTIFY, 0);
  // It looks when the store is over.
  expect(passed!.counters.dmaRefused).toBe(0);
  host.advance(host.now + MS);
  expect(passed!.counters.dmaRefused).toBeGreaterThan(0);
  expect(slot.status & reg.STATUS_NEEDS_RESET).not.toBe(0);
  expect(passed!.lastFault!.iova).toBeGreaterThanOrEqual(beyond);
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.start', { vm: 'a' });
  host.advance(host.now + 60 * MS);
  expect(run(host, 'disk 0 read 4')).toContain('all hold what was written');
});

test('a VM goes back to where it had one that was plugged in, unless another has it now', () => {
  const host = booted([pluggable('a'), pluggable('b')], { storage: STORAGE });
  ask(host, 'vm.plugDisk', PLUG);
  run(host, 'disk 0 write 8');
  command(host, 'vm.snapshot', { vm: 'a', name: 'with' });
  ask(host, 'vm.unplugDisk', { disk: 0 });
  ask(host, 'vm.plugDisk', PLUG, 'b');
  expect(outcomeOf(host, 'vm.revert', { vm: 'a', snapshot: 'with' })).toBe('disk.held');
  ask(host, 'vm.unplugDisk', { disk: 0 }, 'b');
  command(host, 'vm.revert', { vm: 'a', snapshot: 'with' });
  expect(run(host, 'disk 0 read 8')).toContain('all hold what was written');
  const copy = copyOf(host);
  expect(copy.hash()).toBe(host.hash());
});

test.skipIf(LINUX_SKIPPED)('Linux boots with one, mounts a file system on it and reads what it wrote', () => {
  const append = 'quiet earlycon=sbi console=hvc1';
  const more: Partial<VmSpec> = { memoryBytes: 32 * MIB, append, allocation: 'fixed' };
  const disks: VmSpec['disks'] = [{ sizeBytes: MIB, way: 'passed-virtio' }];
  const host = booted([vmSpec('a', linux('Image-tiny'), { ...more, disks })], { ramBytes: 64 * MIB });
  const shell = (line: string, answer: string): void => {
    type(host, 'a', `${line}\n`);
    until(host, () => consoleText(vmOf(host)).includes(answer), 20_000);
  };
  shell('echo up$((1+1))', 'up2');
  shell(
    'seq 1 20000 > /tmp/s; dd if=/tmp/s of=/dev/vda bs=4k; sync; echo 3 > /proc/sys/vm/drop_caches; echo w$((1+1))',
    'w2',
  );
  shell('dd if=/dev/vda bs=4k count=20 2>/dev/null | cmp -n 80000 - /tmp/s && echo same$((1+1))', 'same2');
  expect(exitsAt(host, 'virtio7')).toBe(0);
  expect(vmOf(host).devices.counted('block', 'bytesRead')).toBeGreaterThan(80_000);
  expect(vmOf(host).devices.passed[0]!.counters.dmaRefused).toBe(0);
});
