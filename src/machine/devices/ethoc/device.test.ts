import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '#base/crc32';
import { EventQueue } from '../../event-queue.ts';
import { loadState, stateOf } from '../device-state.mock.ts';
import { MockGuestMemory } from '../guest-memory.mock.ts';
import { EthocCard } from './device.ts';
import { groupBit } from './group-bit.ts';
import { PHY_ADDRESS } from './phy.ts';
import * as reg from './registers.ts';
import type { CardWay } from './way.ts';

const BASE = 0x8000_0000;
const BUFFER = BASE + 0x4000;
const OWN = 0x1002_8000;
const MAC = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);

function newCard({ dma = true, way }: { dma?: boolean; way?: CardWay } = {}) {
  const memory = new MockGuestMemory(0x1_0000, BASE);
  const sent: Uint8Array[] = [];
  const wire = { level: false };
  const card = new EthocCard({
    ...{ name: 'ethoc0', mac: MAC, frames: dma ? { memory } : { base: OWN } },
    line: { set: (level) => Object.assign(wire, { level }) },
    transmit: (frame) => sent.push(frame.slice()),
    ...(way === undefined ? {} : { way }),
  });
  const put = (offset: number, value: number): void => card.write(offset, 4, value >>> 0);
  const get = (offset: number): number => card.read(offset, 4);
  const descriptor = (at: number): number => reg.DESCRIPTORS + at * reg.DESCRIPTOR_SIZE;
  return {
    ...{ memory, sent, wire, card, put, get, dma },
    status: (at: number) => get(descriptor(at)),
    describe: (at: number, status: number, pointer: number) => {
      put(descriptor(at) + 4, pointer);
      put(descriptor(at), status);
    },
    /** As a driver begins: 4 descriptors send, all others receive. */
    begin: (mode = 0) => {
      put(reg.TX_BD_NUM, 4);
      put(reg.INT_MASK, 0x7f);
      put(reg.MODER, 0xa000 | reg.MODER_RECEIVE | reg.MODER_TRANSMIT | mode);
    },
  };
}
type Rig = ReturnType<typeof newCard>;

const READY = reg.TX_READY | reg.TX_INTERRUPT;
const EMPTY = reg.RX_EMPTY | reg.RX_INTERRUPT;

function frameTo(to: Uint8Array, length = 100): Uint8Array {
  const frame = Uint8Array.from({ length }, (_, at) => at * 7);
  frame.set(to);
  return frame;
}
const BROADCAST = new Uint8Array(6).fill(0xff);

/** Puts bytes where the card finds them, and gives their address. */
function place(rig: Rig, bytes: Uint8Array): number {
  if (rig.dma) {
    rig.memory.bytes.set(bytes, BUFFER - BASE);
    return BUFFER;
  }
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  for (const [at, word] of new Uint32Array(padded.buffer).entries())
    rig.put(reg.PACKET_MEMORY + 4 * at, word);
  return OWN;
}
function found(rig: Rig, length: number): Uint8Array {
  if (rig.dma) return rig.memory.bytes.slice(BUFFER - BASE, BUFFER - BASE + length);
  return Uint8Array.from({ length }, (_, at) => rig.card.read(reg.PACKET_MEMORY + at, 1));
}

test('the driver finds the address of the card in its registers, and what a reset leaves in the others', () => {
  const { get, card } = newCard();
  expect([get(reg.MAC_ADDR1), get(reg.MAC_ADDR0)]).toEqual([0x5254, 0x0012_3456]);
  expect([get(reg.MODER), get(reg.TX_BD_NUM), get(reg.PACKETLEN)]).toEqual([0xa000, 64, 0x0040_0600]);
  expect(card.mac).toEqual(MAC);
});

