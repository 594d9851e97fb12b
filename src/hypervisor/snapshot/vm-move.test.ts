/** A VM without its host: taken at any moment, it is the same VM on another host, and goes on there. */
import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import type { HostSpec } from '#base/scenario';
import { expectSameVm } from '../fixtures/same-state.ts';
import {
  bootHost,
  consoleText,
  LINUX_SKIPPED,
  linux,
  PUT_A0,
  program,
  shellVm,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host, Vm } from '../host.ts';
import { share } from '../memory/sharing/share.ts';
import { swapOut } from '../memory/swap/swapping.ts';
import { REGISTRIES } from '../registries.ts';
import { partsOf } from './host-state.ts';
import { readVmFile, savedVm, vmFile, vmHash } from './vm-file.ts';

const MS = 1_000_000;
const IDLE = program('idle', 'wait: wfi\n j wait');

const hashOf = (host: Host, name = 'a'): string => vmHash(host.machine, vmOf(host, name));

/** A host on which a VM has another place than elsewhere: another slot, other frames, another time. */
function otherHost(more: Partial<HostSpec> = {}): Host {
  const host = bootHost([vmSpec('first', IDLE), vmSpec('second', IDLE)], more);
  host.advance(37 * MS);
  return host;
}

/** Takes a VM by a file from one host to another. */
function move(from: Host, to: Host, name = 'a'): Vm {
  const hash = (bytes: Uint8Array): string => to.machine.hash(bytes, []);
  const read = readVmFile(vmFile(vmOf(from, name), hash), hash, partsOf(REGISTRIES));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const moved = to.vmTable.moveIn(read.value.vm, read.value.ram);
  if (!moved.ok) throw new Error(JSON.stringify(moved.error));
  return moved.value;
}

test('moved in the middle of its work, a VM has the same hash, and its shell answers', () => {
  const host = bootHost([shellVm('a', { vcpus: 2, disks: [{ sizeBytes: 1 << 20 }] })], { harts: 2 });
  host.advance(50 * MS);
  type(host, 'a', 'dirty 1024 128 &\n');
  host.advance(63.7 * MS);
  const there = otherHost();
  const vm = move(host, there);
  expect(vm.slot).toBe(2);
  expectSameVm(there, host);
  const before = consoleText(vm).length;
  type(there, 'a', 'uptime\n');
  there.advance(there.now + 100 * MS);
  expect(consoleText(vm).slice(before)).toContain('up ');
  expect(vm.state).toBe('running');
});

test('every part of a VM is in its hash, and nothing of its host', () => {
  const boot = (): Host => {
    const host = bootHost([shellVm('a')]);
    host.advance(60 * MS);
    return host;
  };
  const same = hashOf(boot());
  const changes: Readonly<Record<string, (vm: Vm) => void>> = {
    'a byte of memory': (vm) => vm.memory.fill(RAM_BASE + 0x1000, 1, 0x77),
    'a page that is there': (vm) => vm.memory.fill(RAM_BASE + (3 << 20), 1, 0),
    'a register': (vm) => {
      vm.vcpus[0]!.context[10]! ^= 1;
    },
    'a byte of output': (vm) => vm.consoleOutput(Uint8Array.of(65)),
    'a typed byte': (vm) => vm.type(Uint8Array.of(65)),
    'its state': (vm) => vm.pause(),
  };
  for (const [what, change] of Object.entries(changes)) {
    const host = boot();
    change(vmOf(host));
    expect(hashOf(host), what).not.toBe(same);
  }
  const host = boot();
  for (const vcpu of vmOf(host).vcpus) {
    vcpu.lastHart = 3;
    vcpu.readySince = 5;
    vcpu.fence();
  }
  host.network.switches.get('lan')?.send(0, new Uint8Array(60).fill(2));
  expect(hashOf(host)).toBe(same);
});

