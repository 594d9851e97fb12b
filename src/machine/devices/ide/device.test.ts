import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diskTimeNs } from '../../disk-time.ts';
import { loadState, stateOf } from '../device-state.mock.ts';
import { DiskFaults } from '../disk/disk-faults.ts';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { openOwnDrive } from '../disk/own-drive.ts';
import { MockGuestMemory } from '../guest-memory.mock.ts';
import { TestHost } from '../virtio/test-host.ts';
import { IdeDisk } from './device.ts';
import * as reg from './registers.ts';

const SIZE = 256 * 1024;
const BASE = 0x8000_0000;
const TABLE = BASE + 0x1000;
const BUFFER = BASE + 0x4000;

function newDisk({ dma = true, faults = new DiskFaults() } = {}) {
  const host = new TestHost();
  const memory = new MockGuestMemory(0x4_0000, BASE);
  const disk = new MemoryDisk(SIZE);
  const wire = { level: false };
  const ide = new IdeDisk({
    ...{ name: 'ide0', channel: 'ide', events: host.events, now: host.now, disk, serial: 'vm-1' },
    line: { set: (level) => Object.assign(wire, { level }) },
    openDrive: openOwnDrive,
    ...{ faults, ...(dma ? { memory } : {}) },
  });
  const put = (offset: number, value: number): void => ide.write(offset, 4, value);
  const get = (offset: number): number => ide.read(offset, 4);
  return {
    ...{ host, memory, disk, wire, ide, put, get },
    /** Fills the task file and gives a command. */
    command: (code: number, sector: number, sectors: number) => {
      put(reg.COUNT, sectors & 0xff);
      put(reg.LBA_LOW, sector & 0xff);
      put(reg.LBA_MID, (sector >> 8) & 0xff);
      put(reg.LBA_HIGH, (sector >> 16) & 0xff);
      put(reg.DEVICE, reg.DEVICE_LBA | ((sector >> 24) & 15));
      put(reg.COMMAND, code);
    },
    /** Writes a table of regions, the last of which says so. */
    table: (...regions: readonly (readonly [gpa: number, length: number])[]) => {
      for (const [index, [gpa, length]] of regions.entries()) {
        memory.writeU32(TABLE + index * 8, gpa);
        memory.writeU32(
          TABLE + index * 8 + 4,
          (length | (index === regions.length - 1 ? reg.REGION_LAST : 0)) >>> 0,
        );
      }
      put(reg.BM_TABLE, TABLE);
    },
    later: () => host.runTo(host.time + 1_000_000_000),
  };
}
type Rig = ReturnType<typeof newDisk>;

const pattern = (length: number, seed = 7): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * seed) >> 3);
function readWords({ get }: Rig, bytes: number): Uint8Array {
  return new Uint8Array(Uint32Array.from({ length: bytes / 4 }, () => get(reg.DATA)).buffer);
}

test('PIO: a block is read by the data register after one interrupt, when the medium has it', () => {
  const rig = newDisk({ dma: false });
  rig.disk.write(512, pattern(4096));
  rig.command(reg.READ_MULTIPLE, 1, 8);
  expect([rig.get(reg.CONTROL), rig.wire.level]).toEqual([reg.STATUS_BUSY, false]);
  rig.host.runTo(diskTimeNs(4096) - 1);
  expect(rig.wire.level).toBe(false);
  rig.host.runTo(diskTimeNs(4096));
  expect(rig.wire.level).toBe(true);
  expect(rig.get(reg.STATUS)).toBe(reg.STATUS_READY | reg.STATUS_DATA_REQUEST);
  expect(rig.wire.level).toBe(false);
  expect(readWords(rig, 4096)).toEqual(pattern(4096));
  expect([rig.get(reg.STATUS), rig.wire.level]).toEqual([reg.STATUS_READY, false]);
  expect(rig.ide.counters).toMatchObject({ reads: 1, bytesRead: 4096, busyNs: diskTimeNs(4096) });
});

