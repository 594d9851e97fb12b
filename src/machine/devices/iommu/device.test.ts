/** The IOMMU by itself: contexts and tables in memory, what it translates, refuses and records, and what it remembers. */
import { beforeEach, expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { PhysicalMemory } from '../../memory.ts';
import { entryLo, PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W } from '../../page-tables/page-table-entry.ts';
import { Iommu, REFUSED } from './device.ts';
import { DmaPort } from './dma-port.ts';
import * as reg from './registers.ts';

const MIB = 1 << 20;
const page = (index: number): number => RAM_BASE / PAGE_SIZE + index;
/** Directory, commands, faults; then the table of a guest (its root has four frames), and a page of its memory. */
const [DIRECTORY, COMMANDS, FAULTS, ROOT, MIDDLE, LOWEST, MEMORY] = [0, 1, 2, 4, 8, 9, 16].map(page) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const GPA = 0x8000_0000;
const DEVICE = 5;
const GSCID = 3;
const RW = PTE_V | PTE_U | PTE_R | PTE_W;

let ram: PhysicalMemory;
let iommu: Iommu;
let interrupts = 0;

function command(lo: number, hi: number): void {
  const tail = iommu.peek(reg.CQT, 4);
  ram.setU64(COMMANDS * PAGE_SIZE + tail * reg.COMMAND_SIZE, lo, hi);
  iommu.write(reg.CQT, 4, tail + 1);
}
function leaf(flags: number, frame: number = MEMORY): void {
  ram.setU64(LOWEST * PAGE_SIZE, entryLo(frame, flags), 0);
}
function context(tc: number, root: number = ROOT, mode: number = reg.MODE_SV39X4): void {
  const at = DIRECTORY * PAGE_SIZE + DEVICE * reg.CONTEXT_SIZE;
  ram.setU64(at, tc, 0);
  ram.setU64(at + 8, root, ((mode << 28) | (GSCID << 12)) >>> 0);
}
/** The latest record: its cause, the kind of access, the device, and the address. */
function recorded(): readonly number[] {
  const at = FAULTS * PAGE_SIZE + (iommu.peek(reg.FQT, 4) - 1) * reg.RECORD_SIZE;
  const hi = ram.u32(at + 4);
  return [ram.u32(at) & 0xfff, (hi >>> 2) & 63, hi >>> 8, ram.u32(at + 16)];
}
const translated = (isWrite = false, iova = GPA): number => iommu.translate(DEVICE, iova, isWrite);

beforeEach(() => {
  ram = new PhysicalMemory(new ArrayBuffer(MIB), 0, MIB, () => {});
  interrupts = 0;
  iommu = new Iommu({ ram, onInterrupt: () => interrupts++ });
  for (const [register, frame] of [
    [reg.CQB, COMMANDS],
    [reg.FQB, FAULTS],
  ] as const)
    iommu.write(register, 4, frame * 0x400 + 6);
  iommu.write(reg.CQCSR, 4, reg.QUEUE_ENABLE | reg.QUEUE_INTERRUPT);
  iommu.write(reg.FQCSR, 4, reg.QUEUE_ENABLE | reg.QUEUE_INTERRUPT);
  iommu.write(reg.DDTP, 4, DIRECTORY * 0x400 + reg.DDTP_1LVL);
  ram.setU64(ROOT * PAGE_SIZE + 2 * 8, entryLo(MIDDLE, PTE_V), 0);
  ram.setU64(MIDDLE * PAGE_SIZE, entryLo(LOWEST, PTE_V), 0);
  leaf(RW);
  context(reg.TC_VALID | reg.TC_UPDATES);
});

test('an address goes where the table of the device’s guest says, and sets A and D there', () => {
  expect(translated(false, GPA + 0x123)).toBe(MEMORY * PAGE_SIZE + 0x123);
  expect(ram.u32(LOWEST * PAGE_SIZE) & (PTE_A | PTE_D)).toBe(PTE_A);
  expect(translated(true)).toBe(MEMORY * PAGE_SIZE);
  expect(ram.u32(LOWEST * PAGE_SIZE) & PTE_D).toBe(PTE_D);
  expect(interrupts).toBe(0);
});

test.each<[string, number, () => void]>([
  ['nobody may reach memory', 256, () => iommu.write(reg.DDTP, 4, 0)],
  ['the directory is no memory', 257, () => iommu.write(reg.DDTP, 4, reg.DDTP_1LVL)],
  ['the device has no context', 258, () => context(0)],
  ['its context asks for what there is not (2.1.4)', 259, () => context(reg.TC_VALID | 2)],
  ['its root is misaligned', 259, () => context(reg.TC_VALID, ROOT + 1)],
  ['its mode is none', 259, () => context(reg.TC_VALID, ROOT, 5)],
  ['the leaf does not allow reads', 21, () => leaf(PTE_V | PTE_U)],
  ['the leaf is the supervisor’s own', 21, () => leaf(PTE_V | PTE_R | PTE_W)],
  ['A would have to be set, and may not', 21, () => context(reg.TC_VALID)],
  ['no memory lies there', 5, () => leaf(RW, 0x4_0010)],
])('refused and recorded: %s', (_, cause, prepare) => {
  prepare();
  expect(translated()).toBe(REFUSED);
  expect(recorded()).toEqual([cause, reg.UNTRANSLATED_READ, DEVICE, GPA]);
  expect(interrupts).toBe(1);
  expect(iommu.peek(reg.IPSR, 4)).toBe(reg.PENDING_FAULTS);
});

test('writes have causes of their own, and pages that may be read only are not written', () => {
  leaf(PTE_V | PTE_U | PTE_R);
  expect(translated()).toBe(MEMORY * PAGE_SIZE);
  expect(translated(true)).toBe(REFUSED);
  expect(recorded()).toEqual([23, reg.UNTRANSLATED_WRITE, DEVICE, GPA]);
  expect(translated(true, 2 ** 41)).toBe(REFUSED);
});

test('what it remembers holds until it is told that the tables have changed', () => {
  translated(true);
  leaf(PTE_V | PTE_U | PTE_R);
  expect(translated(true)).toBe(MEMORY * PAGE_SIZE);
  command(reg.IOTINVAL_GVMA, (reg.COMMAND_GV | ((GSCID + 1) << 12)) >>> 0);
  expect(translated(true)).toBe(MEMORY * PAGE_SIZE);
  command(reg.IOTINVAL_GVMA, (reg.COMMAND_GV | (GSCID << 12)) >>> 0);
  expect(translated(true)).toBe(REFUSED);
  expect(iommu.peek(reg.CQH, 4)).toBe(2);
});

test('a context holds until it is told that the directory has changed', () => {
  translated();
  context(0);
  expect(translated()).toBe(MEMORY * PAGE_SIZE);
  command(reg.IODIR_INVAL_DDT, (reg.COMMAND_GV | (DEVICE << 8)) >>> 0);
  expect(translated()).toBe(REFUSED);
});

test('a command that there is not stops the queue until that is acknowledged', () => {
  command(0x55, 0);
  command(reg.IOFENCE_C, 0);
  expect(iommu.peek(reg.CQCSR, 4) & reg.CQ_ILLEGAL).toBe(reg.CQ_ILLEGAL);
  expect(iommu.peek(reg.CQH, 4)).toBe(0);
  ram.setU64(COMMANDS * PAGE_SIZE, reg.IOFENCE_C, 0);
  iommu.write(reg.CQCSR, 4, reg.QUEUE_ENABLE | reg.CQ_ILLEGAL);
  expect(iommu.peek(reg.CQH, 4)).toBe(2);
});

test('a fault queue that is full loses faults, and says so', () => {
  context(0);
  for (let count = 0; count < 130; count++) translated();
  expect(iommu.peek(reg.FQCSR, 4) & reg.FQ_OVERFLOW).toBe(reg.FQ_OVERFLOW);
  expect(iommu.peek(reg.FQT, 4)).toBe(127);
});

test('a device’s bytes cross pages, all of them or none', () => {
  ram.setU64(LOWEST * PAGE_SIZE + 8, entryLo(MEMORY + 4, RW), 0);
  const port = new DmaPort(iommu, ram, DEVICE);
  expect(port.write(GPA + 0xffe, Uint8Array.of(1, 2, 3, 4))).toBe(true);
  expect([ram.u16(MEMORY * PAGE_SIZE + 0xffe), ram.u16((MEMORY + 4) * PAGE_SIZE)]).toEqual([0x201, 0x403]);
  expect(port.readU32(GPA + 0xffe)).toBe(0x0403_0201);
  expect(port.write(GPA + 0x1ffe, Uint8Array.of(9, 9, 9, 9))).toBe(false);
  expect(ram.u16((MEMORY + 4) * PAGE_SIZE + 0xffe)).toBe(0);
});

test('its state is all of it: another goes on the same', () => {
  translated(true);
  const other = new Iommu({ ram, onInterrupt: () => {} });
  other.restore(iommu.capture());
  leaf(0);
  expect(other.translate(DEVICE, GPA, true)).toBe(MEMORY * PAGE_SIZE);
});
