/** What a host says of the disks of its VMs: what their contents take, made at once or where they are first written. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bootHost, teachingKernel, type, vmSpec } from '../../fixtures/test-host.ts';
import type { IoAnswer } from './io.ts';

const MS = 1_000_000;
const MIB = 1 << 20;

test('a disk that is made at once takes its space before anything is written, another only what was', () => {
  const fixed = { kind: 'memory', allocation: 'fixed' };
  const host = bootHost([
    vmSpec('fixed', teachingKernel(), { disks: [{ sizeBytes: MIB, content: fixed }] }),
    vmSpec('demand', teachingKernel(), { disks: [{ sizeBytes: MIB }] }),
    vmSpec('emulated', teachingKernel(), { disks: [{ sizeBytes: MIB, way: 'emulated-dma' }] }),
  ]);
  const told = () =>
    (must(host.ask('io', {})).value as IoAnswer).disks[0]!.disks.map(({ allocation, allocatedBytes }) => [
      allocation,
      allocatedBytes,
    ]);
  host.advance(60 * MS);
  expect(told()).toEqual([
    ['fixed', MIB],
    ['on-demand', 0],
    ['on-demand', 0],
  ]);
  for (const vm of ['fixed', 'demand', 'emulated']) type(host, vm, 'disk 0 write 4\r');
  host.advance(host.now + 60 * MS);
  expect(told()).toEqual([
    ['fixed', MIB],
    ['on-demand', 64 * 1024],
    ['on-demand', 64 * 1024],
  ]);
});