/** Says with one byte when it is 30 ms old by its own clock: sets its timer and waits. */
const TIMED = program(
  'timed',
  `
  li t0, 300000
  csrw stimecmp, t0
  li t0, 0x20
  csrw sie, t0
  wfi
  csrr a0, time
  li t0, 300000
  bltu a0, t0, early
  li t0, 300100
  bgtu a0, t0, late
  li a0, 0x6f
  j say
early:
  li a0, 0x65
  j say
late:
  li a0, 0x6c
say:
${PUT_A0}
end: j end`,
);

test('a timer fires at its time by the guest’s clock, also in one that was paused on the way', () => {
  const host = bootHost([vmSpec('a', TIMED)]);
  host.advance(12.3 * MS);
  const there = otherHost();
  const vm = move(host, there);
  there.advance(there.now + 5 * MS);
  const third = otherHost();
  expect(there.execute({ op: 'vm.pause', args: { vm: 'a' } }).ok).toBe(true);
  move(there, third);
  expectSameVm(third, there);
  third.advance(third.now + 100 * MS);
  expect(third.execute({ op: 'vm.resume', args: { vm: 'a' } }).ok).toBe(true);
  third.advance(third.now + 20 * MS);
  expect(consoleText(vmOf(third))).toBe('o');
  expect(consoleText(vm)).toBe('');
});

test('pages that are shared, swapped out or given back are the same pages elsewhere', () => {
  const host = bootHost([shellVm('a'), vmSpec('b', teachingKernel(), { memoryBytes: 4 << 20 })]);
  host.advance(60 * MS);
  const { memory } = vmOf(host);
  const [first = 0, second = 0, third = 0] = [1, 2, 3].map((page) => RAM_BASE + 0x30_0000 + page * PAGE_SIZE);
  for (const gpa of [first, second, third]) memory.fill(gpa, PAGE_SIZE, 0x5a);
  const before = hashOf(host);
  expect(share(memory, first, memory, second)).toBe(true);
  expect(swapOut(memory, third)).toBe(true);
  expect(hashOf(host)).toBe(before);
  const there = otherHost();
  const vm = move(host, there);
  expect(hashOf(there)).toBe(before);
  for (const gpa of [first, second, third]) expect(vm.memory.readU32(gpa + 8)).toBe(0x5a5a_5a5a);
});

test('a VM for which there is no room leaves nothing behind', () => {
  const host = bootHost([shellVm('a', { allocation: 'fixed' })]);
  host.advance(60 * MS);
  const there = bootHost(
    [vmSpec('large', teachingKernel(), { memoryBytes: 14 << 20, allocation: 'fixed' })],
    {
      ramBytes: 16 << 20,
    },
  );
  const before = there.hash();
  const { vm, ram } = savedVm(vmOf(host));
  expect(there.vmTable.moveIn(vm, ram)).toMatchObject({
    ok: false,
    error: { code: 'vm.memoryShort' },
  });
  expect(there.hash()).toBe(before);
  expect(there.vmTable.moveIn({ ...vm, spec: { ...vm.spec, name: 'large' } }, ram)).toMatchObject({
    ok: false,
    error: { code: 'vm.nameTaken' },
  });
});

test.skipIf(LINUX_SKIPPED)('Linux goes on booting on the next host, and again on the one after it', () => {
  const spec = vmSpec('a', linux('Image-tiny'), { memoryBytes: 32 << 20, append: 'console=hvc1' });
  let host = bootHost([spec], { ramBytes: 64 << 20 });
  for (const ms of [60, 150, 400]) {
    host.advance(host.now + ms * MS);
    const there = otherHost({ ramBytes: 64 << 20 });
    move(host, there);
    expectSameVm(there, host);
    host = there;
  }
  for (let n = 0; n < 100 && !consoleText(vmOf(host)).includes('# '); n++) host.advance(host.now + 100 * MS);
  type(host, 'a', 'echo $((6*7))\n');
  host.advance(host.now + 400 * MS);
  expect(consoleText(vmOf(host))).toContain('\n42');
});
