import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gpa, PAGE_SIZE } from '#base/addresses';
import { PAGE_STATE } from '#base/catalogue/page-states';
import { allocateAll } from './allocate.ts';
import { giveBack } from './balloon.ts';
import { BASE, FIRST_OWNER, MemoryRig } from './fixtures/rig.ts';
import { FRAME_DATA, FRAME_PAGE_TABLE } from './frame-allocator.ts';
import { Memslot } from './memslot.ts';
import { EXECUTE, OUTSIDE, PEEK, READ, SHORTAGE, WRITE } from './page-access.ts';
import { swapOut } from './swap/swapping.ts';
import { VmMemory } from './vm-memory.ts';
import { probeGuestPhysical } from './walk.ts';

const SIZE = 16 * 4096;

const walkOf = ({ ram, vm }: MemoryRig, gpa: number, access: 'load' | 'store' | 'execute' = 'store') =>
  probeGuestPhysical(
    { ram, gRoot: vm.root, vsatpLo: 0, vsatpHi: 0, vsstatusLo: 0, user: false },
    gpa as Gpa,
    access,
  );

test('a fault inside a memslot is answered with a frame that the walk then finds', () => {
  const rig = new MemoryRig();
  expect(walkOf(rig, BASE + 0x3010).fault).toMatchObject({ cause: 23, stage: 'G', why: 'not-valid' });
  const spa = rig.vm.access(BASE + 0x3010, WRITE);
  expect(rig.vm.work).toBe('allocate');
  const walk = walkOf(rig, BASE + 0x3010);
  expect(walk.spa).toBe(spa);
  expect(walk.steps.map(({ level, kind }) => `${level} ${kind}`)).toEqual([
    '2 pointer',
    '1 pointer',
    '0 leaf',
  ]);
  expect(rig.vm.access(BASE + 0x3010, WRITE)).toBe(spa);
  expect(rig.vm.work).toBe('use');
});

test('outside all memslots there is no memory', () => {
  const { vm } = new MemoryRig();
  for (const gpa of [0, BASE - 1, BASE + SIZE, 2 ** 41 - 1, 2 ** 41, 2 ** 52, Number.NaN])
    for (const kind of [READ, WRITE, EXECUTE, PEEK] as const) expect(vm.access(gpa, kind)).toBe(OUTSIDE);
});

test('the root covers 41 bits: an address above 2^39 uses the two extra bits of its index', () => {
  const base = 2 ** 40 + 2 ** 39;
  const rig = new MemoryRig({ base });
  rig.vm.access(base, READ);
  expect(walkOf(rig, base).steps[0]).toMatchObject({ level: 2, index: (2 ** 40 + 2 ** 39) / 2 ** 30 });
  expect(walkOf(rig, 2 ** 41).fault).toMatchObject({ why: 'range' });
});

test('a shortage leaves nothing half done', () => {
  const { vm, frames } = new MemoryRig({ frames: 7 });
  // Four frames of root, two tables, one page: the next page finds nothing.
  expect(vm.access(BASE, WRITE)).toBeGreaterThan(0);
  expect(vm.access(BASE + 0x1000, WRITE)).toBe(SHORTAGE);
  expect(vm.write(BASE + 0xfff, new Uint8Array(2))).toBe(false);
  expect(vm.dataFrames).toBe(frames.owned(16, FRAME_DATA));
  vm.release();
  expect(frames.free).toBe(7);
});

test('a device for which there is no frame waits for one, and is told the page', () => {
  const rig = new MemoryRig({ frames: 7 });
  const { vm, shortages } = rig;
  vm.access(BASE, WRITE);
  expect(vm.pin(BASE + 0x1000, 0x1000, true)).toBe('wait');
  expect(vm.pinned).toBe(0);
  expect(shortages).toEqual([BASE + 0x1000]);
  // What is absent and only read needs none.
  expect(vm.pin(BASE + 0x2000, 0x1000, false)).toBe('pinned');
  expect(vm.write(BASE + 0x1000, new Uint8Array(2))).toBe(false);
  expect(vm.awaited).toBe((BASE + 0x1000) / 4096);
  expect(giveBack(vm, BASE, 'absent')).toBe('given');
  expect(vm.pin(BASE + 0x1000, 0x1000, true)).toBe('pinned');
});

test('tables belong to the VM and are given back', () => {
  const { vm, frames } = new MemoryRig();
  expect(allocateAll(vm)).toBe(true);
  expect(frames.owned(16, FRAME_DATA)).toBe(16);
  expect(frames.owned(16, FRAME_PAGE_TABLE)).toBe(vm.tableFrames);
  vm.release();
  expect([...frames.used()]).toEqual([]);
});

test('a page that was never touched reads as zeros and takes no frame', () => {
  const { vm } = new MemoryRig();
  const bytes = new Uint8Array(5000).fill(1);
  expect(vm.read(BASE + 100, bytes)).toBe(true);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
  expect(vm.dataFrames).toBe(0);
});

