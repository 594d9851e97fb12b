import { expect, test } from 'vitest';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { TILE } from '../../display/damage.ts';
import { MockDriver } from '../mock-driver.ts';
import { TestHost } from '../test-host.ts';
import { VirtioGpu } from './device.ts';
import { edidOf } from './edid.ts';
import * as reg from './registers.ts';

const FORMAT_BGRX = 2;

function newGpu(width = 640, height = 480) {
  const host = new TestHost();
  const device = new VirtioGpu({ channel: 'gpu', events: host.events, now: host.now, width, height });
  const driver = new MockDriver(device, 16).start();
  const send = (words: readonly number[], answerSize = 24, flags = 0): number => {
    const bytes = new Uint8Array(Uint32Array.of(words[0]!, flags, 77, 0, 5, 0, ...words.slice(1)).buffer);
    const answer = driver.allocate(answerSize);
    const request = driver.allocate(bytes.length, bytes);
    driver.submit(reg.CONTROL_QUEUE, [
      { gpa: request, length: bytes.length, writable: false },
      { gpa: answer, length: answerSize, writable: true },
    ]);
    driver.notify(reg.CONTROL_QUEUE);
    return answer;
  };
  /** Sends a request and gives the type of the answer. */
  const ask = (type: number, ...words: number[]): number => {
    const answer = send([type, ...words]);
    host.runTo(host.time + 1e9);
    return driver.memory.readU32(answer);
  };
  const point = (type: number, x: number, y: number, id = 0): void => {
    const words = Uint32Array.of(type, 0, 0, 0, 0, 0, 0, x, y, 0, id, 3, 4, 0);
    const gpa = driver.allocate(56, new Uint8Array(words.buffer));
    driver.submit(reg.CURSOR_QUEUE, [{ gpa, length: 56, writable: false }]);
    driver.notify(reg.CURSOR_QUEUE);
  };
  /** A picture of this size, filled from memory of one colour and shown. */
  const show = (id: number, w: number, h: number, colour: number): number => {
    const gpa = driver.allocate(4 * w * h);
    for (let i = 0; i < w * h; i++) driver.memory.writeU32(gpa + 4 * i, colour);
    expect(ask(reg.RESOURCE_CREATE_2D, id, FORMAT_BGRX, w, h)).toBe(reg.OK_NODATA);
    expect(ask(reg.RESOURCE_ATTACH_BACKING, id, 1, gpa, 0, 4 * w * h, 0)).toBe(reg.OK_NODATA);
    expect(ask(reg.TRANSFER_TO_HOST_2D, 0, 0, w, h, 0, 0, id, 0)).toBe(reg.OK_NODATA);
    expect(ask(reg.SET_SCANOUT, 0, 0, w, h, 0, id)).toBe(reg.OK_NODATA);
    expect(ask(reg.RESOURCE_FLUSH, 0, 0, w, h, id, 0)).toBe(reg.OK_NODATA);
    return gpa;
  };
  const pixel = (x: number, y: number): number[] => {
    const rgba = new Uint8Array(4);
    device.display.read(x, y, 1, 1, rgba);
    return [...rgba];
  };
  return { host, device, driver, send, ask, point, show, pixel };
}

test('it says how large its one screen is (§5.7.6.7, GET_DISPLAY_INFO)', () => {
  const { driver, send } = newGpu(800, 600);
  const answer = send([reg.GET_DISPLAY_INFO], 24 + 24 * 16);
  const words = new Uint32Array(driver.bytes(answer, 24 + 24 * 16).buffer);
  expect(words[0]).toBe(reg.OK_DISPLAY_INFO);
  expect([...words.subarray(6, 12)]).toEqual([0, 0, 800, 600, 1, 0]);
  expect(words.subarray(12).every((word) => word === 0)).toBe(true);
  expect(driver.slot.read(0x100 + reg.CONFIG_SCANOUTS, 4)).toBe(1);
});