for (const dma of [true, false]) {
  const form = dma ? 'DMA' : 'PIO';
  test(`${form}: a frame that is ready is sent, its descriptor given back, and the driver interrupted`, () => {
    const rig = newCard({ dma });
    rig.begin();
    const frame = frameTo(BROADCAST);
    rig.describe(0, (100 << 16) | READY, place(rig, frame));
    expect(rig.sent).toEqual([frame]);
    expect([rig.status(0), rig.get(reg.INT_SOURCE), rig.wire.level]).toEqual([
      (100 << 16) | reg.TX_INTERRUPT,
      reg.INT_SENT,
      true,
    ]);
    rig.put(reg.INT_SOURCE, reg.INT_SENT);
    expect(rig.wire.level).toBe(false);
    expect(rig.card.counters).toMatchObject({ framesOut: 1, bytesOut: 100 });
  });

  test(`${form}: a frame is received with its check sum behind it`, () => {
    const rig = newCard({ dma });
    rig.begin();
    rig.describe(4, EMPTY, dma ? BUFFER : OWN);
    const frame = frameTo(MAC);
    rig.card.receive(frame);
    expect(rig.status(4)).toBe((104 << 16) | reg.RX_INTERRUPT);
    expect(found(rig, 100)).toEqual(frame);
    expect(new DataView(found(rig, 104).buffer).getUint32(100, true)).toBe(crc32(frame));
    expect([rig.get(reg.INT_SOURCE), rig.wire.level]).toEqual([reg.INT_RECEIVED, true]);
    expect(rig.card.counters).toMatchObject({ framesIn: 1, bytesIn: 100 });
  });
}

test('descriptors are taken in turn, and the one that says so is the last', () => {
  const rig = newCard();
  rig.begin();
  place(rig, frameTo(BROADCAST));
  for (const at of [0, 1, 0, 1]) rig.describe(at, (60 << 16) | READY | (at === 1 ? reg.TX_WRAP : 0), BUFFER);
  expect(rig.sent.length).toBe(4);
  rig.describe(4, EMPTY, BUFFER);
  rig.describe(5, EMPTY | reg.RX_WRAP, BUFFER);
  for (let at = 0; at < 3; at++) rig.card.receive(frameTo(MAC));
  expect(rig.get(reg.INT_SOURCE) & reg.INT_BUSY).toBe(reg.INT_BUSY);
  expect(rig.card.counters).toMatchObject({ framesIn: 2, droppedIn: 1 });
});

test('short frames are filled up both ways, and long ones cut off with an error', () => {
  const rig = newCard();
  rig.begin();
  rig.describe(0, (42 << 16) | READY, place(rig, frameTo(BROADCAST, 42)));
  expect(rig.sent[0]!.length).toBe(60);
  rig.put(reg.PACKETLEN, (64 << 16) | 104);
  rig.describe(4, EMPTY, BUFFER);
  rig.describe(5, EMPTY, BUFFER);
  rig.card.receive(frameTo(MAC, 42));
  rig.card.receive(frameTo(MAC, 101));
  expect([rig.status(4) >>> 16, rig.status(5)]).toEqual([
    64,
    (104 << 16) | reg.RX_INTERRUPT | reg.RX_TOO_LONG,
  ]);
  expect(rig.get(reg.INT_SOURCE) & reg.INT_RECEIVE_ERROR).toBe(reg.INT_RECEIVE_ERROR);
  rig.describe(1, (101 << 16) | READY, BUFFER);
  expect([rig.sent.length, rig.card.counters.droppedOut]).toEqual([1, 1]);
});

test('frames for others are left out, unless the driver wants them; groups by their hash', () => {
  const rig = newCard();
  rig.begin();
  for (let at = 4; at < 10; at++) rig.describe(at, EMPTY, BUFFER);
  const other = Uint8Array.of(0x52, 0x54, 0, 0, 0, 1);
  const group = Uint8Array.of(0x01, 0, 0x5e, 0, 0, 0xfb);
  rig.card.receive(frameTo(other));
  rig.card.receive(frameTo(group));
  expect(rig.card.counters).toMatchObject({ framesIn: 0, filteredIn: 2, droppedIn: 0 });
  const bit = groupBit(group);
  rig.put(bit < 32 ? reg.HASH0 : reg.HASH1, 2 ** (bit & 31));
  rig.card.receive(frameTo(group));
  rig.card.receive(frameTo(BROADCAST));
  expect(rig.card.counters.framesIn).toBe(2);
  rig.put(reg.MODER, rig.get(reg.MODER) | reg.MODER_PROMISCUOUS | reg.MODER_NO_BROADCAST);
  rig.card.receive(frameTo(other));
  expect(rig.status(6) & reg.RX_MISSED).toBe(reg.RX_MISSED);
});

