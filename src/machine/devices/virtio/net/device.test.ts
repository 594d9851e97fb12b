import { expect, test } from 'vitest';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { VirtioNet } from './device.ts';
import { RECEIVE_QUEUE, TRANSMIT_QUEUE } from './registers.ts';

const MAC = Uint8Array.of(0x52, 0x54, 0, 0, 0, 1);

function newCard() {
  const sent: Uint8Array[] = [];
  const device = new VirtioNet({ mac: MAC, transmit: (frame) => sent.push(frame.slice()) });
  const driver = new MockDriver(device);
  return {
    device,
    driver,
    sent,
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
  driver.start();
  expect(Array.from({ length: 6 }, (_, i) => driver.slot.read(0x100 + i, 1))).toEqual([...MAC]);
  expect(driver.slot.read(0x106, 2)).toBe(1);
  device.setLink(false);
  expect([driver.slot.read(0x106, 2), driver.get(0x60) & 2]).toEqual([0, 2]);
});

test('a packet goes out without its header, also when it lies in pieces', () => {
  const { driver, sent, send } = newCard();
  driver.start();
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
  driver.start();
  const gpa = offer(1526);
  device.receive(new Uint8Array(60).fill(9));
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 72 }]);
  expect([...driver.bytes(gpa, 13)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 9]);
  expect(driver.interrupt).toBe(true);
});

test('frames without a buffer, a driver or a link are dropped and counted', () => {
  const { driver, device, offer } = newCard();
  device.receive(new Uint8Array(60));
  driver.start();
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
  driver.start();
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
  out.driver.start();
  out.driver.submit(TRANSMIT_QUEUE, [{ gpa: 0x1000, length: 72, writable: false }]);
  out.driver.notify(TRANSMIT_QUEUE);
  expect(out.driver.needsReset).toBe(true);
  const into = newCard();
  into.driver.start();
  into.driver.submit(RECEIVE_QUEUE, [{ gpa: 0x1000, length: 1526, writable: true }]);
  into.device.receive(new Uint8Array(60));
  expect([into.driver.needsReset, into.device.counters.droppedIn]).toEqual([true, 1]);
});

test('state round-trips, and each field changes it', () => {
  const changes: ((c: ReturnType<typeof newCard>) => void)[] = [
    () => {},
    (c) => c.device.setLink(false),
    (c) => c.device.receive(new Uint8Array(60)),
    (c) => c.driver.start() && c.send(60),
    (c) => c.driver.start() && c.send(1),
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
