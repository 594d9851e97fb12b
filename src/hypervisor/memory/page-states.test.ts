import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { PTE_R, PTE_W, PTE_X } from '#machine/page-tables/page-table-entry';
import { FOR_LOG, FOR_SWAP } from './accessed-pages.ts';
import { giveBack } from './balloon.ts';
import { BASE, FIRST_OWNER, MemoryRig } from './fixtures/rig.ts';
import { FIRST_FRAME, FRAME_DATA, FRAME_FREE, FRAME_PAGE_TABLE, FRAME_SHARED } from './frame-allocator.ts';
import { ABSENT, DENIED, EXECUTE, PEEK, READ, RIGHTS, SHORTAGE, WAIT, WRITE } from './page-access.ts';
import { share } from './sharing/share.ts';
import { swapOut } from './swap/swapping.ts';

const PAGE = 4096;
const SECOND = 1_000_000_000;

/** Bits of a page's leaf that say what it permits. */
const permissions = (rig: MemoryRig, gpa: number, vm = rig.vm): number => vm.flagsOf(gpa) & RIGHTS;

test('a peek changes nothing, whatever the page is', () => {
  const rig = new MemoryRig();
  const { vm, frames } = rig;
  const used = frames.free;
  expect(vm.access(BASE, PEEK)).toBe(ABSENT);
  expect(frames.free).toBe(used);
  const spa = vm.access(BASE, WRITE);
  expect(vm.access(BASE, PEEK)).toBe(spa);
  expect(swapOut(vm, BASE)).toBe(true);
  expect(vm.access(BASE, PEEK)).toBe(WAIT);
  expect(rig.events.length).toBe(0);
});

test('what the hypervisor does not allow is denied, and nothing is done for it', () => {
  const { vm, frames } = new MemoryRig();
  const before = frames.free;
  vm.protect(BASE, PTE_R);
  expect(vm.access(BASE, WRITE)).toBe(DENIED);
  expect(vm.access(BASE, EXECUTE)).toBe(DENIED);
  expect(frames.free).toBe(before);
  expect(vm.access(BASE, READ)).toBeGreaterThan(0);
  expect(vm.flagsOf(BASE) & RIGHTS).toBe(PTE_R);
  expect(vm.write(BASE, new Uint8Array(1))).toBe(false);
  expect(vm.awaited).toBe(-1);
});

test('taking a permission away fences, giving one does not', () => {
  const rig = new MemoryRig();
  rig.vm.access(BASE, WRITE);
  rig.vm.protect(BASE, PTE_R | PTE_X);
  expect(rig.fences).toBe(1);
  expect(permissions(rig, BASE)).toBe(PTE_R | PTE_X);
  rig.vm.protect(BASE, RIGHTS);
  expect(rig.fences).toBe(1);
  rig.vm.protect(BASE, 0);
  expect([rig.fences, rig.vm.flagsOf(BASE)]).toEqual([2, 0]);
  rig.vm.protect(BASE, RIGHTS);
  expect(permissions(rig, BASE)).toBe(RIGHTS);
});

test('a watched page lets its next write through, and tells', () => {
  const rig = new MemoryRig();
  const { vm } = rig;
  vm.access(BASE, WRITE);
  expect(vm.watch(BASE)).toBe(true);
  expect(permissions(rig, BASE)).toBe(PTE_R | PTE_X);
  vm.access(BASE, READ);
  expect(vm.isWatched(BASE)).toBe(true);
  expect(vm.writeU32(BASE + 8, 7)).toBe(true);
  expect([vm.isWatched(BASE), vm.readU32(BASE + 8)]).toEqual([false, 7]);
  expect(permissions(rig, BASE)).toBe(RIGHTS);
});