test.each<readonly [string, (rig: Rig) => number, boolean]>([
  ['memory that is none', () => 0x1000, true],
  ['memory that ends too early', () => BASE + 0x1_0000 - 50, true],
  ['what is not of the card’s memory', () => OWN + reg.PACKET_MEMORY_SIZE - 50, false],
])('a buffer in %s is an error, and nothing is written', (_, pointer, dma) => {
  const rig = newCard({ dma });
  rig.begin();
  const before = rig.memory.bytes.slice();
  rig.describe(0, (100 << 16) | READY, pointer(rig));
  rig.describe(4, EMPTY, pointer(rig));
  rig.card.receive(frameTo(MAC));
  expect([rig.status(0) & 0xffff, rig.status(4)]).toEqual([
    reg.TX_INTERRUPT | reg.TX_UNDERRUN,
    reg.RX_INTERRUPT | reg.RX_OVERRUN,
  ]);
  expect(rig.get(reg.INT_SOURCE)).toBe(reg.INT_SEND_ERROR | reg.INT_RECEIVE_ERROR);
  expect([rig.sent.length, Buffer.compare(rig.memory.bytes, before)]).toEqual([0, 0]);
});

test('DMA: it waits for memory that is away, and sends when that has come', () => {
  const rig = newCard();
  rig.begin();
  rig.memory.away.add((BUFFER - BASE) / 4096);
  rig.describe(0, (100 << 16) | READY, BUFFER);
  expect([rig.sent.length, rig.status(0) & reg.TX_READY]).toEqual([0, reg.TX_READY]);
  rig.memory.away.clear();
  rig.card.pageArrived();
  expect([rig.sent.length, rig.status(0) & reg.TX_READY]).toEqual([1, 0]);
});

test('without a cable nothing passes, and the PHY says so', () => {
  const rig = newCard();
  rig.begin();
  const linkOf = (): number => {
    rig.put(reg.MIIADDRESS, PHY_ADDRESS | (1 << 8));
    rig.put(reg.MIICOMMAND, reg.MIICOMMAND_READ);
    return rig.get(reg.MIIRX_DATA) & 4;
  };
  expect([linkOf(), rig.get(reg.MIISTATUS)]).toEqual([4, 0]);
  rig.card.setLink(false);
  expect([linkOf(), rig.get(reg.MIISTATUS)]).toEqual([0, reg.MIISTATUS_LINK_FAIL]);
  rig.describe(0, (100 << 16) | READY, BUFFER);
  rig.describe(4, EMPTY, BUFFER);
  rig.card.receive(frameTo(MAC));
  expect([rig.sent.length, rig.status(0) & reg.TX_NO_CARRIER]).toEqual([0, reg.TX_NO_CARRIER]);
  expect(rig.card.counters).toMatchObject({ droppedIn: 1, droppedOut: 1 });
  rig.put(reg.MIIADDRESS, PHY_ADDRESS + 1);
  rig.put(reg.MIICOMMAND, reg.MIICOMMAND_READ);
  expect(rig.get(reg.MIIRX_DATA)).toBe(0xffff);
});

test('a state is taken up at any moment', () => {
  for (const dma of [true, false]) {
    const rig = newCard({ dma });
    rig.begin();
    rig.describe(4, EMPTY, dma ? BUFFER : OWN);
    rig.card.receive(frameTo(MAC));
    rig.describe(0, (100 << 16) | READY, place(rig, frameTo(BROADCAST)));
    rig.card.setLink(false);
    const copy = newCard({ dma });
    loadState(copy.card, stateOf(rig.card));
    expect(stateOf(copy.card)).toBe(stateOf(rig.card));
    expect(copy.wire.level).toBe(true);
    copy.card.becomeCopy(true);
    expect([copy.card.linkUp, copy.card.mac]).toEqual([false, MAC]);
    copy.card.reset();
    expect(copy.wire.level).toBe(false);
  }
});

