import { expect, test } from 'vitest';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { VirtioInput } from './device.ts';
import type { Gesture } from './gestures.ts';
import * as reg from './registers.ts';
import type { InputRole } from './roles.ts';

const CONFIG = 0x100;

function newInput(role: InputRole) {
  const device = new VirtioInput({ role, serial: 'vm-0' });
  const driver = new MockDriver(device).start();
  /** What the configuration space answers. */
  const ask = (select: number, subselect = 0): Uint8Array => {
    driver.slot.write(CONFIG, 1, select);
    driver.slot.write(CONFIG + 1, 1, subselect);
    const size = driver.slot.read(CONFIG + 2, 1);
    return Uint8Array.from({ length: size }, (_, at) => driver.slot.read(CONFIG + 8 + at, 1));
  };
  const room = driver.allocate(8 * 64);
  let given = 0;
  const give = (count: number): void => {
    for (let i = 0; i < count; i++)
      driver.submit(reg.EVENT_QUEUE, [{ gpa: room + 8 * (given++ % 64), length: 8, writable: true }]);
    driver.notify(reg.EVENT_QUEUE);
  };
  let seen = 0;
  /** Events that the driver has been told since the last time. */
  const told = (): number[][] =>
    driver.completions(reg.EVENT_QUEUE).map(() => {
      const gpa = room + 8 * (seen++ % 64);
      const { memory } = driver;
      return [memory.readU16(gpa), memory.readU16(gpa + 2), memory.readU32(gpa + 4)];
    });
  return { device, driver, ask, give, told };
}

const SYN = [reg.EV_SYN, 0, 0];
function key(code: number, down: boolean): Gesture {
  return { kind: 'key', code, down };
}

test('it says what it is when it is asked (§5.8.2)', () => {
  const { ask } = newInput('tablet');
  expect(new TextDecoder().decode(ask(reg.ID_NAME))).toBe('virtlab tablet');
  expect(new TextDecoder().decode(ask(reg.ID_SERIAL))).toBe('vm-0');
  expect(ask(reg.ID_DEVIDS)).toHaveLength(8);
  expect([...ask(reg.EV_BITS, reg.EV_ABS)]).toEqual([3]);
  expect(ask(reg.EV_BITS, reg.EV_KEY)[0x110 >> 3]).toBe(7);
  expect([...new Uint32Array(ask(reg.ABS_INFO, reg.ABS_Y).buffer)]).toEqual([0, 0x7fff, 0, 0, 0]);
});

test('what it does not have has an answer of no length', () => {
  const { ask } = newInput('keyboard');
  expect(ask(reg.ABS_INFO, 0)).toHaveLength(0);
  expect(ask(reg.EV_BITS, reg.EV_ABS)).toHaveLength(0);
  expect(ask(reg.PROP_BITS)).toHaveLength(0);
  expect(ask(0)).toHaveLength(0);
  expect(ask(0xff, 0xff)).toHaveLength(0);
  expect(newInput('touch').ask(reg.PROP_BITS)).toEqual(Uint8Array.of(2));
});

test('a key goes down and up, once each', () => {
  const { device, give, told } = newInput('keyboard');
  give(16);
  device.gesture(key(30, true));
  device.gesture(key(30, true));
  device.gesture(key(30, false));
  device.gesture(key(30, false));
  expect(told()).toEqual([[reg.EV_KEY, 30, 1], SYN, [reg.EV_KEY, 30, 0], SYN]);
});

test('a pointer tells its place, and the buttons that change', () => {
  const { device, give, told } = newInput('tablet');
  give(32);
  device.gesture({ kind: 'pointer', x: 5, y: 6, buttons: 1 });
  device.gesture({ kind: 'pointer', x: 7, y: 8, buttons: 4, wheel: -1 });
  expect(told()).toEqual([
    ...[[reg.EV_ABS, 0, 5], [reg.EV_ABS, 1, 6], [reg.EV_KEY, reg.BTN_LEFT, 1], SYN],
    ...[
      [reg.EV_ABS, 0, 7],
      [reg.EV_ABS, 1, 8],
      [reg.EV_KEY, reg.BTN_LEFT, 0],
      [reg.EV_KEY, reg.BTN_MIDDLE, 1],
    ],
    ...[[reg.EV_REL, reg.REL_WHEEL, 0xffff_ffff], SYN],
  ]);
});

test('fingers come, move and go, each in its slot', () => {
  const { device, give, told } = newInput('touch');
  give(64);
  device.gesture({ kind: 'touch', contact: 1, x: 5, y: 6 });
  device.gesture({ kind: 'touch', contact: 1, x: 7, y: 6 });
  device.gesture({ kind: 'touch', contact: 1 });
  device.gesture({ kind: 'touch', contact: 1 });
  expect(told()).toEqual([
    ...[[3, 0x2f, 1], [3, 0x39, 1], [3, 0x35, 5], [3, 0x36, 6], [1, 0x14a, 1], SYN],
    ...[[3, 0x2f, 1], [3, 0x35, 7], [3, 0x36, 6], SYN],
    ...[[3, 0x2f, 1], [3, 0x39, 0xffff_ffff], [1, 0x14a, 0], SYN],
  ]);
});

test('events wait for buffers, so many and no more; a release has room where its press had', () => {
  const { device, give, told } = newInput('keyboard');
  let accepted = 0;
  for (let code = 1; code <= 200; code++) if (device.gesture(key(code, true))) accepted = code;
  expect(accepted).toBeLessThan(200);
  expect(device.counters.dropped).toBeGreaterThan(0);
  for (let code = 1; code <= accepted; code++) expect(device.gesture(key(code, false))).toBe(true);
  const events: number[][] = [];
  for (let round = 0; round < 20; round++) {
    give(32);
    events.push(...told());
  }
  const keys = events.filter(([type]) => type === reg.EV_KEY);
  expect(keys).toHaveLength(2 * accepted);
  expect(keys.at(-1)).toEqual([reg.EV_KEY, accepted, 0]);
});

test('without a driver nothing waits', () => {
  const device = new VirtioInput({ role: 'keyboard', serial: '' });
  const driver = new MockDriver(device);
  expect(device.gesture(key(30, true))).toBe(true);
  driver.start();
  driver.submit(reg.EVENT_QUEUE, [{ gpa: driver.allocate(8), length: 8, writable: true }]);
  driver.notify(reg.EVENT_QUEUE);
  expect(driver.completions(reg.EVENT_QUEUE)).toEqual([]);
});

test('lights are heard', () => {
  const { device, driver } = newInput('keyboard');
  const gpa = driver.allocate(8, Uint8Array.of(reg.EV_LED, 0, 1, 0, 1, 0, 0, 0));
  driver.submit(reg.STATUS_QUEUE, [{ gpa, length: 8, writable: false }]);
  driver.notify(reg.STATUS_QUEUE);
  expect([device.lights, driver.completions(reg.STATUS_QUEUE).length]).toEqual([2, 1]);
});

test('a state holds what is held and what waits', () => {
  const { device } = newInput('tablet');
  device.gesture({ kind: 'pointer', x: 1, y: 2, buttons: 3 });
  const other = newInput('tablet');
  loadState(other.device, stateOf(device));
  expect(stateOf(other.device)).toBe(stateOf(device));
  other.give(8);
  expect(other.told()).toHaveLength(5);
});
