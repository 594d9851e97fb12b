import { expect, test } from 'vitest';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { TestHost } from '../test-host.ts';
import { AGENT_INPUT_LIMIT, VirtioAgentPort } from './device.ts';
import * as reg from './registers.ts';

function newPort() {
  const host = new TestHost();
  const device = new VirtioAgentPort({ channel: 'agent', events: host.events, now: host.now });
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
  expect(device.counters.pauses).toBe(1);
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