test('whatever a guest writes to its registers, the card neither throws nor writes outside of buffers, and works afterwards', () => {
  const offsets = reg.ETHOC_REGISTERS.map(({ offset }) => offset);
  const access = fc.tuple(
    fc.oneof(
      fc.constantFrom(...offsets, 0x54, 0x3fc, 0x7f8, 0x7fc, 0x800, 0x7ffc, 0x8000, 0xfffc),
      fc.nat(0x3f).map((at) => reg.DESCRIPTORS + 4 * at),
    ),
    fc.constantFrom(1, 2, 4),
    fc.oneof(
      fc.constantFrom(0, 0xffff_ffff, 0xe3, BUFFER, OWN, (100 << 16) | READY, EMPTY, (0xffff << 16) | READY),
      fc.nat(0xffff_ffff),
    ),
    fc.constantFrom('read', 'write', 'write', 'receive'),
  );
  fc.assert(
    fc.property(fc.boolean(), fc.array(access, { maxLength: 120 }), (dma, accesses) => {
      const rig = newCard({ dma });
      rig.begin();
      for (const [offset, size, value, what] of accesses) {
        const aligned = offset - (offset % size);
        // A pointer into RAM leads to the buffer only, so that a write elsewhere would be seen.
        const isPointer = offset >= reg.DESCRIPTORS && offset % 8 === 4;
        const given = isPointer && value >= BASE && value !== BUFFER ? 0x7000_0000 : value;
        if (what === 'write') rig.card.write(aligned, size, given >>> 0);
        else if (what === 'receive') rig.card.receive(frameTo(MAC, 14 + ((value >>> 0) % 1505)));
        else expect(rig.card.read(aligned, size)).toBeGreaterThanOrEqual(0);
      }
      const { bytes } = rig.memory;
      const outside = [bytes.subarray(0, BUFFER - BASE), bytes.subarray(BUFFER - BASE + 1522)];
      expect(outside.some((part) => part.some((byte) => byte !== 0))).toBe(false);
      rig.card.reset();
      rig.sent.length = 0;
      rig.begin();
      rig.describe(0, (100 << 16) | READY, place(rig, frameTo(BROADCAST)));
      rig.describe(4, EMPTY, dma ? BUFFER : OWN);
      rig.card.receive(frameTo(MAC));
      expect([rig.sent.length, rig.status(4) >>> 16]).toEqual([1, 104]);
    }),
    { numRuns: 300 },
  );
});

test('a frame waits until its way to memory is free, also over a snapshot, and is then sent whatever it takes', () => {
  const events = new EventQueue();
  const clock = { at: 0, freeAt: 0 };
  const reached: number[] = [];
  const way: CardWay = {
    ...{ channel: 'way', events, now: () => clock.at },
    reach: (address) => {
      reached.push(address);
      clock.freeAt = Math.max(clock.at, clock.freeAt) + 330;
    },
    freeInNs: () => Math.max(0, clock.freeAt - clock.at),
  };
  const runTo = (at: number): void => {
    clock.at = at;
    events.runDue(at);
  };
  const rig = newCard({ way });
  rig.begin();
  const pointer = place(rig, frameTo(BROADCAST));
  const send = (at: number): void => rig.describe(at, (100 << 16) | READY | reg.TX_CRC, pointer);
  send(0);
  send(1);
  expect([rig.sent.length, reached.length]).toEqual([0, 1]);
  runTo(329);
  expect(rig.sent.length).toBe(0);
  loadState(rig.card, stateOf(rig.card));
  runTo(330);
  expect([rig.sent.length, reached.length]).toEqual([1, 2]);
  runTo(660);
  expect([rig.sent.length, rig.status(1) & reg.TX_READY]).toEqual([2, 0]);
  send(2);
  rig.card.reset();
  runTo(5000);
  expect(rig.sent.length).toBe(2);
});
