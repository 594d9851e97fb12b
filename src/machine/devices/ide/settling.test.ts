/** Memory that takes time to find: the driver hears of its request when that has passed too, and a state holds what is left of it. */
import { expect, test } from 'vitest';
import { diskTimeNs } from '../../disk-time.ts';
import { loadState, stateOf } from '../device-state.mock.ts';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { openOwnDrive } from '../disk/own-drive.ts';
import { MockGuestMemory } from '../guest-memory.mock.ts';
import { TestHost } from '../virtio/test-host.ts';
import { IdeDisk } from './device.ts';
import * as reg from './registers.ts';

const BASE = 0x8000_0000;
const TABLE = BASE + 0x1000;
const BUFFER = BASE + 0x4000;
/** For each time that memory was looked up. */
const LOOK_NS = 500;

function newDisk() {
  const host = new TestHost();
  const memory = new MockGuestMemory(0x1_0000, BASE);
  let raised = 0;
  const ide = new IdeDisk({
    ...{ name: 'ide0', channel: 'ide', events: host.events, now: host.now, serial: 's', memory },
    ...{ disk: new MemoryDisk(0x1_0000), openDrive: openOwnDrive, takeMovingNs: () => LOOK_NS },
    line: {
      set: (level) => {
        if (level) raised += 1;
      },
    },
  });
  const read = (): void => {
    memory.writeU32(TABLE, BUFFER);
    memory.writeU32(TABLE + 4, (reg.SECTOR_SIZE | reg.REGION_LAST) >>> 0);
    for (const [offset, value] of [
      [reg.BM_TABLE, TABLE],
      [reg.COUNT, 1],
      [reg.DEVICE, reg.DEVICE_LBA],
      [reg.COMMAND, reg.READ_DMA],
      [reg.BM_COMMAND, reg.BM_START | reg.BM_TO_MEMORY],
    ] as const)
      ide.write(offset, 4, value);
  };
  return { host, ide, read, raised: () => raised };
}
const MEDIUM_NS = diskTimeNs(reg.SECTOR_SIZE);
const isBusy = (ide: IdeDisk): boolean => (ide.peek(reg.STATUS) & reg.STATUS_BUSY) !== 0;

test('a request ends when its memory has been found: of the table, and of the data', () => {
  const { host, ide, read, raised } = newDisk();
  read();
  host.runTo(MEDIUM_NS + 2 * LOOK_NS - 1);
  expect([isBusy(ide), ide.peek(reg.BM_STATUS) & reg.BM_ACTIVE, raised()]).toEqual([true, reg.BM_ACTIVE, 0]);
  host.runTo(MEDIUM_NS + 2 * LOOK_NS);
  expect([isBusy(ide), raised(), ide.counters.reads]).toEqual([false, 1, 1]);
});

test('saved at the medium or after it, it ends when it would have', () => {
  for (const at of [MEDIUM_NS / 2, MEDIUM_NS + LOOK_NS]) {
    const [from, to] = [newDisk(), newDisk()];
    from.read();
    from.host.runTo(at);
    to.host.runTo(at);
    loadState(to.ide, stateOf(from.ide));
    expect(stateOf(to.ide)).toBe(stateOf(from.ide));
    to.host.runTo(MEDIUM_NS + 2 * LOOK_NS - 1);
    expect(isBusy(to.ide)).toBe(true);
    to.host.runTo(MEDIUM_NS + 2 * LOOK_NS);
    expect([isBusy(to.ide), to.raised()]).toEqual([false, 1]);
  }
});

test('given up meanwhile, nothing is heard of it', () => {
  const { host, ide, read, raised } = newDisk();
  read();
  host.runTo(MEDIUM_NS + LOOK_NS);
  ide.write(reg.CONTROL, 4, reg.CONTROL_RESET);
  ide.write(reg.CONTROL, 4, 0);
  host.runTo(MEDIUM_NS + 9 * LOOK_NS);
  expect([isBusy(ide), raised(), host.events.length]).toEqual([false, 0, 0]);
});
