/** Snapshots of VMs that have devices of their host whole: registers, content, what was in flight and what the IOMMU knew come back. */
import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import { command, consoleText, copyOf, outcomeOf, type, vmOf } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { vmHash } from '../../snapshot/vm-file.ts';
import { booted, cardOwner, echo, MIB, MS, owner, run } from './fixtures/owners.ts';

const BUSY = 0x80;
const STATUS = 0x1c;

/** Two VMs that mean the same disk, of which one has it. */
function bootedWith(model: 'flat' | 'hard-disk' = 'flat'): Host {
  const disks: VmSpec['disks'] = [{ sizeBytes: MIB, way: 'passed-through', on: 'whole' }];
  const storage = [{ name: 'disk0' }, { name: 'whole', model: { kind: model } }];
  return booted([owner('a', { disks }), owner('b', { disks, autostart: false })], { storage });
}
const hashOf = (host: Host, vm = 'a'): string => vmHash(host.machine, vmOf(host, vm));
const isBusy = (host: Host): boolean => {
  const { device } = vmOf(host).devices.passed[0]!;
  return (device!.mmio.peek!(STATUS, 4)! & BUSY) !== 0;
};
/** At work, with a request at the medium. */
function atWork(host: Host): void {
  run(host, 'disk 0 write 40');
  type(host, 'a', 'disk 0 read 40; disk 0 write 60\r');
  for (const until = host.now + 50 * MS; host.now < until && !isBusy(host); )
    host.advance(host.now + MS / 20);
  expect(isBusy(host)).toBe(true);
}

test.each(['flat', 'hard-disk'] as const)(
  'reverted with a request in flight, a VM and its disk are what they were, and go on so each time (%s)',
  (model) => {
    const host = bootedWith(model);
    atWork(host);
    const before = hashOf(host);
    const remembered = vmOf(host).devices.passed[0]!.device!.remembered(1);
    command(host, 'vm.snapshot', { vm: 'a', name: 'at work' });
    expect(hashOf(host)).toBe(before);
    host.advance(host.now + 400 * MS);
    expect(run(host, 'disk 0 write 200')).toContain('wrote 200 blocks');
    expect(hashOf(host)).not.toBe(before);
    const after: string[] = [];
    for (let round = 0; round < 2; round++) {
      command(host, 'vm.revert', { vm: 'a', snapshot: 'at work' });
      expect(hashOf(host)).toBe(before);
      expect([isBusy(host), vmOf(host).devices.passed[0]!.device!.remembered(1)]).toEqual([true, remembered]);
      host.advance(host.now + 400 * MS);
      expect(consoleText(vmOf(host))).toMatch(/read 40 blocks .*; all hold what was written/);
      expect(consoleText(vmOf(host))).toContain('wrote 60 blocks');
      after.push(consoleText(vmOf(host)), String(vmOf(host).devices.passed[0]!.counted('dmaBytes')));
    }
    expect(after.slice(2)).toEqual(after.slice(0, 2));
  },
);

test('a host that is saved and restored has the snapshots, and reverts to the same', () => {
  const host = bootedWith();
  atWork(host);
  command(host, 'vm.snapshot', { vm: 'a', name: 's' });
  host.advance(host.now + 200 * MS);
  const copy = copyOf(host);
  for (const each of [host, copy]) {
    command(each, 'vm.revert', { vm: 'a', snapshot: 's' });
    each.advance(each.now + 300 * MS);
    expect(consoleText(vmOf(each))).toContain('wrote 60 blocks');
  }
  expect(copy.hash()).toBe(host.hash());
});

test('a VM goes back to a device only while nobody else has it; one that was off has none', () => {
  const host = bootedWith();
  command(host, 'vm.snapshot', { vm: 'a', name: 'on' });
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.snapshot', { vm: 'a', name: 'off' });
  command(host, 'vm.start', { vm: 'b' });
  expect(outcomeOf(host, 'vm.revert', { vm: 'a', snapshot: 'on' })).toBe('disk.held');
  expect([vmOf(host).state, vmOf(host, 'b').state]).toEqual(['stopped', 'running']);
  expect(outcomeOf(host, 'vm.revert', { vm: 'a', snapshot: 'off' })).toBe('done');
  command(host, 'vm.powerOff', { vm: 'b' });
  expect(outcomeOf(host, 'vm.revert', { vm: 'a', snapshot: 'on' })).toBe('done');
  expect(vmOf(host).devices.passed[0]!.device).toBeDefined();
  expect(run(host, 'disk 0 write 4')).toContain('wrote 4 blocks');
  expect(outcomeOf(host, 'vm.revert', { vm: 'a', snapshot: 'off' })).toBe('done');
  expect(vmOf(host).devices.passed[0]!.device).toBeUndefined();
});

test('a card that a VM has whole comes back with its descriptors, its address and what was on its way', () => {
  const host = booted([cardOwner('a'), echo()], { harts: 2 });
  type(host, 'a', 'bounce 10.0.0.9 200\r');
  host.advance(host.now + 2 * MS);
  const before = hashOf(host);
  const { macs } = vmOf(host);
  command(host, 'vm.snapshot', { vm: 'a', name: 's', with: ['echo'] });
  for (let round = 0; round < 2; round++) {
    host.advance(host.now + 300 * MS);
    expect(consoleText(vmOf(host))).toContain('all came back as they were sent');
    command(host, 'vm.revert', { vm: 'a', snapshot: 's', with: ['echo'] });
    expect(hashOf(host)).toBe(before);
    expect(vmOf(host).macs).toEqual(macs);
  }
});
