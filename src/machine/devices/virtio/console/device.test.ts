import { expect, test } from 'vitest';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { CONSOLE_INPUT_LIMIT } from '../terminal.ts';
import { TestHost } from '../test-host.ts';
import { VirtioConsole } from './device.ts';
import { RECEIVE_QUEUE, TRANSMIT_QUEUE } from './registers.ts';

function newConsole() {
  const host = new TestHost();
  let text = '';
  let bytes = 0;
  const device = new VirtioConsole({
    channel: 'console',
    events: host.events,
    now: host.now,
    output: (part) => {
      if (text.length < 1000) text += Buffer.from(part).toString('latin1');
      bytes += part.length;
    },
  });
  const driver = new MockDriver(device);
  return {
    host,
    device,
    driver,
    text: () => text,
    bytes: () => bytes,
    say: (words: string) => {
      const gpa = driver.allocate(words.length, Buffer.from(words));
      driver.submit(TRANSMIT_QUEUE, [{ gpa, length: words.length, writable: false }]);
      driver.notify(TRANSMIT_QUEUE);
    },
    listen: (length: number) => {
      const gpa = driver.allocate(length);
      driver.submit(RECEIVE_QUEUE, [{ gpa, length, writable: true }]);
      driver.notify(RECEIVE_QUEUE);
      return gpa;
    },
  };
}

test('what the guest sends comes out, and its buffers come back', () => {
  const { driver, say, text } = newConsole();
  driver.start();
  say('hello ');
  say('world');
  expect(text()).toBe('hello world');
  expect(driver.completions(TRANSMIT_QUEUE).map((c) => c.head)).toEqual([0, 1]);
  expect(driver.interrupt).toBe(true);
});

test('typed bytes fill the buffers that wait, or wait for buffers', () => {
  const { driver, device, listen } = newConsole();
  device.input(Buffer.from('ty'));
  driver.start();
  const first = listen(16);
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 2 }]);
  expect(Buffer.from(driver.bytes(first, 2)).toString()).toBe('ty');
  const second = listen(2);
  const third = listen(2);
  expect(device.input(Buffer.from('ped'))).toBe(3);
  expect(driver.completions(RECEIVE_QUEUE).map((c) => c.written)).toEqual([2, 1]);
  expect(Buffer.from([...driver.bytes(second, 2), ...driver.bytes(third, 1)]).toString()).toBe('ped');
});

test('what was typed ahead survives the start of a driver, not a reset of the VM', () => {
  const { driver, device, listen } = newConsole();
  device.input(Buffer.from('old'));
  driver.slot.reset();
  device.input(Buffer.from('new'));
  driver.start();
  const gpa = listen(8);
  expect(driver.completions(RECEIVE_QUEUE)).toEqual([{ head: 0, written: 3 }]);
  expect(Buffer.from(driver.bytes(gpa, 3)).toString()).toBe('new');
});

test('input is bounded', () => {
  const { device } = newConsole();
  expect(device.input(new Uint8Array(CONSOLE_INPUT_LIMIT + 5))).toBe(CONSOLE_INPUT_LIMIT);
});

test('a flood is slowed down in virtual time, and all of it comes out in the end', () => {
  const { driver, host, bytes, device } = newConsole();
  driver.start();
  const gpa = driver.allocate(4096);
  for (let i = 0; i < 64; i++) driver.submit(TRANSMIT_QUEUE, [{ gpa, length: 4096, writable: false }]);
  for (let i = 0; i < 1000; i++) driver.notify(TRANSMIT_QUEUE);
  expect(bytes()).toBe(64 * 1024);
  expect(host.events.length).toBe(1);
  host.runTo(1_000_000);
  expect(bytes()).toBe(128 * 1024);
  host.runTo(10_000_000);
  expect(bytes()).toBe(256 * 1024);
  expect(device.counters.pauses).toBe(4);
});

test('a chain of gigabytes costs no more than one service, and the rest of it is cut off', () => {
  const { driver, bytes, device } = newConsole();
  driver.start();
  const room = driver.allocate(512 * 1024);
  driver.submit(TRANSMIT_QUEUE, [
    { gpa: room, length: 512 * 1024, writable: false },
    { gpa: room, length: 0xffff_ffff, writable: false },
  ]);
  driver.notify(TRANSMIT_QUEUE);
  expect(bytes()).toBe(64 * 1024);
  expect(device.counters.truncatedBytes).toBe(448 * 1024 + 0xffff_ffff);
  expect(driver.needsReset).toBe(false);
});

test('buffers outside memory need a reset, and a reset ends a pause', () => {
  for (const writable of [false, true]) {
    const { driver, device, host, say, text } = newConsole();
    driver.start();
    device.input(Uint8Array.of(1));
    const queue = writable ? RECEIVE_QUEUE : TRANSMIT_QUEUE;
    driver.submit(queue, [{ gpa: 0x1000, length: 8, writable }]);
    driver.notify(queue);
    expect(driver.needsReset).toBe(true);
    driver.start();
    say('back');
    expect(text()).toBe('back');
    expect(host.events.length).toBe(0);
  }
});

test('a change of size reaches the driver', () => {
  const { driver, device } = newConsole();
  driver.start();
  const generation = driver.get(0xfc);
  device.resize(132, 50);
  expect([driver.slot.read(0x100, 2), driver.slot.read(0x102, 2)]).toEqual([132, 50]);
  expect(driver.get(0x60) & 2).toBe(2);
  expect(driver.get(0xfc)).not.toBe(generation);
});

test('state round-trips, and each field changes it', () => {
  const changes: ((c: ReturnType<typeof newConsole>) => void)[] = [
    () => {},
    (c) => c.device.input(Uint8Array.of(5)),
    (c) => c.device.resize(81, 25),
    (c) => c.device.resize(80, 26),
    (c) => c.driver.start() && c.say('x'),
    (c) => {
      c.driver.start();
      const gpa = c.driver.allocate(4096);
      for (let i = 0; i < 16; i++) c.driver.submit(TRANSMIT_QUEUE, [{ gpa, length: 4096, writable: false }]);
      c.driver.notify(TRANSMIT_QUEUE);
    },
  ];
  const states = changes.map((change) => {
    const c = newConsole();
    change(c);
    const state = stateOf(c.device);
    const other = newConsole().device;
    loadState(other, state);
    expect(stateOf(other)).toBe(state);
    return state;
  });
  expect(new Set(states).size).toBe(changes.length);
});
