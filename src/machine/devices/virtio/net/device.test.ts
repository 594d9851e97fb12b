import { expect, test } from 'vitest';
import { putU16 } from '#base/big-endian';
import { checksumOf, onesSum } from '#base/ones-sum';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { TestHost } from '../test-host.ts';
import { VirtioNet } from './device.ts';
import { pseudoSum, transportOf } from './offload/transport.ts';
import { F_GUEST_CSUM, F_MAC, F_STATUS, RECEIVE_QUEUE, TRANSMIT_QUEUE } from './registers.ts';

/** Without any offload. */
const PLAIN = F_MAC | F_STATUS;

const MAC = Uint8Array.of(0x52, 0x54, 0, 0, 0, 1);

function newCard() {
  const sent: Uint8Array[] = [];
  const host = new TestHost();
  const device = new VirtioNet({
    ...{ mac: MAC, transmit: (frame) => sent.push(frame.slice()) },
    ...{ channel: 'net', events: host.events, now: host.now },
  });
  const driver = new MockDriver(device);
  return {
    device,
    driver,
    sent,
    host,
    send: (length: number, fill = 1) => {
      const packet = new Uint8Array(12 + length).fill(fill, 12);
      const gpa = driver.allocate(packet.length, packet);
      driver.submit(TRANSMIT_QUEUE, [{ gpa, length: packet.length, writable: false }]);
      driver.notify(TRANSMIT_QUEUE);
    },
    offer: (length: number) => {
      const gpa = driver.allocate(length);
      driver.submit(RECEIVE_QUEUE, [{ gpa, length, writable: true }]);
      driver.notify(RECEIVE_QUEUE);
      return gpa;
    },
  };
}

test('the driver reads the address and the state of the link', () => {
  const { driver, device } = newCard();
  driver.start(PLAIN);
  expect(Array.from({ length: 6 }, (_, i) => driver.slot.read(0x100 + i, 1))).toEqual([...MAC]);
  expect(driver.slot.read(0x106, 2)).toBe(1);
  device.setLink(false);
  expect([driver.slot.read(0x106, 2), driver.get(0x60) & 2]).toEqual([0, 2]);
});

test('a packet goes out without its header, also when it lies in pieces', () => {
  const { driver, sent, send } = newCard();
  driver.start(PLAIN);
  send(60, 7);
  const packet = Uint8Array.from({ length: 72 }, (_, i) => i);
  const gpa = driver.allocate(72, packet);
  driver.submit(TRANSMIT_QUEUE, [
    { gpa, length: 5, writable: false },
    { gpa: gpa + 5, length: 0, writable: false },
    { gpa: gpa + 5, length: 67, writable: false },
  ]);
  driver.notify(TRANSMIT_QUEUE);
  expect(sent).toEqual([new Uint8Array(60).fill(7), packet.slice(12)]);
  expect(driver.completions(TRANSMIT_QUEUE)).toHaveLength(2);
});

test('a frame arrives behind a header that says one buffer', () => {
  const { driver, device, offer } = newCard();
  driver.start(PLAIN);
  const gpa = offer(1526);
  device.receive(new Uint8Array(60).fill(9));
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 72 }]);
  expect([...driver.bytes(gpa, 13)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 9]);
  expect(driver.interrupt).toBe(true);
});

test('frames without a buffer, a driver or a link are dropped and counted', () => {
  const { driver, device, offer } = newCard();
  device.receive(new Uint8Array(60));
  driver.start(PLAIN);
  device.receive(new Uint8Array(60));
  offer(20);
  device.receive(new Uint8Array(60));
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 0 }]);
  offer(1526);
  device.receive(new Uint8Array(5000));
  device.setLink(false);
  device.receive(new Uint8Array(60));
  expect(device.counters).toMatchObject({ framesIn: 0, droppedIn: 5 });
});

test('packets that are no frames are dropped, counted and given back', () => {
  const { driver, device, sent, send } = newCard();
  driver.start(PLAIN);
  for (const length of [0, 13, 1519, 60_000]) send(length);
  driver.submit(TRANSMIT_QUEUE, [{ gpa: 0, length: 0xffff_ffff, writable: false }]);
  driver.submit(TRANSMIT_QUEUE, [{ gpa: 0, length: 3, writable: false }]);
  driver.notify(TRANSMIT_QUEUE);
  expect(sent).toEqual([]);
  expect(device.counters).toMatchObject({ framesOut: 0, droppedOut: 6 });
  expect(driver.completions(TRANSMIT_QUEUE)).toHaveLength(6);
  expect(driver.needsReset).toBe(false);
});

test('buffers outside memory need a reset, in both directions', () => {
  const out = newCard();
  out.driver.start(PLAIN);
  out.driver.submit(TRANSMIT_QUEUE, [{ gpa: 0x1000, length: 72, writable: false }]);
  out.driver.notify(TRANSMIT_QUEUE);
  expect(out.driver.needsReset).toBe(true);
  const into = newCard();
  into.driver.start(PLAIN);
  into.driver.submit(RECEIVE_QUEUE, [{ gpa: 0x1000, length: 1526, writable: true }]);
  into.device.receive(new Uint8Array(60));
  expect([into.driver.needsReset, into.device.counters.droppedIn]).toEqual([true, 1]);
});

