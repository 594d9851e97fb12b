/** What is said of a VM's devices: of a teaching kernel that boots, its accesses by register, its queues, and that a look changes nothing. */
import { expect, test } from 'vitest';
import { vmSetDate } from '../commands/vm-set-date.ts';
import { bootHost, command, copyOf, outcomeOf, teachingKernel, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { detailOf, devicesOf, type RegisterState } from './monitor.ts';

const MS = 1_000_000;

function booted(): Host {
  const host = bootHost([vmSpec('a', teachingKernel())]);
  host.advance(60 * MS);
  return host;
}
function register(host: Host, device: string, name: string, element?: number): RegisterState | undefined {
  return detailOf(vmOf(host), device)?.registers.find(
    (row) => row.name === name && (element === undefined || row.element === element),
  );
}

test('every access to a device is counted at one of its registers, or as none', () => {
  const host = booted();
  for (const { device, reads, writes } of vmOf(host).devices.bus.slots) {
    const detail = detailOf(vmOf(host), device.name);
    if (detail === undefined) continue;
    const all = [...detail.registers, detail.elsewhere];
    // 64-bit accesses are two; the kernel makes none.
    expect([device.name, all.reduce((sum, each) => sum + each.reads, 0)]).toEqual([device.name, reads]);
    expect([device.name, all.reduce((sum, each) => sum + each.writes, 0)]).toEqual([device.name, writes]);
  }
  expect(register(host, 'virtio0', 'QueueNotify')?.writes).toBeGreaterThan(0);
  expect(register(host, 'plic', 'priority', 1)?.writes).toBeGreaterThan(0);
});

test('a register shows what it holds, field by field, and where it is specified', () => {
  const host = booted();
  expect(register(host, 'virtio0', 'MagicValue')).toMatchObject({ value: '0x74726976', reads: 1 });
  const status = register(host, 'virtio0', 'Status');
  expect(status?.fields).toContainEqual({ name: 'DRIVER_OK', value: 1 });
  expect(status?.section).toBe('virtio 1.2 §2.1');
  expect(register(host, 'virtio0', 'cols')).toMatchObject({ offset: 0x100, value: '0x50' });
  expect(register(host, 'uart', 'LSR')?.fields).toContainEqual({ name: 'THRE', value: 1 });
});

test('a device lies in its window, its interrupt leads to a vCPU, and its queues stand where both sides left them', () => {
  const host = booted();
  const console = devicesOf(vmOf(host)).find(({ kind }) => kind === 'console');
  expect(console).toMatchObject({
    ...{ baseGpa: '0x10001000', sizeBytes: 0x1000, state: 'driver-ok' },
    interrupt: { source: 1, routes: [{ context: 0, isHeard: true }] },
  });
  const transmit = console?.queues[1];
  expect(transmit).toMatchObject({
    ready: true,
    broken: false,
    inFlight: 0,
    madeBytes: 4096,
    aheadBytes: 4096,
  });
  expect(transmit?.used).toBeGreaterThan(0);
  expect(transmit?.available).toBe(transmit?.taken);
  expect(transmit?.rings).toHaveLength(3);
  const features = detailOf(vmOf(host), 'virtio0')?.features;
  expect(features).toContainEqual({ bit: 32, name: 'VERSION_1', accepted: true });
});

test('to look changes nothing, and counts go on where a snapshot was taken', () => {
  const host = booted();
  const before = host.hash();
  for (const { name } of devicesOf(vmOf(host))) detailOf(vmOf(host), name);
  expect(host.hash()).toBe(before);
  const copy = copyOf(host);
  expect(detailOf(vmOf(copy), 'virtio0')).toEqual(detailOf(vmOf(host), 'virtio0'));
});

test('of a clock it is said what it shows and where it began, which is set, and set back to what was before', () => {
  const host = booted();
  const clock = () => devicesOf(vmOf(host)).find(({ name }) => name === 'rtc')?.clock;
  expect(clock()).toEqual({ shows: '2026-01-01T00:00:00Z', began: '2026-01-01T00:00:00Z' });
  const set = { vm: 'a', date: '1999-12-31T23:59:59Z' };
  command(host, 'vm.setDate', set);
  host.advance(host.now + 2000 * MS);
  expect(clock()).toEqual({ shows: '2000-01-01T00:00:01Z', began: set.date });
  const again = { vm: 'a', date: '2024-02-29T00:00:00Z' };
  const earlier = { op: 'vm.setDate', args: set };
  expect(vmSetDate.undo(again, { earlier, host: undefined })).toEqual(earlier);
  const back = vmSetDate.undo(set)!;
  command(host, back.op, back.args as object);
  expect(clock()?.began).toBe('2026-01-01T00:00:00Z');
  expect(outcomeOf(host, 'vm.setDate', { vm: 'nobody' })).toBe('no-such-vm');
});