test('property: memory behaves as one array, whatever is outside is refused, and other frames stay as they were', () => {
  const place = fc.oneof(
    fc.integer({ min: BASE - 16, max: BASE + SIZE + 16 }),
    fc.constantFrom(0, 2 ** 34, 2 ** 41, 2 ** 52, BASE + SIZE - 3, BASE + 4094),
  );
  const step = fc.tuple(
    fc.constantFrom('bytes', 'move', 'u16', 'u32', 'fill'),
    place,
    fc.nat(9000),
    fc.nat(255),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { vm, frames, ram } = new MemoryRig();
      const foreign = frames.allocate(17, FRAME_DATA, 0);
      ram.fill(foreign * 4096, 4096, 0x5a);
      const model = new Uint8Array(SIZE);
      for (const [kind, gpa, length, value] of steps) {
        const size = kind === 'u16' ? 2 : kind === 'u32' ? 4 : length;
        const inside = gpa >= BASE && gpa + size <= BASE + SIZE;
        const word = (value * 0x0101_0101) >>> 0;
        if (kind === 'bytes') expect(vm.write(gpa, new Uint8Array(size).fill(value))).toBe(inside);
        else if (kind === 'move') expect(vm.moveIn(gpa, size, (piece) => piece.fill(value), 0)).toBe(inside);
        else if (kind === 'fill') expect(vm.fill(gpa, size, value)).toBe(inside);
        else if (kind === 'u16') expect(vm.writeU16(gpa, word & 0xffff)).toBe(inside);
        else expect(vm.writeU32(gpa, word)).toBe(inside);
        if (inside) model.fill(value, gpa - BASE, gpa - BASE + size);
        const u32 = vm.readU32(gpa);
        const isWord = gpa >= BASE && gpa + 4 <= BASE + SIZE;
        expect(u32).toBe(isWord ? new DataView(model.buffer).getUint32(gpa - BASE, true) : -1);
      }
      const all = new Uint8Array(SIZE);
      expect(vm.read(BASE, all)).toBe(true);
      expect(Buffer.compare(all, model)).toBe(0);
      const moved = new Uint8Array(SIZE);
      expect(vm.moveOut(BASE + 5, SIZE - 5, (piece, at) => moved.set(piece, at), 5)).toBe(true);
      expect(Buffer.compare(moved.subarray(5), model.subarray(5))).toBe(0);
      expect(ram.view(foreign * 4096, 4096).every((byte) => byte === 0x5a)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('what is moved past a copy leaves the same behind: frames, A and D, and what the machine is told', () => {
  const left = (moves: boolean) => {
    const told: string[] = [];
    const { vm, ram } = new MemoryRig({ told: (at, bytes) => told.push(`${at} ${bytes}`) });
    const data = Uint8Array.from({ length: 2 * PAGE_SIZE + 700 }, (_, at) => at % 251);
    vm.access(BASE + PAGE_SIZE, WRITE);
    told.length = 0;
    if (moves)
      vm.moveIn(BASE + 100, data.length, (piece, at) => piece.set(data.subarray(at, at + piece.length)), 0);
    else vm.write(BASE + 100, data);
    // Whole frames are told of, however the range is cut.
    const frames = new Set(told.map((each) => Math.floor(Number(each.split(' ')[0]) / PAGE_SIZE)));
    const out = new Uint8Array(3 * PAGE_SIZE);
    if (moves) vm.moveOut(BASE + PAGE_SIZE, out.length, (piece, at) => out.set(piece, at), 0);
    else vm.read(BASE + PAGE_SIZE, out);
    const flags = [0, 1, 2, 3, 4].map((page) => vm.flagsOf(BASE + page * PAGE_SIZE));
    const places = [0, 1, 2].map((page) => vm.access(BASE + page * PAGE_SIZE, READ));
    return {
      flags,
      places,
      out: Buffer.from(out).toString('hex'),
      frames: [...frames].sort(),
      pins: [...vm.slots[0]!.pins],
      ram: ram.bytes.length,
    };
  };
  expect(left(true)).toEqual(left(false));
});

test('the frame that a page of a request needs is not taken from another page of it', () => {
  const { ram, frames, swap, compressed } = new MemoryRig();
  const memory: VmMemory = new VmMemory({
    ...{ ram, frames, swap, compressed, owner: FIRST_OWNER + 1, slots: [new Memslot(BASE, 4 * PAGE_SIZE)] },
    fence: () => {},
    pressure: { reserve: 64, spare: 0, charge: () => {}, makeRoom: () => swapOut(memory, BASE) },
  });
  memory.create();
  memory.access(BASE, WRITE);
  expect(memory.pin(BASE, 2 * PAGE_SIZE, true)).toBe('pinned');
  expect([...memory.slots[0]!.states].slice(0, 2)).toEqual([PAGE_STATE.backed, PAGE_STATE.backed]);
  memory.unpin(BASE, 2 * PAGE_SIZE);
  expect([memory.pinned, ...memory.slots[0]!.pins]).toEqual([0, 0, 0, 0, 0]);
  expect(swapOut(memory, BASE)).toBe(true);
});
