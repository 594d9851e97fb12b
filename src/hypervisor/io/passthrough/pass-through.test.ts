/** A physical disk that a VM is given whole: driven by the guest itself, reached by its memory through the IOMMU, one VM at a time. */
import { expect, test } from 'vitest';
import type { VmSpec } from '#base/scenario';
import {
  command,
  consoleText,
  copyOf,
  outcomeOf,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { booted, cardOwner, echo, MIB, MS, owner, run } from './fixtures/owners.ts';

const BLOCKS = 32;

const exits = (host: Host, name = 'a'): Record<string, number> =>
  Object.fromEntries(
    vmOf(host, name)
      .exitDetails.list()
      .map(({ reason, detail, count }) => [`${reason} ${detail}`, count]),
  );

test('it is driven without an exit at its registers; each request costs an interrupt', () => {
  const host = booted();
  const before = exits(host);
  expect(run(host, `disk 0 write ${BLOCKS}`)).toContain(`wrote ${BLOCKS} blocks`);
  expect(run(host, `disk 0 read ${BLOCKS}`)).toContain('all hold what was written');
  const after = exits(host);
  expect(after['mmio ide0']).toBeUndefined();
  const [disk] = vmOf(host).devices.passed;
  expect(disk?.counters.interrupts).toBe(2 * BLOCKS);
  expect(disk?.counters.dmaRefused).toBe(0);
  expect(vmOf(host).devices.counted('block', 'bytesRead')).toBe(BLOCKS * 4096);
  expect((after['interrupt passed-through'] ?? 0) - (before['interrupt passed-through'] ?? 0)).toBeLessThan(
    2 * BLOCKS + 1,
  );
});

test('a translation that the IOMMU does not remember is a walk; one that it does is none', () => {
  const host = booted();
  run(host, 'disk 0 write 32');
  const [passed] = vmOf(host).devices.passed;
  const { dmaWalks, dmaRemembered, dmaWalkNs } = passed!.counters;
  // The table of regions, its second word, and one page of data or two for each block.
  expect(dmaWalks + dmaRemembered).toBeGreaterThanOrEqual(3 * 32);
  expect(dmaWalks).toBeGreaterThan(0);
  expect(dmaWalkNs).toBe(330 * dmaWalks);
  const walksOfRead = (): number => {
    const before = passed!.counters.dmaWalks;
    run(host, 'disk 0 read 1 poll');
    return passed!.counters.dmaWalks - before;
  };
  walksOfRead();
  expect(walksOfRead()).toBe(0);
  // Forgotten, all pages of the request are looked up again.
  command(host, 'vm.protect', { vm: 'a', gpa: '0x801f0000', bytes: 4096, rights: 'r' });
  expect(walksOfRead()).toBeGreaterThanOrEqual(2);
});

test('a driver that polls has no exit at all for its requests', () => {
  const host = booted();
  run(host, 'disk 0 write 99 poll');
  /** Exits of a command, those of time slices and of the wait for the next aside. */
  const cost = (blocks: number): number => {
    const before = exits(host);
    expect(run(host, `disk 0 write ${blocks} poll`)).toContain(`wrote ${blocks} blocks`);
    const after = Object.entries(exits(host)).filter(([name]) => !/^(timer|wfi)/.test(name));
    return after.reduce((sum, [name, count]) => sum + count - (before[name] ?? 0), 0);
  };
  const few = cost(10);
  expect(cost(90)).toBeLessThan(few + 3);
  expect(vmOf(host).devices.passed[0]?.counters.interrupts).toBe(0);
  expect(exits(host)['interrupt passed-through']).toBeUndefined();
});

test('one VM has it at a time, and the next finds what the last has written', () => {
  const host = booted([owner('a'), owner('b', { autostart: false })]);
  run(host, 'disk 0 write 8');
  expect(outcomeOf(host, 'vm.start', { vm: 'b' })).toBe('disk.held');
  expect(vmOf(host, 'b').memory.root).toBe(-1);
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.start', { vm: 'b' });
  host.advance(host.now + 60 * MS);
  expect(run(host, 'disk 0 read 8', 'b')).toContain('all hold what was written');
  command(host, 'vm.delete', { vm: 'a' });
  command(host, 'vm.powerOff', { vm: 'b' });
  command(host, 'vm.delete', { vm: 'b' });
});

test('a disk on which disks of VMs lie is not given away, and none is put onto one that is', () => {
  const virtual = vmSpec('b', teachingKernel(), { disks: [{ sizeBytes: MIB }], autostart: false });
  const host = booted([virtual, owner('a', { autostart: false })]);
  expect(outcomeOf(host, 'vm.start', { vm: 'a' })).toBe('disk.inUse');
  command(host, 'vm.delete', { vm: 'b' });
  command(host, 'vm.start', { vm: 'a' });
  expect(outcomeOf(host, 'vm.create', { vm: virtual })).toBe('disk.held');
  expect(outcomeOf(host, 'vm.plugDisk', { vm: 'a', sizeBytes: MIB })).toBe('disk.held');
});

test('its VM is pinned: it needs all its memory, gives none, and is not copied or limited', () => {
  const host = booted([owner('a', { devices: [{ kind: 'balloon' }] })]);
  expect(outcomeOf(host, 'vm.create', { vm: owner('b', { allocation: 'on-demand' }) })).toBe(
    'vm.passedAllocation',
  );
  expect(outcomeOf(host, 'vm.clone', { vm: 'a', name: 'c' })).toBe('vm.passedThrough');
  expect(outcomeOf(host, 'vm.unplugDisk', { vm: 'a', disk: 0 })).toBe('vm.notPluggable');
  expect(outcomeOf(host, 'vm.setBalloon', { vm: 'a', bytes: 4096 })).toBe('vm.passedPinned');
  expect(outcomeOf(host, 'vm.setDiskLimits', { vm: 'a', disk: 0, shares: 10, iops: 10 })).toBe(
    'vm.passedSetting',
  );
  const { memory } = vmOf(host);
  expect(memory.isReclaimable(memory.slots[0]!.base)).toBe(false);
});

test('what it was at when its VM is reset reaches nobody’s memory, the next VM’s least of all', () => {
  const host = booted([owner('a'), owner('b', { autostart: false })]);
  run(host, 'disk 0 write 2');
  type(host, 'a', 'disk 0 read 40\r');
  const until = host.now + 20 * MS;
  const [passed] = vmOf(host).devices.passed;
  while (host.now < until && (passed!.device!.mmio.peek!(0x1c, 4)! & 0x80) === 0)
    host.advance(host.now + MS / 10);
  expect(passed!.device!.mmio.peek!(0x1c, 4)! & 0x80).toBe(0x80);
  const before = passed!.counters.dmaWrites;
  command(host, 'vm.powerOff', { vm: 'a' });
  command(host, 'vm.start', { vm: 'b' });
  host.advance(host.now + 30 * MS);
  expect(passed!.counters.dmaWrites).toBe(before);
  const [next] = vmOf(host, 'b').devices.passed;
  expect([next!.counters.dmaWrites, next!.counters.dmaRefused]).toEqual([0, 0]);
});

test('a device that is left on does nothing without a context', () => {
  const host = booted();
  const { device } = vmOf(host).devices.passed[0]!;
  const gpa = vmOf(host).memory.slots[0]!.base;
  expect(device!.port.write(gpa, new Uint8Array(4))).toBe(true);
  command(host, 'vm.powerOff', { vm: 'a' });
  expect(device!.port.write(gpa, new Uint8Array(4))).toBe(false);
});

test('a page that is forbidden to its VM is forbidden to the device from then on', () => {
  const host = booted();
  const [passed] = vmOf(host).devices.passed;
  const gpa = vmOf(host).memory.slots[0]!.base + 0x1f_0000;
  expect(passed!.device!.port.write(gpa, new Uint8Array(4))).toBe(true);
  command(host, 'vm.protect', { vm: 'a', gpa: `0x${gpa.toString(16)}`, bytes: 4096, rights: 'r' });
  expect(passed!.device!.port.write(gpa, new Uint8Array(4))).toBe(false);
  expect(passed!.device!.port.read(gpa, new Uint8Array(4))).toBe(true);
  expect(passed!.lastFault).toMatchObject({ why: 'write-page', iova: gpa });
});

test('a snapshot of the host amid its work goes on as it would have', () => {
  const host = booted();
  type(host, 'a', 'disk 0 write 40; disk 0 read 40\r');
  host.advance(host.now + 5 * MS);
  const copy = copyOf(host);
  expect(copy.hash()).toBe(host.hash());
  const until = host.now + 500 * MS;
  host.advance(until);
  // Cut otherwise into calls, nothing else happens.
  for (let at = copy.now; at < until; at += 3 * MS) copy.advance(Math.min(at + 3 * MS, until));
  copy.advance(until);
  expect(consoleText(vmOf(copy))).toContain('read 40 blocks');
  expect(copy.hash()).toBe(host.hash());
});

function withCard(more: readonly VmSpec[] = []): Host {
  return booted([cardOwner('a'), echo(), ...more], { harts: 2 });
}

test('a card that is given whole sends and receives without an exit at its registers', () => {
  const host = withCard();
  expect(run(host, 'bounce 10.0.0.9 32')).toContain('all came back as they were sent');
  expect(exits(host)['mmio ethoc0']).toBeUndefined();
  const { passed, plic } = vmOf(host).devices;
  expect(plic).toBeDefined();
  expect(passed[0]!.counted('framesOut')).toBeGreaterThanOrEqual(32);
  expect(vmOf(host).devices.counted('net', 'framesIn')).toBeGreaterThanOrEqual(32);
  expect(passed[0]!.counters.dmaBytes).toBeGreaterThan(32 * 64);
  expect(passed[0]!.counters.interrupts).toBeGreaterThan(0);
  expect(passed[0]!.counters.dmaRefused).toBe(0);
});

test('its address is the card’s own, whoever has it; one VM has it at a time', () => {
  const host = withCard([cardOwner('b', { autostart: false })]);
  const [mac] = vmOf(host).macs;
  expect(mac).toMatch(/^52:54:01:/);
  expect(outcomeOf(host, 'vm.start', { vm: 'b' })).toBe('card.held');
  command(host, 'vm.powerOff', { vm: 'a' });
  expect(vmOf(host).macs).toEqual(['']);
  command(host, 'vm.start', { vm: 'b' });
  host.advance(host.now + 60 * MS);
  expect(vmOf(host, 'b').macs).toEqual([mac]);
  expect(run(host, 'bounce 10.0.0.9 4', 'b')).toContain('all came back as they were sent');
});

test('a snapshot of the host amid the work of a card goes on as it would have', () => {
  const host = withCard();
  type(host, 'a', 'bounce 10.0.0.9 200\r');
  host.advance(host.now + 2 * MS);
  const copy = copyOf(host);
  expect(copy.hash()).toBe(host.hash());
  const until = host.now + 300 * MS;
  host.advance(until);
  copy.advance(until);
  expect(consoleText(vmOf(copy))).toContain('all came back as they were sent');
  expect(copy.hash()).toBe(host.hash());
});

test('walks of a card take time: a frame is sent, and one that has come is told of, when they are over', () => {
  const host = withCard();
  run(host, 'bounce 10.0.0.9 4');
  const [passed] = vmOf(host).devices.passed;
  const { counters } = passed!;
  /** How long it is from a frame to the interrupt, and the walks that it took. */
  const told = () => {
    const before = counters.dmaWalks;
    // To everybody, of a protocol that nobody knows.
    passed!.receive(new Uint8Array(100).fill(0xff));
    const ns = host.machine.events.nextOf('physical-interrupt') - host.now;
    host.advance(host.now + MS);
    return { ns, walks: counters.dmaWalks - before };
  };
  const before = told();
  expect(before.ns).toBe(330 * before.walks);
  // What narrows the table has the IOMMU forget.
  const gpa = vmOf(host).memory.slots[0]!.base + 0x1f_0000;
  command(host, 'vm.protect', { vm: 'a', gpa: `0x${gpa.toString(16)}`, bytes: 4096, rights: 'r' });
  const again = told();
  expect(again.walks).toBeGreaterThan(0);
  expect(again.ns).toBe(330 * again.walks);
});