test('PIO: the plain commands interrupt for each sector', () => {
  const rig = newDisk();
  rig.command(reg.READ_SECTORS, 0, 2);
  rig.later();
  rig.get(reg.STATUS);
  readWords(rig, 508);
  expect(rig.wire.level).toBe(false);
  readWords(rig, 4);
  expect(rig.wire.level).toBe(true);
});

test('PIO: what is written is on the disk when the interrupt says so', () => {
  const rig = newDisk();
  rig.command(reg.WRITE_MULTIPLE, 4, 8);
  const words = new Uint32Array(pattern(4096).buffer);
  for (const word of words) rig.put(reg.DATA, word);
  expect([rig.get(reg.CONTROL), rig.wire.level]).toEqual([reg.STATUS_BUSY, false]);
  rig.later();
  expect([rig.get(reg.STATUS), rig.ide.counters.writes]).toEqual([reg.STATUS_READY, 1]);
  const found = new Uint8Array(4096);
  rig.disk.read(2048, found);
  expect(found).toEqual(pattern(4096));
});

test('DMA: the bus master moves the data between the disk and the regions of the table, in order', () => {
  const rig = newDisk();
  rig.disk.write(0, pattern(1024));
  rig.table([BUFFER, 512], [BUFFER + 0x2000, 512]);
  rig.put(reg.BM_COMMAND, reg.BM_TO_MEMORY);
  rig.command(reg.READ_DMA, 0, 2);
  rig.put(reg.BM_COMMAND, reg.BM_TO_MEMORY | reg.BM_START);
  expect([rig.get(reg.BM_STATUS) & reg.BM_ACTIVE, rig.memory.pinned]).toEqual([reg.BM_ACTIVE, 2]);
  rig.later();
  expect(rig.get(reg.BM_STATUS)).toBe(reg.BM_CAPABLE | reg.BM_INTERRUPT);
  expect([rig.wire.level, rig.get(reg.STATUS), rig.memory.pinned]).toEqual([true, reg.STATUS_READY, 0]);
  const at = (gpa: number): Uint8Array => rig.memory.bytes.subarray(gpa - BASE, gpa - BASE + 512);
  expect([...at(BUFFER), ...at(BUFFER + 0x2000)]).toEqual([...pattern(1024)]);
  rig.put(reg.BM_COMMAND, 0);
  rig.command(reg.WRITE_DMA, 8, 2);
  rig.put(reg.BM_COMMAND, reg.BM_START);
  rig.later();
  const found = new Uint8Array(1024);
  rig.disk.read(4096, found);
  expect(found).toEqual(pattern(1024));
});

test('DMA: every field of the table is read once', () => {
  const rig = newDisk();
  rig.table([BUFFER, 512], [BUFFER + 512, 512]);
  rig.memory.timesRead = new Uint16Array(rig.memory.bytes.length);
  const reads: number[] = [];
  const readU32 = rig.memory.readU32.bind(rig.memory);
  rig.memory.readU32 = (gpa) => {
    reads.push(gpa - TABLE);
    return readU32(gpa);
  };
  rig.command(reg.WRITE_DMA, 0, 2);
  rig.put(reg.BM_COMMAND, reg.BM_START);
  rig.later();
  expect(reads).toEqual([0, 4, 8, 12]);
});

test.each<readonly [string, (rig: Rig) => void]>([
  ['a table that ends too early', (rig) => rig.table([BUFFER, 512])],
  ['a table that is no memory', (rig) => rig.put(reg.BM_TABLE, 0x1000)],
  ['a region that is no memory', (rig) => rig.table([BUFFER, 512], [0x1000, 512])],
  ['a region that begins in memory only', (rig) => rig.table([BASE + 0x4_0000 - 512, 1024])],
])('DMA: %s is an error, and nothing is written', (_, prepare) => {
  const rig = newDisk();
  prepare(rig);
  const before = rig.memory.bytes.slice();
  rig.command(reg.READ_DMA, 0, 2);
  rig.put(reg.BM_COMMAND, reg.BM_TO_MEMORY | reg.BM_START);
  rig.later();
  expect(rig.get(reg.STATUS) & reg.STATUS_ERROR).toBe(reg.STATUS_ERROR);
  expect(rig.get(reg.BM_STATUS) & reg.BM_ERROR).toBe(reg.BM_ERROR);
  expect([rig.memory.pinned, Buffer.compare(rig.memory.bytes, before)]).toEqual([0, 0]);
});