test('the screen describes itself to a driver that wants it (§5.7.6.8, GET_EDID)', () => {
  const { driver, send, ask } = newGpu(800, 600);
  const answer = send([reg.GET_EDID, 0, 0], 1056);
  const bytes = driver.bytes(answer, 1056);
  expect(driver.memory.readU32(answer)).toBe(reg.OK_EDID);
  expect([bytes[24], [...bytes.subarray(32, 160)]]).toEqual([128, [...edidOf(800, 600)]]);
  expect(bytes.subarray(160).every((byte) => byte === 0)).toBe(true);
  expect(ask(reg.GET_EDID, 1, 0)).toBe(reg.ERR_INVALID_SCANOUT_ID);
  expect(ask(reg.GET_EDID)).toBe(reg.ERR_INVALID_PARAMETER);
  driver.start(0);
  expect(ask(reg.GET_EDID, 0, 0)).toBe(reg.ERR_UNSPEC);
});

test('a request comes back when it is done, and not before', () => {
  const { host, driver, send, ask } = newGpu();
  expect(ask(reg.RESOURCE_CREATE_2D, 1, FORMAT_BGRX, 1024, 1024)).toBe(reg.OK_NODATA);
  const gpa = driver.allocate(4096);
  // A page of it is not there yet.
  expect(ask(reg.RESOURCE_ATTACH_BACKING, 1, 1, gpa, 0, 4096, 0)).toBe(reg.OK_NODATA);
  driver.memory.away.add(Math.floor((gpa - driver.memory.base) / 4096));
  const answer = send([reg.TRANSFER_TO_HOST_2D, 0, 0, 1024, 1, 0, 0, 1, 0], 24, reg.FLAG_FENCE);
  host.runTo(host.time + 10_000_000);
  expect([driver.memory.readU32(answer), driver.completions(reg.CONTROL_QUEUE).length]).toEqual([0, 2]);
  driver.memory.away.clear();
  host.runTo(host.time + 10_000_000);
  expect(driver.memory.readU32(answer)).toBe(reg.OK_NODATA);
  expect(driver.memory.readU32(answer + 4) & reg.FLAG_FENCE).toBe(reg.FLAG_FENCE);
});

test('a fence of a request comes back with its answer', () => {
  const { driver, send } = newGpu();
  const answer = send([reg.RESOURCE_UNREF, 9, 0], 24, reg.FLAG_FENCE);
  const words = new Uint32Array(driver.bytes(answer, 24).buffer);
  expect([...words]).toEqual([reg.ERR_INVALID_RESOURCE_ID, reg.FLAG_FENCE, 77, 0, 5, 0]);
});

test('a picture is filled from the memory behind it, and shown', () => {
  const { device, show, pixel, ask, driver } = newGpu();
  const gpa = show(1, 100, 50, 0x0011_2233);
  expect([device.display.width, device.display.height]).toEqual([100, 50]);
  expect(pixel(99, 49)).toEqual([0x11, 0x22, 0x33, 0xff]);
  // A part, of rows that are as long as the picture's.
  driver.memory.writeU32(gpa + 4 * (100 * 10 + 40), 0x00ff_0000);
  ask(reg.TRANSFER_TO_HOST_2D, 40, 10, 2, 2, 4 * (100 * 10 + 40), 0, 1, 0);
  expect([pixel(40, 10), pixel(41, 10)]).toEqual([
    [0xff, 0, 0, 0xff],
    [0x11, 0x22, 0x33, 0xff],
  ]);
});