test('shared pages lie in one frame until one of them is written, and the last one keeps it', () => {
  const rig = new MemoryRig({ vms: 2 });
  const [a, b] = rig.vms;
  for (const vm of rig.vms) vm.fill(BASE, PAGE, 0x77);
  const { free } = rig.frames;
  expect(share(a!, BASE, b!, BASE)).toBe(true);
  expect(rig.frames.free).toBe(free + 1);
  const spfn = a!.peek(BASE) / PAGE;
  expect(b!.peek(BASE) / PAGE).toBe(spfn);
  expect(rig.frames.states[spfn - FIRST_FRAME]).toBe(FRAME_SHARED);
  expect(rig.frames.users(spfn)).toEqual([
    { owner: FIRST_OWNER + 1, guestFrame: BASE / PAGE },
    { owner: FIRST_OWNER, guestFrame: BASE / PAGE },
  ]);
  expect([permissions(rig, BASE, a), permissions(rig, BASE, b)]).toEqual([PTE_R | PTE_X, PTE_R | PTE_X]);
  b!.writeU32(BASE, 5);
  expect([b!.readU32(BASE), b!.readU32(BASE + 4)]).toEqual([5, 0x7777_7777]);
  expect(a!.readU32(BASE)).toBe(0x7777_7777);
  expect(rig.frames.states[spfn - FIRST_FRAME]).toBe(FRAME_DATA);
  a!.writeU32(BASE, 6);
  expect([a!.peek(BASE) / PAGE, rig.frames.free]).toEqual([spfn, free]);
});

test('a page that is swapped out comes back with its content after the time of a disk', () => {
  const rig = new MemoryRig();
  const { vm, frames } = rig;
  vm.writeU32(BASE + 0x1000, 0x1234);
  const { free } = frames;
  expect(swapOut(vm, BASE + 0x1000)).toBe(true);
  expect([frames.free, vm.flagsOf(BASE + 0x1000), rig.fences > 0]).toEqual([free + 1, 0, true]);
  expect(vm.access(BASE + 0x1234, READ)).toBe(WAIT);
  expect([vm.awaited, vm.work]).toEqual([BASE / PAGE + 1, 'swap-in']);
  // Whoever comes later waits for the same.
  expect(vm.access(BASE + 0x1000, WRITE)).toBe(WAIT);
  expect([vm.awaited, vm.work]).toEqual([BASE / PAGE + 1, 'wait']);
  expect(vm.readU32(BASE + 0x1000)).toBe(-1);
  rig.runTo(80_000);
  expect(rig.arrivals).toEqual([]);
  rig.runTo(SECOND);
  expect(rig.arrivals).toEqual([BASE / PAGE + 1]);
  expect(vm.readU32(BASE + 0x1000)).toBe(0x1234);
  expect([frames.free, rig.swap.used]).toEqual([free, 0]);
});

test('a page that was read back and not changed since is dropped without being written again, and a changed one is written', () => {
  const rig = new MemoryRig();
  const { vm, swap } = rig;
  const gpa = BASE + 0x1000;
  const away = (): number => {
    expect(swapOut(vm, gpa)).toBe(true);
    const { backlogNs } = swap;
    expect(vm.access(gpa, READ)).toBe(WAIT);
    rig.runTo(rig.now + SECOND);
    return backlogNs;
  };
  vm.writeU32(gpa, 7);
  expect(away()).toBeGreaterThan(0);
  expect([vm.readU32(gpa), swap.used, swap.cached, swap.sparedWrites]).toEqual([7, 0, 1, 0]);
  expect([away(), swap.sparedWrites]).toEqual([0, 1]);
  expect(vm.readU32(gpa)).toBe(7);
  vm.writeU32(gpa, 8);
  // That somebody else reads and clears D hides no write.
  vm.written.want(FOR_LOG, true);
  vm.written.harvest(FOR_LOG, () => {});
  expect(vm.written.has(1, FOR_SWAP)).toBe(true);
  expect(away()).toBeGreaterThan(0);
  expect([vm.readU32(gpa), swap.sparedWrites]).toEqual([8, 1]);
  expect(swap.cached).toBe(1);
  vm.release();
  expect([swap.used, swap.cached]).toEqual([0, 0]);
});

test('what a page that leaves says of writes is told to the dirty log', () => {
  const { vm } = new MemoryRig();
  vm.written.want(FOR_LOG, true);
  vm.writeU32(BASE + 0x1000, 7);
  expect(swapOut(vm, BASE + 0x1000)).toBe(true);
  const told: number[] = [];
  vm.written.harvest(FOR_LOG, (page) => told.push(page));
  expect(told).toEqual([1]);
});

