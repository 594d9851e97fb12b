/** The scanner that shares pages: what becomes one frame, what stays apart, what it costs, and that nobody notices. */
import { expect, test } from 'vitest';
import { PAGE_SIZE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import {
  bootHost,
  command,
  consoleText,
  copyOf,
  LINUX_SKIPPED,
  linux,
  shellVm,
  type,
  vmOf,
  vmSpec,
} from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { BASE, FIRST_OWNER, MemoryRig } from '../fixtures/rig.ts';
import { FRAME_DATA, FRAME_SHARED } from '../frame-allocator.ts';
import { WRITE } from '../page-access.ts';
import type { SharingAnswer } from '../questions/sharing.ts';
import { SharingScanner } from './scanner.ts';

const MIB = 1 << 20;
const S = 1000 * NS_PER_MS;
const SHARING = { pages: 64, periodNs: 20 * NS_PER_MS };
/** More than a rig has frames: a go is a pass. */
const WHOLE_PASS = { pages: 4096, periodNs: NS_PER_MS };

/** Two VMs of 16 pages, and a scanner with a check sum that a few contents have in common. */
function rigWithScanner(checksum?: (page: Uint8Array) => number): {
  rig: MemoryRig;
  scanner: SharingScanner;
} {
  const rig = new MemoryRig({ frames: 128, vms: 2 });
  const sum =
    checksum ?? ((page: Uint8Array): number => page.reduce((all, byte) => (all * 31 + byte) >>> 0, 7));
  const scanner = new SharingScanner(
    {
      ...{ frames: rig.frames, ram: rig.ram },
      checksum: (spfn) => sum(rig.ram.view(spfn * PAGE_SIZE, PAGE_SIZE)),
      spaceOf: (owner) => rig.vms[owner - FIRST_OWNER],
    },
    WHOLE_PASS,
  );
  return { rig, scanner };
}

/** Bytes that VM `vm` has at a page of its memory. */
function fill(rig: MemoryRig, vm: number, page: number, value: number): void {
  rig.vms[vm]!.fill(BASE + page * PAGE_SIZE, PAGE_SIZE, value);
}
function frameOf(rig: MemoryRig, vm: number, page: number): number {
  return rig.vms[vm]!.slots[0]!.frames[page]!;
}

test('pages with the same content get one frame in the second pass', () => {
  const { rig, scanner } = rigWithScanner();
  fill(rig, 0, 3, 7);
  fill(rig, 1, 5, 7);
  fill(rig, 1, 6, 8);
  scanner.run();
  expect(frameOf(rig, 0, 3)).not.toBe(frameOf(rig, 1, 5));
  scanner.run();
  expect(frameOf(rig, 0, 3)).toBe(frameOf(rig, 1, 5));
  expect(frameOf(rig, 1, 6)).not.toBe(frameOf(rig, 1, 5));
  expect(scanner.counts).toMatchObject({ merged: 1, zeros: 0 });
});

test('pages of zeros wait for no second pass', () => {
  const { rig, scanner } = rigWithScanner();
  for (const page of [0, 1, 2]) fill(rig, 0, page, 0);
  scanner.run();
  expect(new Set([0, 1, 2].map((page) => frameOf(rig, 0, page))).size).toBe(1);
  expect(scanner.counts).toMatchObject({ merged: 2, zeros: 2 });
});

test('a page that is written between two passes stays by itself', () => {
  const { rig, scanner } = rigWithScanner();
  for (let pass = 1; pass < 6; pass++) {
    fill(rig, 0, 0, pass);
    fill(rig, 1, 0, pass);
    scanner.run();
  }
  expect(scanner.counts.merged).toBe(0);
});

test('an equal check sum is no reason to share', () => {
  const { rig, scanner } = rigWithScanner(() => 1);
  for (let page = 0; page < 8; page++) fill(rig, 0, page, page + 1);
  for (let pass = 0; pass < 3; pass++) scanner.run();
  expect(scanner.counts.merged).toBe(0);
});

test('who writes a shared page gets one of its own, and the others keep theirs', () => {
  const { rig, scanner } = rigWithScanner();
  for (const [vm, page] of [
    [0, 0],
    [0, 1],
    [1, 0],
  ] as const)
    fill(rig, vm, page, 9);
  scanner.run();
  scanner.run();
  const shared = frameOf(rig, 0, 0);
  expect(rig.frames.userCount(shared)).toBe(3);
  fill(rig, 1, 0, 1);
  expect(rig.frames.userCount(shared)).toBe(2);
  expect([...new Uint8Array(rig.ram.view(shared * PAGE_SIZE, 2))]).toEqual([9, 9]);
  // And is found again when it is the same again.
  fill(rig, 1, 0, 9);
  scanner.run();
  scanner.run();
  expect(rig.frames.userCount(shared)).toBe(3);
});

test('a page that a device holds is left alone', () => {
  const { rig, scanner } = rigWithScanner();
  fill(rig, 0, 0, 5);
  fill(rig, 1, 0, 5);
  rig.vms[1]!.pin(BASE, PAGE_SIZE, true);
  for (let pass = 0; pass < 3; pass++) scanner.run();
  expect(scanner.counts.merged).toBe(0);
});

test('what is left of a shared page with one user is found by a new twin', () => {
  const { rig, scanner } = rigWithScanner();
  fill(rig, 0, 0, 4);
  fill(rig, 0, 1, 4);
  scanner.run();
  scanner.run();
  fill(rig, 0, 1, 6);
  expect(rig.frames.states.filter((state) => state === FRAME_SHARED)).toHaveLength(0);
  fill(rig, 1, 9, 4);
  for (let pass = 0; pass < 2; pass++) scanner.run();
  expect(frameOf(rig, 1, 9)).toBe(frameOf(rig, 0, 0));
});

test('a go looks at as many pages as it is told, and takes time for each', () => {
  const { rig, scanner } = rigWithScanner();
  for (let page = 0; page < 16; page++) rig.vm.access(BASE + page * PAGE_SIZE, WRITE);
  for (let page = 0; page < 16; page++) fill(rig, 0, page, page + 1);
  scanner.set({ pages: 5, periodNs: NS_PER_MS });
  const ns = scanner.run();
  expect(scanner.counts.looked).toBe(5);
  expect(ns).toBeGreaterThan(0);
  expect(scanner.run()).toBe(ns);
  expect(rig.frames.states.filter((state) => state === FRAME_DATA)).toHaveLength(16);
});

test('when little is new it goes slower, and at its pace again when something is', () => {
  const { rig, scanner } = rigWithScanner();
  for (let page = 0; page < 16; page++) fill(rig, 0, page, page + 1);
  for (let pass = 0; pass < 3; pass++) scanner.run();
  expect(scanner.periodNs).toBeGreaterThan(WHOLE_PASS.periodNs);
  for (let page = 0; page < 16; page++) fill(rig, 0, page, page + 100);
  scanner.run();
  expect(scanner.periodNs).toBe(WHOLE_PASS.periodNs);
});

/** A host of two CPUs with two shells that have the same in their memory. */
function sharingHost(): Host {
  const host = bootHost([shellVm('a'), shellVm('b')], { harts: 1, memory: { sharing: SHARING } });
  host.advance(S);
  return host;
}

test('two shells of the same kernel share, and go on as if nothing had happened', () => {
  const host = sharingHost();
  expect(host.management.sharing.counts.merged).toBeGreaterThan(10);
  for (const vm of ['a', 'b']) type(host, vm, 'help\n');
  host.advance(2 * S);
  for (const vm of ['a', 'b']) expect(consoleText(vmOf(host, vm)).length).toBeGreaterThan(200);
});

test('to look for pages takes time of a CPU, which guests do not have', () => {
  const spin = (sharing: boolean): { steal: number; hypervisor: number; host: Host } => {
    const host = bootHost(
      [shellVm('a')],
      sharing ? { memory: { sharing: { pages: 512, periodNs: 20 * NS_PER_MS } } } : {},
    );
    host.advance(S / 2);
    type(host, 'a', 'spin 100\n');
    host.advance(S);
    const [cpu] = host.cpus;
    return { steal: vmOf(host).measure()['steal'], hypervisor: cpu!.hypervisorNs, host };
  };
  const [without, with_] = [spin(false), spin(true)];
  const spent = with_.host.management.spentNs('sharing');
  expect(spent).toBeGreaterThan(0);
  expect(with_.hypervisor - without.hypervisor).toBeGreaterThan(0.9 * spent);
  expect(with_.steal).toBeGreaterThan(without.steal);
});

test('a host that is restored while it looks goes on like the one that was saved', () => {
  const host = sharingHost();
  const copy = copyOf(host);
  expect(copy.hash()).toBe(host.hash());
  for (const each of [host, copy]) each.advance(2 * S);
  expect(copy.management.sharing.counts).toEqual(host.management.sharing.counts);
  expect(copy.hash()).toBe(host.hash());
});

test('it begins and ceases by command', () => {
  const host = bootHost([shellVm('a')]);
  host.advance(S / 2);
  expect(host.management.sharing.counts.looked).toBe(0);
  command(host, 'host.setSharing', { on: true, ...SHARING });
  host.advance(S);
  const { looked } = host.management.sharing.counts;
  expect(looked).toBeGreaterThan(0);
  command(host, 'host.setSharing', { on: false, ...SHARING });
  host.advance(2 * S);
  expect(host.management.sharing.counts.looked).toBe(looked);
});

test.skipIf(LINUX_SKIPPED)('of two Linux VMs most of the memory is had once, and both still answer', () => {
  const image = linux('Image-tiny');
  const vm = (name: string): ReturnType<typeof vmSpec> =>
    vmSpec(name, image, { memoryBytes: 24 * MIB, allocation: 'fixed', nics: [{ switch: 'lan' }] });
  const host = bootHost([vm('a'), vm('b')], {
    ramBytes: 64 * MIB,
    memory: { sharing: { ...SHARING, pages: 512 } },
  });
  host.advance(8 * S);
  const used = host.frames.states.filter((state) => state === FRAME_DATA || state === FRAME_SHARED).length;
  expect(used).toBeLessThan((0.3 * 2 * (24 * MIB)) / PAGE_SIZE);
  for (const name of ['a', 'b']) type(host, name, `echo I am $((40 + 2)) ${name}\n`);
  host.advance(9 * S);
  for (const name of ['a', 'b']) expect(consoleText(vmOf(host, name))).toContain(`I am 42 ${name}`);
});

test('the question tells what is shared: of each VM, in which frames, and what it took', () => {
  const host = sharingHost();
  const { pages, frames, vms, clusters, counts, spentNs, settings } = must(host.ask('sharing', {}))
    .value as SharingAnswer;
  expect(settings).toEqual(SHARING);
  expect(spentNs).toBeGreaterThan(0);
  expect(pages - frames).toBeLessThanOrEqual(counts.merged);
  expect(vms.reduce((sum, vm) => sum + vm.shared, 0)).toBe(pages);
  // What VMs answer for together are the frames that they have.
  const used = host.frames.states.filter((state) => state === FRAME_DATA || state === FRAME_SHARED).length;
  expect(vms.reduce((sum, vm) => sum + vm.frames, 0)).toBeCloseTo(used, 6);
  expect(clusters[0]!.vms.reduce((sum, vm) => sum + vm.pages, 0)).toBe(clusters[0]!.pages);
});