test('the memory may lie in pieces', () => {
  const { driver, ask, pixel } = newGpu();
  const first = driver.allocate(6, Uint8Array.of(1, 2, 3, 4, 5, 6));
  const second = driver.allocate(10, Uint8Array.of(7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
  ask(reg.RESOURCE_CREATE_2D, 1, FORMAT_BGRX, 2, 2);
  expect(ask(reg.RESOURCE_ATTACH_BACKING, 1, 3, first, 0, 6, 0, 5, 0, 0, 0, second, 0, 10, 0)).toBe(
    reg.OK_NODATA,
  );
  expect(ask(reg.TRANSFER_TO_HOST_2D, 0, 0, 2, 2, 0, 0, 1, 0)).toBe(reg.OK_NODATA);
  ask(reg.SET_SCANOUT, 0, 0, 2, 2, 0, 1);
  expect([pixel(0, 0), pixel(1, 0), pixel(1, 1)]).toEqual([
    [3, 2, 1, 0xff],
    [7, 6, 5, 0xff],
    [15, 14, 13, 0xff],
  ]);
});

test('each byte behind a picture is read once', () => {
  const { driver, show, ask } = newGpu();
  const gpa = show(1, 16, 16, 0);
  driver.memory.timesRead = new Uint16Array(driver.memory.bytes.length);
  ask(reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 16, 0, 0, 1, 0);
  const read = driver.memory.timesRead.subarray(gpa - driver.memory.base, gpa - driver.memory.base + 1024);
  expect(read.every((times) => times === 1)).toBe(true);
});

test('only tiles that were flushed and are different have changed', () => {
  const { device, show, ask, driver } = newGpu();
  const gpa = show(1, 4 * TILE, 2 * TILE, 0);
  const { damage } = device.display;
  const { generation } = damage;
  expect(damage.since(generation)).toEqual([]);
  for (const y of [0, TILE - 1, TILE]) driver.memory.writeU32(gpa + 4 * (4 * TILE * y + TILE), 7);
  ask(reg.TRANSFER_TO_HOST_2D, 0, 0, 4 * TILE, 2 * TILE, 0, 0, 1, 0);
  expect(damage.since(generation)).toEqual([]);
  ask(reg.RESOURCE_FLUSH, TILE, TILE - 1, 1, 2, 1, 0);
  expect(damage.since(generation)).toEqual([1, 5]);
  expect(damage.since(0)).toHaveLength(8);
});

test('a picture that is not shown changes nothing on the screen', () => {
  const { device, show, ask } = newGpu();
  show(1, TILE, TILE, 0);
  ask(reg.RESOURCE_CREATE_2D, 2, FORMAT_BGRX, 8, 8);
  const { generation } = device.display.damage;
  ask(reg.RESOURCE_FLUSH, 0, 0, 8, 8, 2, 0);
  expect(device.display.damage.generation).toBe(generation);
});

test('what goes is shown no more', () => {
  const { device, show, ask } = newGpu();
  show(1, TILE, TILE, 0);
  expect(ask(reg.RESOURCE_UNREF, 1, 0)).toBe(reg.OK_NODATA);
  expect(device.display.width).toBe(0);
  show(2, TILE, TILE, 0);
  expect(ask(reg.SET_SCANOUT, 0, 0, 0, 0, 0, 0)).toBe(reg.OK_NODATA);
  expect(device.display.width).toBe(0);
});

test('requests that make no sense are refused as the specification says', () => {
  const { ask, show, device } = newGpu();
  show(1, 16, 16, 0);
  const cases: [number[], number][] = [
    [[0x0999], reg.ERR_UNSPEC],
    [[reg.RESOURCE_CREATE_2D, 0, FORMAT_BGRX, 4, 4], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.RESOURCE_CREATE_2D, 1, FORMAT_BGRX, 4, 4], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.RESOURCE_CREATE_2D, 2, 99, 4, 4], reg.ERR_INVALID_PARAMETER],
    [[reg.RESOURCE_CREATE_2D, 2, FORMAT_BGRX, 0, 4], reg.ERR_INVALID_PARAMETER],
    [[reg.RESOURCE_CREATE_2D, 2, FORMAT_BGRX, 0xffff_ffff, 0xffff_ffff], reg.ERR_OUT_OF_MEMORY],
    [[reg.RESOURCE_CREATE_2D, 2], reg.ERR_INVALID_PARAMETER],
    [[reg.RESOURCE_UNREF, 7, 0], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.SET_SCANOUT, 0, 0, 16, 16, 1, 1], reg.ERR_INVALID_SCANOUT_ID],
    [[reg.SET_SCANOUT, 0, 0, 16, 16, 0, 7], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.SET_SCANOUT, 1, 0, 16, 16, 0, 1], reg.ERR_INVALID_PARAMETER],
    [[reg.RESOURCE_FLUSH, 0, 0, 16, 16, 7, 0], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.RESOURCE_FLUSH, 0xffff_ffff, 0, 2, 2, 1, 0], reg.ERR_INVALID_PARAMETER],
    [[reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 16, 0, 0, 7, 0], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 17, 0, 0, 1, 0], reg.ERR_INVALID_PARAMETER],
    [[reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 16, 4, 0, 1, 0], reg.ERR_INVALID_PARAMETER],
    [[reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 16, 0, 0xffff_ffff, 1, 0], reg.ERR_INVALID_PARAMETER],
    [[reg.RESOURCE_ATTACH_BACKING, 7, 0], reg.ERR_INVALID_RESOURCE_ID],
    [[reg.RESOURCE_ATTACH_BACKING, 1, 0], reg.ERR_UNSPEC],
    [[reg.RESOURCE_DETACH_BACKING, 7, 0], reg.ERR_INVALID_RESOURCE_ID],
  ];
  for (const [words, expected] of cases)
    expect([words, ask(words[0]!, ...words.slice(1))]).toEqual([words, expected]);
  expect(device.counters.errors).toBe(cases.length);
  expect(ask(reg.RESOURCE_DETACH_BACKING, 1, 0)).toBe(reg.OK_NODATA);
  expect(ask(reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 16, 0, 0, 1, 0)).toBe(reg.ERR_UNSPEC);
  expect(ask(reg.RESOURCE_ATTACH_BACKING, 1, 5000)).toBe(reg.ERR_OUT_OF_MEMORY);
  expect(ask(reg.RESOURCE_ATTACH_BACKING, 1, 2, 0, 0, 4, 0)).toBe(reg.ERR_INVALID_PARAMETER);
  expect(ask(reg.RESOURCE_ATTACH_BACKING, 1, 1, 0x10, 0, 1024, 0)).toBe(reg.OK_NODATA);
  expect(ask(reg.TRANSFER_TO_HOST_2D, 0, 0, 16, 16, 0, 0, 1, 0)).toBe(reg.ERR_INVALID_PARAMETER);
});