test('DMA: it waits for memory that is away, and goes on when that has come', () => {
  const rig = newDisk();
  rig.table([BUFFER, 1024]);
  rig.memory.away.add((BUFFER - BASE) / 4096);
  rig.command(reg.READ_DMA, 0, 2);
  rig.put(reg.BM_COMMAND, reg.BM_TO_MEMORY | reg.BM_START);
  rig.later();
  expect([rig.get(reg.CONTROL), rig.ide.counters.reads]).toEqual([reg.STATUS_BUSY, 0]);
  rig.memory.away.clear();
  rig.ide.pageArrived();
  rig.later();
  expect([rig.get(reg.STATUS), rig.ide.counters.reads]).toEqual([reg.STATUS_READY, 1]);
});

test('a command beyond the disk, an unknown one, and DMA without a bus master are refused', () => {
  const rig = newDisk({ dma: false });
  rig.command(reg.READ_MULTIPLE, SIZE / 512 - 7, 8);
  expect([rig.get(reg.STATUS), rig.get(reg.ERROR)]).toEqual([0x41, reg.ERROR_NO_SECTOR]);
  rig.command(0x99, 0, 1);
  expect(rig.get(reg.ERROR)).toBe(reg.ERROR_ABORTED);
  rig.command(reg.READ_DMA, 0, 1);
  expect(rig.get(reg.ERROR)).toBe(reg.ERROR_ABORTED);
  expect(rig.ide.counters.errors).toBe(3);
});

test('IDENTIFY says who it is, how large, and whether it has a bus master', () => {
  for (const dma of [true, false]) {
    const rig = newDisk({ dma });
    rig.put(reg.COMMAND, reg.IDENTIFY);
    const answer = new Uint16Array(readWords(rig, 512).buffer);
    expect(answer[reg.ID_SECTORS]).toBe(SIZE / 512);
    expect((answer[reg.ID_CAPABILITIES]! & reg.CAPABILITY_DMA) !== 0).toBe(dma);
    expect(String.fromCharCode(answer[reg.ID_SERIAL]! >> 8, answer[reg.ID_SERIAL]! & 0xff)).toBe('vm');
  }
});

test('interrupts can be switched off, and a reset forgets the command under way', () => {
  const rig = newDisk();
  rig.put(reg.CONTROL, reg.CONTROL_NO_INTERRUPT);
  rig.command(reg.READ_MULTIPLE, 0, 8);
  rig.later();
  expect(rig.wire.level).toBe(false);
  rig.put(reg.CONTROL, 0);
  expect(rig.wire.level).toBe(true);
  rig.put(reg.CONTROL, reg.CONTROL_RESET);
  expect([rig.get(reg.CONTROL), rig.wire.level]).toEqual([reg.STATUS_READY, false]);
  rig.command(reg.READ_MULTIPLE, 0, 8);
  rig.ide.reset();
  rig.later();
  expect([rig.wire.level, rig.ide.counters.reads]).toEqual([false, 0]);
});

test('a state is taken up at any moment of a request', () => {
  for (const steps of [0, 1, 2, 3]) {
    const rig = newDisk();
    rig.disk.write(0, pattern(1024));
    rig.table([BUFFER, 1024]);
    rig.put(reg.BM_COMMAND, reg.BM_TO_MEMORY);
    if (steps > 0) rig.command(reg.READ_DMA, 0, 2);
    if (steps > 1) rig.put(reg.BM_COMMAND, reg.BM_TO_MEMORY | reg.BM_START);
    if (steps > 2) rig.later();
    const copy = newDisk();
    copy.memory.bytes.set(rig.memory.bytes);
    copy.host.time = rig.host.time;
    loadState(copy.ide, stateOf(rig.ide));
    expect(stateOf(copy.ide)).toBe(stateOf(rig.ide));
    rig.later();
    copy.later();
    expect(stateOf(copy.ide)).toBe(stateOf(rig.ide));
    expect(copy.memory.pinned).toBe(0);
  }
});

