/** What a vCPU waits for, where a disk is at work for it: a page from the swap area, or the end of a request of its own. */
import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { diskTimeNs } from '#machine/disk-time';
import { FIRST_OWN_SLOT } from '../fixtures/extension/environment.ts';
import { sleepOnDiskProgram } from '../fixtures/extension/programs.ts';
import { bootHost, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { swapOut } from '../memory/swap/swapping.ts';
import { waitOf } from './wait.ts';

const MS = 1_000_000;
const PAGE = RAM_BASE + 0x10_0000;
const READER = program('reader of a page', `li s1, ${PAGE}\nnext: lw t0, 0(s1)\nj next`);
const SLEEPER = program('sleeper on a disk', sleepOnDiskProgram(FIRST_OWN_SLOT));
/** Of 1 MiB, of which it reads a half: longer than several quanta. */
const DISKS = [{ sizeBytes: 0x10_0000 }];

const wait = (host: Host): ReturnType<typeof waitOf> => waitOf(host, vmOf(host), vmOf(host).vcpus[0]!);

/** Expects that what is waited for comes when it was said to, and that the wait is over then. */
function endsWhenDue(host: Host, code: string): void {
  const { waitsFor, dueAt } = wait(host);
  expect(waitsFor).toMatchObject({ code, data: { vm: 'a', vcpu: 0 } });
  expect(dueAt).toBeGreaterThan(host.now);
  // The sentence has the same time, and how long that is from now.
  expect(Number(waitsFor!.data['seconds'])).toBeCloseTo(dueAt! / 1e9, 5);
  expect(Number(waitsFor!.data['after'])).toBeCloseTo((dueAt! - host.now) / 1e9, 5);
  const before = Math.floor((dueAt! - 1) / host.quantumNs) * host.quantumNs;
  host.advance(before);
  expect(wait(host)).toMatchObject({ waitsFor: { code }, dueAt });
  host.advance(before + 2 * host.quantumNs);
  expect(wait(host).waitsFor?.code).not.toBe(code);
}

test('a page that is read from the swap area: it says which time that ends', () => {
  const host = bootHost([vmSpec('a', READER)]);
  host.advance(MS);
  const { memory } = vmOf(host);
  expect(swapOut(memory, PAGE)).toBe(true);
  // The disk is made busy, so that the page is long on its way.
  for (let page = 1; page <= 50; page++) {
    memory.writeU32(PAGE + page * PAGE_SIZE, 1);
    swapOut(memory, PAGE + page * PAGE_SIZE);
  }
  host.advance(host.now + 2 * host.quantumNs);
  expect(wait(host).state).toBe('blocked');
  endsWhenDue(host, 'wait.page');
});

test('a device that is at a request of the VM, where its interrupt is heard', () => {
  const host = bootHost([vmSpec('a', SLEEPER, { disks: DISKS })]);
  host.advance(5 * host.quantumNs);
  expect(wait(host).dueAt).toBeLessThan(host.now + diskTimeNs(0x8_0000));
  endsWhenDue(host, 'wait.device');
});

test('a device whose interrupt the vCPU does not hear ends no wait', () => {
  const deaf = program('deaf sleeper', sleepOnDiskProgram(FIRST_OWN_SLOT).replace('0x200', '0x20'));
  const host = bootHost([vmSpec('a', deaf, { disks: DISKS })]);
  host.advance(5 * host.quantumNs);
  expect(vmOf(host).devices.nextEventAt).toBeGreaterThan(host.now);
  expect(wait(host).waitsFor?.code).toBe('wait.nothing');
  expect(wait(host).dueAt).toBeUndefined();
});