test('a page whose read fails lies where it lay, and whoever asks for it waits for the disk', () => {
  const rig = new MemoryRig();
  const { vm, swap, frames } = rig;
  vm.writeU32(BASE + 0x1000, 7);
  swapOut(vm, BASE + 0x1000);
  const { free } = frames;
  expect(vm.access(BASE + 0x1000, READ)).toBe(WAIT);
  swap.reads = false;
  rig.runTo(rig.now + SECOND);
  expect([frames.free, swap.used, swap.cached, vm.swappedIn]).toEqual([free, 1, 0, 0]);
  expect(vm.access(BASE + 0x1000, READ)).toBe(SHORTAGE);
  // It writes still.
  vm.writeU32(BASE + 0x2000, 9);
  expect(swapOut(vm, BASE + 0x2000)).toBe(true);
  swap.reads = true;
  expect(vm.access(BASE + 0x1000, READ)).toBe(WAIT);
  rig.runTo(rig.now + SECOND);
  expect(vm.readU32(BASE + 0x1000)).toBe(7);
  // What need not be written goes to a disk that does not write.
  swap.writes = false;
  expect(swapOut(vm, BASE + 0x1000)).toBe(true);
  vm.writeU32(BASE + 0x3000, 9);
  expect(swapOut(vm, BASE + 0x3000)).toBe(false);
});

test('a full swap area takes nothing, and a swap-in without a frame is a shortage', () => {
  const rig = new MemoryRig({ frames: 8, swap: 1 });
  const { vm } = rig;
  for (const gpa of [BASE, BASE + PAGE]) vm.access(gpa, WRITE);
  expect([swapOut(vm, BASE), swapOut(vm, BASE + PAGE)]).toEqual([true, false]);
  expect(vm.access(BASE + 2 * PAGE, WRITE)).toBeGreaterThan(0);
  expect(vm.access(BASE, READ)).toBe(SHORTAGE);
  giveBack(vm, BASE + 2 * PAGE, 'absent');
  expect(vm.access(BASE, READ)).toBe(WAIT);
});

test('a page that is given back reads as zeros, and gets a new frame when it is touched', () => {
  const { vm, frames } = new MemoryRig();
  vm.writeU32(BASE, 1);
  const { free } = frames;
  expect(giveBack(vm, BASE, 'ballooned')).toBe('given');
  expect(giveBack(vm, BASE, 'ballooned')).toBe('already');
  expect([frames.free, vm.readU32(BASE), frames.free]).toEqual([free + 1, 0, free + 1]);
  vm.writeU32(BASE + 4, 2);
  expect([vm.readU32(BASE), vm.readU32(BASE + 4), frames.free]).toEqual([0, 2, free]);
});

test('memory that is given back while pages are swapped and on their way leaves nothing', () => {
  const rig = new MemoryRig({ vms: 2 });
  const [vm] = rig.vms;
  const { free } = rig.frames;
  for (let page = 0; page < 4; page++) vm!.access(BASE + page * PAGE, WRITE);
  for (let page = 0; page < 3; page++) swapOut(vm!, BASE + page * PAGE);
  expect(vm!.access(BASE, READ)).toBe(WAIT);
  vm!.release();
  expect([rig.frames.free, rig.swap.used, rig.events.length]).toEqual([free + 4, 0, 0]);
});