test('pictures are bounded in number and together in bytes', () => {
  const { ask } = newGpu();
  for (let id = 1; id <= 64; id++)
    expect(ask(reg.RESOURCE_CREATE_2D, id, FORMAT_BGRX, 1, 1)).toBe(reg.OK_NODATA);
  expect(ask(reg.RESOURCE_CREATE_2D, 65, FORMAT_BGRX, 1, 1)).toBe(reg.ERR_OUT_OF_MEMORY);
  for (let id = 1; id <= 64; id++) ask(reg.RESOURCE_UNREF, id, 0);
  expect(ask(reg.RESOURCE_CREATE_2D, 1, FORMAT_BGRX, 2048, 2048)).toBe(reg.OK_NODATA);
  expect(ask(reg.RESOURCE_CREATE_2D, 2, FORMAT_BGRX, 2048, 2047)).toBe(reg.OK_NODATA);
  expect(ask(reg.RESOURCE_CREATE_2D, 3, FORMAT_BGRX, 2048, 2)).toBe(reg.ERR_OUT_OF_MEMORY);
});

test('much work goes on a little later', () => {
  const { host, device, driver, send, ask } = newGpu();
  ask(reg.RESOURCE_CREATE_2D, 1, FORMAT_BGRX, 1024, 2048);
  // The same page again and again.
  const gpa = driver.allocate(4096);
  const entries = Array.from({ length: 2048 }, () => [gpa, 0, 4096, 0]).flat();
  const bytes = new Uint8Array(
    Uint32Array.of(reg.RESOURCE_ATTACH_BACKING, 0, 0, 0, 0, 0, 1, 2048, ...entries).buffer,
  );
  const request = driver.allocate(bytes.length, bytes);
  const answer = driver.allocate(24);
  driver.submit(0, [
    { gpa: request, length: bytes.length, writable: false },
    { gpa: answer, length: 24, writable: true },
  ]);
  driver.notify(0);
  host.runTo(host.time + 1e9);
  expect(driver.memory.readU32(answer)).toBe(reg.OK_NODATA);
  const done = send([reg.TRANSFER_TO_HOST_2D, 0, 0, 1024, 2048, 0, 0, 1, 0]);
  expect(driver.memory.readU32(done)).toBe(0);
  expect(device.counters.bytesTransferred).toBeLessThan(5 << 20);
  host.runTo(host.time + 10_000_000);
  expect(driver.memory.readU32(done)).toBe(reg.OK_NODATA);
  expect(device.counters.bytesTransferred).toBe(8 << 20);
});

