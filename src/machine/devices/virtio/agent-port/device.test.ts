import { expect, test } from 'vitest';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { TestHost } from '../test-host.ts';
import { AGENT_INPUT_LIMIT, VirtioAgentPort } from './device.ts';
import * as reg from './registers.ts';

/** Its port alone, or behind that of the terminal. */
function newPort(terminal?: (bytes: Uint8Array) => void) {
  const host = new TestHost();
  const device = new VirtioAgentPort({
    ...{ channel: 'agent', events: host.events, now: host.now },
    ...(terminal === undefined ? {} : { terminal }),
  });
  const heard: string[] = [];
  device.bytePort.onBytes = (bytes) => void heard.push(Buffer.from(bytes).toString('latin1'));
  device.bytePort.onOpen = (isOpen) => void heard.push(isOpen ? 'open' : 'closed');
  const driver = new MockDriver(device).start();
  const give = (queue: number, length: number): number => {
    const gpa = driver.allocate(length);
    driver.submit(queue, [{ gpa, length, writable: true }]);
    driver.notify(queue);
    return gpa;
  };
  const send = (queue: number, bytes: Uint8Array): void => {
    const gpa = driver.allocate(bytes.length, bytes);
    driver.submit(queue, [{ gpa, length: bytes.length, writable: false }]);
    driver.notify(queue);
  };
  const control = (event: number, value: number, id = 0): void => {
    const bytes = new Uint8Array(reg.CONTROL_SIZE);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, id, true);
    view.setUint16(4, event, true);
    view.setUint16(6, value, true);
    send(reg.CONTROL_TRANSMIT_QUEUE, bytes);
  };
  return { host, device, driver, heard, give, send, control };
}

test('a driver that is ready learns of the port, then of its name, and that the host listens', () => {
  const { driver, give, control } = newPort();
  const added = give(reg.CONTROL_RECEIVE_QUEUE, 64);
  const named = give(reg.CONTROL_RECEIVE_QUEUE, 64);
  const opened = give(reg.CONTROL_RECEIVE_QUEUE, 64);
  control(reg.EVENT_DEVICE_READY, 1);
  expect([...driver.bytes(added, 8)]).toEqual([0, 0, 0, 0, reg.EVENT_PORT_ADD, 0, 1, 0]);
  control(reg.EVENT_PORT_READY, 1);
  expect(Buffer.from(driver.bytes(named + 8, reg.PORT_NAME.length)).toString()).toBe(reg.PORT_NAME);
  expect([...driver.bytes(opened, 8)]).toEqual([0, 0, 0, 0, reg.EVENT_PORT_OPEN, 0, 1, 0]);
  const lengths = driver.completions(reg.CONTROL_RECEIVE_QUEUE).map(({ written }) => written);
  expect(lengths).toEqual([8, 8 + reg.PORT_NAME.length, 8]);
});

test('bytes pass both ways, and whoever hears may answer at once', () => {
  const { device, driver, heard, give, send, control } = newPort();
  control(reg.EVENT_PORT_OPEN, 1);
  const gpa = give(reg.RECEIVE_QUEUE, 16);
  const listen = device.bytePort.onBytes;
  device.bytePort.onBytes = (bytes) => {
    listen(bytes);
    device.bytePort.send(Buffer.from('pong'));
  };
  send(reg.TRANSMIT_QUEUE, Buffer.from('ping'));
  expect(heard).toEqual(['open', 'ping']);
  expect(Buffer.from(driver.bytes(gpa, 4)).toString()).toBe('pong');
  control(reg.EVENT_PORT_OPEN, 0);
  expect(heard.at(-1)).toBe('closed');
});

test('a port that the guest has not got is not opened, and nonsense is no message', () => {
  const { heard, send, control, device } = newPort();
  control(reg.EVENT_PORT_OPEN, 1, 7);
  control(99, 1);
  send(reg.CONTROL_TRANSMIT_QUEUE, new Uint8Array(3));
  expect(heard).toEqual([]);
  expect(device.bytePort.isOpen).toBe(false);
});

test('what waits is bounded, in both directions', () => {
  const { device, driver, host, heard, send, control } = newPort();
  expect(device.bytePort.send(new Uint8Array(AGENT_INPUT_LIMIT + 1))).toBe(AGENT_INPUT_LIMIT);
  expect(device.bytePort.room).toBe(0);
  for (let i = 0; i < 30; i++) control(reg.EVENT_DEVICE_READY, 1);
  expect(driver.needsReset).toBe(false);
  for (let i = 0; i < 6; i++) send(reg.TRANSMIT_QUEUE, new Uint8Array(16 * 1024));
  const before = heard.join('').length;
  expect(device.counters['pauses']).toBe(1);
  host.runTo(10_000_000);
  expect(heard.join('').length).toBeGreaterThan(before);
});

test('a reset closes the port, and a snapshot keeps it open', () => {
  const { device, heard, control } = newPort();
  control(reg.EVENT_PORT_OPEN, 1);
  device.bytePort.send(Buffer.from('waits'));
  const saved = stateOf(device);
  const other = newPort();
  loadState(other.device, saved);
  expect(other.device.bytePort.isOpen).toBe(true);
  expect(other.device.bytePort.room).toBe(AGENT_INPUT_LIMIT - 5);
  device.reset('driver');
  expect(heard).toEqual(['open', 'closed']);
  expect(device.bytePort.room).toBe(AGENT_INPUT_LIMIT);
});