test('whatever a guest writes to its registers, the disk neither throws nor writes outside its regions', () => {
  const access = fc.tuple(
    fc.constantFrom(...reg.IDE_REGISTERS.map(({ offset }) => offset), 0x4c, 0xffc),
    fc.constantFrom(1, 2, 4),
    fc.oneof(fc.constantFrom(0x20, 0x30, 0xc4, 0xc5, 0xc8, 0xca, 0xe7, 0xec, 1, 8, 9, TABLE), fc.nat(0xff)),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(access, { maxLength: 80 }), (accesses) => {
      const rig = newDisk();
      rig.table([BUFFER, 0x2000]);
      for (const [offset, size, value, isWrite] of accesses) {
        const aligned = offset - (offset % size);
        if (isWrite) rig.ide.write(aligned, size, value);
        else expect(rig.ide.read(aligned, size)).toBeGreaterThanOrEqual(0);
        rig.host.runTo(rig.host.time + 50_000);
      }
      rig.ide.reset();
      rig.later();
      expect(rig.memory.pinned).toBe(0);
      const { bytes } = rig.memory;
      const between = bytes.subarray(TABLE + 8 - BASE, BUFFER - BASE);
      const behind = bytes.subarray(BUFFER + 0x2000 - BASE);
      expect([...between, ...behind].some((byte) => byte !== 0)).toBe(false);
      rig.disk.write(0, pattern(4096));
      rig.command(reg.READ_MULTIPLE, 0, 8);
      rig.later();
      expect(readWords(rig, 4096)).toEqual(pattern(4096));
    }),
    { numRuns: 100 },
  );
});

test('a driver is told of a part that cannot be read, of one that cannot be written, and of a flush that was not kept', () => {
  const faults = new DiskFaults();
  const rig = newDisk({ faults });
  faults.add({ offset: 1024, length: 512, fails: 'both' });
  rig.command(reg.READ_SECTORS, 1, 2);
  rig.later();
  expect([rig.get(reg.STATUS) & reg.STATUS_ERROR, rig.get(reg.ERROR)]).toEqual([1, reg.ERROR_UNREADABLE]);
  rig.command(reg.WRITE_SECTORS, 2, 1);
  for (let at = 0; at < 512; at += 4) rig.put(reg.DATA, 0);
  rig.later();
  expect(rig.get(reg.ERROR)).toBe(reg.ERROR_ABORTED);
  rig.disk.flush = () => 'full' as never;
  rig.command(reg.FLUSH_CACHE, 0, 0);
  rig.later();
  expect(rig.get(reg.ERROR)).toBe(reg.ERROR_ABORTED);
  expect(rig.ide.counters).toMatchObject({ reads: 0, writes: 0, flushes: 0, errors: 3 });
});

test('a command that its disk cannot serve waits for the VM to go on, in a snapshot too', () => {
  const held: string[] = [];
  const faults = new DiskFaults({ reads: 'stop', writes: 'stop', hold: (why) => held.push(why) });
  const rig = newDisk({ faults });
  rig.disk.write(1024, pattern(512));
  faults.add({ offset: 1024, length: 512, fails: 'reads' });
  rig.table([BUFFER, 512]);
  rig.put(reg.BM_COMMAND, reg.BM_START | reg.BM_TO_MEMORY);
  rig.command(reg.READ_DMA, 2, 1);
  rig.later();
  expect([held, rig.get(reg.CONTROL) & reg.STATUS_BUSY]).toEqual([['disk.badRead'], reg.STATUS_BUSY]);
  const again = newDisk();
  loadState(again.ide, stateOf(rig.ide));
  again.ide.retry();
  again.later();
  // It is still broken there, where everybody is told.
  expect(again.get(reg.ERROR)).toBe(reg.ERROR_UNREADABLE);
  faults.clear();
  rig.ide.retry();
  rig.later();
  expect(rig.get(reg.ERROR)).toBe(0);
  expect(rig.memory.bytes.subarray(BUFFER - BASE, BUFFER - BASE + 512)).toEqual(pattern(512));
});