test('a page that is not there is waited for, and the copy goes on where it was', () => {
  const { host, driver, send, show, pixel } = newGpu();
  const gpa = show(1, 1024, 4, 0x0000_0001);
  for (let i = 0; i < 4096; i++) driver.memory.writeU32(gpa + 4 * i, 2);
  const page = Math.floor((gpa - driver.memory.base) / 4096) + 2;
  driver.memory.away.add(page);
  const answer = send([reg.TRANSFER_TO_HOST_2D, 0, 0, 1024, 4, 0, 0, 1, 0]);
  host.runTo(host.time + 10_000_000);
  expect(driver.memory.readU32(answer)).toBe(0);
  expect(pixel(0, 0)).toEqual([0, 0, 2, 0xff]);
  driver.memory.away.clear();
  host.runTo(host.time + 1_000_000);
  expect(driver.memory.readU32(answer)).toBe(reg.OK_NODATA);
  expect(pixel(1023, 3)).toEqual([0, 0, 2, 0xff]);
});

test('the pointer has a picture of its own, whose hot spot is where it is', () => {
  const { device, ask, driver, point } = newGpu();
  const gpa = driver.allocate(4 * 64 * 64);
  driver.memory.fill(gpa, 4 * 64 * 64, 0x80);
  ask(reg.RESOURCE_CREATE_2D, 5, 1, 64, 64);
  ask(reg.RESOURCE_ATTACH_BACKING, 5, 1, gpa, 0, 4 * 64 * 64, 0);
  ask(reg.TRANSFER_TO_HOST_2D, 0, 0, 64, 64, 0, 0, 5, 0);
  point(reg.UPDATE_CURSOR, 10, 20, 5);
  expect(device.display.cursor).toMatchObject({ x: 7, y: 16, width: 64, height: 64 });
  expect(device.display.cursor?.pixels[3]).toBe(0x80);
  point(reg.MOVE_CURSOR, 30, 40);
  expect(device.display.cursor).toMatchObject({ x: 27, y: 36 });
  point(reg.UPDATE_CURSOR, 30, 40, 0);
  expect(device.display.cursor).toBeUndefined();
  expect(driver.completions(reg.CURSOR_QUEUE).map(({ written }) => written)).toEqual([0, 0, 0]);
});

test('a state holds the pictures, the pointer and a copy that is under way', () => {
  const { driver, device, send, show } = newGpu();
  const gpa = show(1, 1024, 4, 0x0001_0203);
  driver.memory.away.add(Math.floor((gpa - driver.memory.base) / 4096) + 1);
  send([reg.TRANSFER_TO_HOST_2D, 0, 0, 1024, 4, 0, 0, 1, 0]);
  const other = newGpu();
  loadState(other.device, stateOf(device));
  expect(stateOf(other.device)).toBe(stateOf(device));
  expect(other.pixel(5, 3)).toEqual([1, 2, 3, 0xff]);
});

test('after a reset nothing is shown, and the device is as new', () => {
  const { driver, device, show } = newGpu();
  show(1, 16, 16, 0);
  driver.start();
  expect(device.display.width).toBe(0);
});
