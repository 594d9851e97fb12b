/** What a host says when a VM may not start. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { bootHost, command, copyOf, program, shellVm, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { PromisesAnswer } from './questions/promises.ts';

const MIB = 1 << 20;
const MS = 1_000_000;
const WFI = program('wfi', 'loop: wfi\nj loop');

function start(host: Host, vm: string): unknown {
  const result = host.execute({ op: 'vm.start', args: { vm } });
  return result.ok ? 'started' : result.error;
}

test('up to its limit a host promises more memory than it has, and says what is missing beyond', () => {
  const vms = ['a', 'b', 'c'].map((name) => vmSpec(name, WFI, { memoryBytes: 16 * MIB, autostart: false }));
  const host = bootHost(vms, { ramBytes: 32 * MIB, memory: { overcommitPercent: 120 } });
  expect([start(host, 'a'), start(host, 'b')]).toEqual(['started', 'started']);
  expect(start(host, 'c')).toMatchObject({
    code: 'vm.overcommitted',
    data: {
      ...{ vm: 'c', asked: 16 * MIB, promised: 32 * MIB, limit: Math.floor(32 * MIB * 1.2) },
      ...{ missing: 48 * MIB - Math.floor(32 * MIB * 1.2), holder: 'a', held: 16 * MIB },
    },
  });
  expect(vmOf(host, 'c').state).toBe('created');
  host.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  expect(start(host, 'c')).toBe('started');
});

test('the limit is set while the host runs, and a host that is saved has it', () => {
  const vms = ['a', 'b'].map((name) => vmSpec(name, WFI, { memoryBytes: 24 * MIB, autostart: false }));
  const host = bootHost(vms, { ramBytes: 32 * MIB });
  const limit = (of: Host): unknown => (must(of.ask('promises', {})).value as PromisesAnswer).limitPercent;
  expect([start(host, 'a'), limit(host)]).toEqual(['started', undefined]);
  command(host, 'host.setOvercommit', { percent: 100 });
  expect(start(host, 'b')).toMatchObject({ code: 'vm.overcommitted', data: { missing: 16 * MIB } });
  const again = copyOf(host);
  expect([limit(again), again.hash()]).toEqual([100, host.hash()]);
  expect(start(again, 'b')).toMatchObject({ code: 'vm.overcommitted' });
  command(host, 'host.setOvercommit', { percent: 150 });
  expect(start(host, 'b')).toBe('started');
  expect(must(host.ask('promises', {})).value).toMatchObject({
    ...{ limitBytes: 48 * MIB, promisedBytes: 48 * MIB },
    vms: [{ vm: 'a', promisedBytes: 24 * MIB }, { vm: 'b' }],
  });
  command(host, 'host.setOvercommit', {});
  expect(limit(host)).toBeUndefined();
});

test('without a limit it promises what VMs ask for', () => {
  const vms = ['a', 'b', 'c'].map((name) => vmSpec(name, WFI, { memoryBytes: 64 * MIB }));
  const host = bootHost(vms, { ramBytes: 32 * MIB });
  expect(host.vms().map(({ state }) => state)).toEqual(['running', 'running', 'running']);
});

test('memory that was taken from a VM, and that it gave, can be promised to another', () => {
  const devices = [{ kind: 'balloon' }];
  const large = shellVm('a', { memoryBytes: 16 * MIB, nics: [], devices });
  const other = vmSpec('b', WFI, { memoryBytes: 24 * MIB, autostart: false });
  const host = bootHost([large, other], { ramBytes: 32 * MIB, memory: { overcommitPercent: 100 } });
  host.advance(100 * MS);
  expect(start(host, 'b')).toMatchObject({ code: 'vm.overcommitted' });
  host.execute({ op: 'vm.setMemory', args: { vm: 'a', bytes: 8 * MIB } });
  host.advance(host.now + 200 * MS);
  expect(start(host, 'b')).toBe('started');
});

test('fixed memory that is not there is refused with what there is, and nothing of it stays', () => {
  const fixed = (name: string, mib: number) =>
    vmSpec(name, WFI, { memoryBytes: mib * MIB, allocation: 'fixed', autostart: false });
  const host = bootHost([fixed('a', 20), fixed('b', 16)], { ramBytes: 32 * MIB });
  expect(start(host, 'a')).toBe('started');
  const { free } = host.frames;
  expect(start(host, 'b')).toMatchObject({
    code: 'vm.memoryShort',
    data: { vm: 'b', asked: 16 * MIB, free: free * 4096, holder: 'a' },
  });
  expect(host.frames.free).toBe(free);
});

test('a VM that comes from a clone is held to the same limit', () => {
  const host = bootHost([vmSpec('a', WFI, { memoryBytes: 16 * MIB })], {
    ...{ ramBytes: 32 * MIB, memory: { overcommitPercent: 90 } },
  });
  expect(host.execute({ op: 'vm.clone', args: { vm: 'a', name: 'b' } })).toMatchObject({
    error: { code: 'vm.overcommitted' },
  });
  expect(host.vm('b')).toBeUndefined();
});