/** What a driver was told in so many buffers: port, event, and the text or size behind. */
function toldIn({ driver, give }: ReturnType<typeof newPort>, buffers: number) {
  const places = Array.from({ length: buffers }, () => give(reg.CONTROL_RECEIVE_QUEUE, 64));
  return () => {
    const told = driver.completions(reg.CONTROL_RECEIVE_QUEUE);
    return told.map(({ written }, at) => {
      const bytes = Buffer.from(driver.bytes(places[at]!, written));
      return [bytes.readUInt32LE(0), bytes.readUInt16LE(4), bytes.toString('latin1', 8)];
    });
  };
}

test('with a terminal there are two ports, each with its queues, and the terminal is told its size', () => {
  let written = '';
  const port = newPort((bytes) => (written += Buffer.from(bytes).toString('latin1')));
  const { device, driver, give, send, control, heard } = port;
  expect([device.queueSizes.length, device.config[reg.CONFIG_PORTS]]).toEqual([6, 2]);
  const told = toldIn(port, 8);
  control(reg.EVENT_DEVICE_READY, 1);
  control(reg.EVENT_PORT_READY, 1, 0);
  control(reg.EVENT_PORT_READY, 1, 1);
  expect(told()).toEqual([
    ...[0, 1].map((id) => [id, reg.EVENT_PORT_ADD, '']),
    [0, reg.EVENT_CONSOLE_PORT, ''],
    [0, reg.EVENT_RESIZE, '\x50\0\x19\0'], // 80 columns, 25 rows (§5.3.6.2)
    [0, reg.EVENT_PORT_NAME, reg.TERMINAL_NAME],
    [0, reg.EVENT_PORT_OPEN, ''],
    [1, reg.EVENT_PORT_NAME, reg.PORT_NAME],
    [1, reg.EVENT_PORT_OPEN, ''],
  ]);
  control(reg.EVENT_PORT_OPEN, 1, 0);
  expect([device.bytePort.isOpen, heard]).toEqual([false, []]);
  control(reg.EVENT_PORT_OPEN, 1, 1);
  send(reg.TRANSMIT_QUEUE, Buffer.from('$ '));
  send(5, Buffer.from('hello'));
  expect([written, heard]).toEqual(['$ ', ['open', 'hello']]);
  const typed = give(reg.RECEIVE_QUEUE, 16);
  const sent = give(4, 16);
  device.input?.(Buffer.from('ls\n'));
  device.bytePort.send(Buffer.from('report'));
  expect(Buffer.from(driver.bytes(typed, 3)).toString()).toBe('ls\n');
  expect(Buffer.from(driver.bytes(sent, 6)).toString()).toBe('report');
  expect(device.counters).toMatchObject({ typed: 3, written: 2, bytesIn: 6, bytesOut: 5 });
});

test('another size is said once it can be, the last one only', () => {
  const port = newPort(() => {});
  const { device, control } = port;
  device.resize?.(90, 30);
  control(reg.EVENT_DEVICE_READY, 1);
  device.resize?.(100, 40);
  device.resize?.(132, 50);
  const told = toldIn(port, 4);
  expect(told()).toEqual([
    ...[0, 1].map((id) => [id, reg.EVENT_PORT_ADD, '']),
    [0, reg.EVENT_RESIZE, '\x84\0\x32\0'],
  ]);
  expect(device.terminalSize).toEqual({ columns: 132, rows: 50, follows: true });
  expect([...device.config.subarray(0, 8)]).toEqual([132, 0, 50, 0, 2, 0, 0, 0]);
});

test('a device with one port has no terminal, and a snapshot holds both of one with two', () => {
  expect([newPort().device.input, newPort().device.terminalSize]).toEqual([undefined, undefined]);
  const { device, control } = newPort(() => {});
  control(reg.EVENT_DEVICE_READY, 1);
  control(reg.EVENT_PORT_OPEN, 1, 1);
  device.resize?.(70, 20);
  device.input?.(Buffer.from('typed ahead'));
  const saved = stateOf(device);
  const other = newPort(() => {});
  loadState(other.device, saved);
  expect(stateOf(other.device)).toBe(saved);
  expect(other.device.terminalSize).toMatchObject({ columns: 70, rows: 20 });
  const gpa = other.give(reg.RECEIVE_QUEUE, 16);
  expect(Buffer.from(other.driver.bytes(gpa, 11)).toString()).toBe('typed ahead');
});

test('hostile control messages of every port and event keep what waits bounded, and touch no other port', () => {
  const { device, driver, control, heard } = newPort(() => {});
  for (let event = 0; event < 12; event++)
    for (const id of [0, 1, 2, 255, 256, 0x7fff_ffff, 0xffff_ffff])
      for (const value of [0, 1, 0xffff]) control(event, value, id);
  for (let i = 0; i < 500; i++) control(reg.EVENT_PORT_READY, 1, i % 2);
  expect(driver.needsReset).toBe(false);
  expect(heard.every((each) => each === 'open' || each === 'closed')).toBe(true);
  expect(heard.length).toBeLessThanOrEqual(2);
  // 16 messages may wait: a driver that asks for more and gives no buffers is not answered.
  for (let i = 0; i < 20; i++)
    driver.submit(reg.CONTROL_RECEIVE_QUEUE, [{ gpa: driver.allocate(64), length: 64, writable: true }]);
  driver.notify(reg.CONTROL_RECEIVE_QUEUE);
  expect(driver.completions(reg.CONTROL_RECEIVE_QUEUE).length).toBe(16);
  expect(stateOf(device).length).toBeGreaterThan(0);
});