/** What must be true of frames, users, pages and tables, whatever has happened. */
function check(rig: MemoryRig): void {
  const { frames } = rig;
  const users = new Map<number, string[]>();
  let swapped = 0;
  for (const vm of rig.vms) {
    let resident = 0;
    for (const slot of vm.slots) {
      for (let page = 0; page < slot.frames.length; page++) {
        const state = slot.states[page];
        const frame = slot.frames[page]!;
        const gpa = slot.base + page * PAGE;
        expect(vm.flagsOf(gpa) & RIGHTS).toBe(slot.permissionsOf(page));
        if (state === PAGE_STATE.swapped) swapped += 1;
        else if (frame !== 0) {
          resident += 1;
          users.set(frame, [...(users.get(frame) ?? []), `${vm.owner} ${slot.gfnOf(page)}`]);
        }
        if (vm.flagsOf(gpa) !== 0) expect(vm.peek(gpa)).toBe(frame * PAGE);
      }
    }
    expect(vm.dataFrames).toBe(resident);
    expect(frames.owned(vm.owner, FRAME_PAGE_TABLE)).toBe(vm.tableFrames);
  }
  let free = 0;
  for (let index = 0; index < frames.count; index++) {
    const spfn = FIRST_FRAME + index;
    const state = frames.states[index];
    if (state === FRAME_FREE) free += 1;
    if (state === FRAME_PAGE_TABLE) continue;
    const named = frames.users(spfn).map(({ owner, guestFrame }) => `${owner} ${guestFrame}`);
    expect(named.sort()).toEqual((users.get(spfn) ?? []).sort());
    expect(frames.userCount(spfn)).toBe(named.length);
    if (named.length > 0) expect(state).toBe(named.length > 1 ? FRAME_SHARED : FRAME_DATA);
  }
  expect(frames.free).toBe(free);
  expect(rig.swap.used).toBe(swapped);
}

test('property: after every operation each frame has exactly the users whose pages lie in it', () => {
  const kinds = [
    ...['read', 'write', 'execute', 'share', 'swapOut', 'giveBack', 'protect', 'watch', 'time', 'restore'],
  ] as const;
  const step = fc.record({
    kind: fc.constantFrom(...kinds),
    vm: fc.nat(1),
    page: fc.nat(7),
    other: fc.nat(7),
    value: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let rig = new MemoryRig({ vms: 2, frames: 24, pages: 8, swap: 5 });
      // What each page holds, by its own account.
      const model = rig.vms.map(() => new Uint32Array(8));
      for (const { kind, vm: index, page, other, value } of steps) {
        const vm = rig.vms[index]!;
        const gpa = BASE + page * PAGE;
        const otherVm = rig.vms[value % 2]!;
        const otherGpa = BASE + other * PAGE;
        if (kind === 'read') vm.access(gpa, READ);
        else if (kind === 'execute') vm.access(gpa, EXECUTE);
        else if (kind === 'write') {
          if (vm.writeU32(gpa, value + 1)) model[index]![page] = value + 1;
        } else if (kind === 'share') {
          const isSame = model[index]![page] === model[value % 2]![other];
          if (isSame && vm.peek(gpa) >= 0 && otherVm.peek(otherGpa) >= 0) share(vm, gpa, otherVm, otherGpa);
        } else if (kind === 'swapOut') swapOut(vm, gpa);
        else if (kind === 'giveBack') {
          if (giveBack(vm, gpa, value === 0 ? 'absent' : 'ballooned') === 'given') model[index]![page] = 0;
        } else if (kind === 'protect') vm.protect(gpa, [RIGHTS, PTE_R | PTE_X, PTE_R | PTE_W][value]!);
        else if (kind === 'watch') vm.watch(gpa);
        else if (kind === 'time') rig.runTo(rig.now + 100_000 * (value + 1));
        else {
          const again = new MemoryRig({ vms: 2, frames: 24, pages: 8, swap: 5 });
          again.now = rig.now;
          again.ram.bytes.set(rig.ram.bytes);
          again.load(rig.saved());
          rig = again;
        }
        check(rig);
      }
      // Everything is where it was left, once it has come back.
      for (const [index, vm] of rig.vms.entries()) {
        for (let page = 0; page < 8; page++) {
          const gpa = BASE + page * PAGE;
          vm.protect(gpa, RIGHTS);
          if (vm.access(gpa, READ) === WAIT) rig.runTo(rig.now + SECOND);
          const spa = vm.peek(gpa);
          if (spa >= 0) expect(rig.ram.u32(spa)).toBe(model[index]![page]);
        }
      }
      for (const vm of rig.vms) vm.release();
      expect([rig.frames.free, rig.swap.used]).toEqual([rig.frames.count, 0]);
    }),
    { numRuns: 150 },
  );
});