test('state round-trips, and each field changes it', () => {
  const changes: ((c: ReturnType<typeof newCard>) => void)[] = [
    () => {},
    (c) => c.device.setLink(false),
    (c) => c.device.receive(new Uint8Array(60)),
    (c) => c.driver.start(PLAIN) && c.send(60),
    (c) => c.driver.start(PLAIN) && c.send(1),
  ];
  const states = changes.map((change) => {
    const c = newCard();
    change(c);
    const state = stateOf(c.device);
    const other = newCard().device;
    loadState(other, state);
    expect(stateOf(other)).toBe(state);
    return state;
  });
  expect(new Set(states).size).toBe(changes.length);
});

/** Frames of a TCP stream that follow each other; the last says that it is the last. */
function stream(count: number, size = 1000): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => {
    const frame = new Uint8Array(54 + size).fill(at + 1, 54);
    frame.set([...MAC, 0x52, 0x54, 0, 0, 0, 2, 8, 0, 0x45]);
    putU16(frame, 16, frame.length - 14);
    frame.set([0x40, 0, 64, 6, 0, 0, 10, 0, 0, 2, 10, 0, 0, 3], 20);
    putU16(frame, 24, checksumOf(onesSum(frame, 14, 34)));
    putU16(frame, 36, 80);
    putU16(frame, 40, 5 + at * size);
    frame.set([0x50, at === count - 1 ? 0x18 : 0x10, 1, 0], 46);
    const packet = transportOf(frame);
    if (packet === undefined) throw new Error('no packet');
    putU16(frame, 50, checksumOf(onesSum(frame, 34, frame.length, pseudoSum(frame, packet, size + 20))));
    return frame;
  });
}
/** One number of the header in front of a packet. */
const inHeader = (driver: MockDriver, gpa: number, at: number): number => driver.memory.readU16(gpa + at);

test('frames of a stream arrive as one packet, in as many buffers as it takes', () => {
  const { driver, device, offer } = newCard();
  driver.start();
  const buffers = [1500, 1500, 1500].map(offer);
  for (const frame of stream(4)) device.receive(frame);
  expect(driver.completions(RECEIVE_QUEUE).map(({ written }) => written)).toEqual([1500, 1500, 1066]);
  const [first = 0, second = 0] = buffers;
  // NEEDS_CSUM and TCPV4; headers, payload of a piece, where the check sum begins and lies, buffers.
  expect([0, 2, 4, 6, 8, 10].map((at) => inHeader(driver, first, at))).toEqual([0x0101, 54, 1000, 34, 16, 3]);
  expect([...driver.bytes(first + 12 + 54, 1)]).toEqual([1]);
  expect([...driver.bytes(second, 1)]).toEqual([2]);
  expect(device.counters).toMatchObject({ framesIn: 4, bytesIn: 4 * 1054, droppedIn: 0 });
});

test('a packet waits for its next frame, but not for long; what is no part of it comes behind it', () => {
  const { driver, device, offer, host } = newCard();
  driver.start();
  for (let n = 0; n < 4; n++) offer(4000);
  const [first, second] = stream(4) as [Uint8Array, Uint8Array];
  device.receive(first);
  host.runTo(40_000);
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([]);
  device.receive(second);
  host.runTo(89_999);
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([]);
  host.runTo(90_000);
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 12 + 2054 }]);
  device.receive(first);
  device.receive(new Uint8Array(60));
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([
    { head: 1, written: 12 + 1054 },
    { head: 2, written: 72 },
  ]);
});

test('without room for all of a packet none of its buffers is used', () => {
  const { driver, device, offer } = newCard();
  driver.start();
  offer(1000);
  offer(1000);
  for (const frame of stream(3)) device.receive(frame);
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([]);
  expect(device.counters).toMatchObject({ framesIn: 0, droppedIn: 3 });
  device.receive(new Uint8Array(1500));
  expect(driver.completions(RECEIVE_QUEUE).map(({ written }) => written)).toEqual([1000, 512]);
});

test('a driver hears that a check sum is right, and of a wrong one nothing', () => {
  const { driver, device, offer } = newCard();
  driver.start(PLAIN | F_GUEST_CSUM);
  const [good, bad] = [offer(1600), offer(1600)];
  const [frame] = stream(1) as [Uint8Array];
  device.receive(frame);
  frame[60]! ^= 1;
  device.receive(frame);
  expect([...driver.bytes(good, 2), ...driver.bytes(bad, 2)]).toEqual([2, 0, 0, 0]);
});

test('a state amid a packet goes on with it', () => {
  const [first, second] = stream(2) as [Uint8Array, Uint8Array];
  const original = newCard();
  const copy = newCard();
  for (const { driver, offer } of [original, copy]) {
    driver.start();
    offer(4000);
  }
  original.device.receive(first);
  original.host.runTo(10_000);
  copy.host.time = 10_000;
  loadState(copy.device, stateOf(original.device));
  expect(stateOf(copy.device)).toBe(stateOf(original.device));
  copy.device.receive(second);
  expect(copy.driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 12 + 2054 }]);
  original.host.runTo(50_000);
  expect(original.driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 12 + 1054 }]);
});
