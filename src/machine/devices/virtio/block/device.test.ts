import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DISK_LATENCY_NS, diskTimeNs } from '../../../disk-time.ts';
import { loadState, stateOf } from '../../device-state.mock.ts';
import type { Drive, DriveClient, DriveOp } from '../../disk/drive.ts';
import { MemoryDisk } from '../../disk/memory-disk.ts';
import { openOwnDrive } from '../../disk/own-drive.ts';
import { type Buffer as GuestBuffer, MockDriver } from '../mock-driver.ts';
import * as reg from '../registers.ts';
import { TestHost } from '../test-host.ts';
import { VirtioBlock } from './device.ts';
import {
  CONFIG_NUM_QUEUES,
  F_MQ,
  T_DISCARD,
  T_FLUSH,
  T_GET_ID,
  T_IN,
  T_OUT,
  T_WRITE_ZEROES,
} from './registers.ts';

const DISK_SIZE = 256 * 1024;

function newDisk(readOnly = false) {
  const host = new TestHost();
  const disk = new MemoryDisk(DISK_SIZE);
  const device = new VirtioBlock({
    channel: 'disk',
    events: host.events,
    now: host.now,
    disk,
    openDrive: openOwnDrive,
    serial: 'vm-1',
    readOnly,
  });
  const driver = new MockDriver(device);
  const header = (type: number, sector: number): GuestBuffer => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32LE(type, 0);
    bytes.writeBigUInt64LE(BigInt(sector), 8);
    return { gpa: driver.allocate(16, bytes), length: 16, writable: false };
  };
  return {
    host,
    disk,
    device,
    driver,
    header,
    /** Submits a request, lets time pass, and gives status, data and the length in the used ring. */
    request: (type: number, sector: number, data: Uint8Array | number) => {
      const isWrite = typeof data !== 'number';
      const length = isWrite ? data.length : data;
      const gpa = driver.allocate(length, isWrite ? data : undefined);
      const status = driver.allocate(1, Uint8Array.of(0xee));
      const middle = length > 0 ? [{ gpa, length, writable: !isWrite }] : [];
      driver.submit(0, [header(type, sector), ...middle, { gpa: status, length: 1, writable: true }]);
      driver.notify(0);
      host.runTo(host.time + 1_000_000_000);
      return {
        status: driver.bytes(status, 1)[0],
        data: driver.bytes(gpa, length),
        written: driver.completions(0)[0]?.written,
      };
    },
  };
}

test('what is written is read again; the rest is zero', () => {
  const { driver, request, disk } = newDisk();
  driver.start();
  const content = Uint8Array.from({ length: 1024 }, (_, i) => i * 7);
  expect(request(T_OUT, 3, content)).toMatchObject({ status: 0, written: 1 });
  expect(request(T_IN, 2, 2048)).toEqual({
    status: 0,
    data: Uint8Array.from([...new Uint8Array(512), ...content, ...new Uint8Array(512)]),
    written: 2049,
  });
  expect(disk.allocatedBytes).toBe(64 * 1024);
});

test('a request ends after its modelled time, one after the other', () => {
  const { driver, host, header, device } = newDisk();
  driver.start();
  const data = driver.allocate(1024);
  for (let i = 0; i < 2; i++) {
    driver.submit(0, [header(T_IN, 0), { gpa: data, length: 1025, writable: true }]);
    driver.notify(0);
  }
  expect([driver.completions(0), device.inFlight]).toEqual([[], 2]);
  const each = diskTimeNs(1024);
  host.runTo(each - 1);
  expect(driver.completions(0)).toEqual([]);
  host.runTo(each);
  expect([driver.completions(0).length, driver.interrupt]).toEqual([1, true]);
  host.runTo(2 * each);
  expect(driver.completions(0)).toHaveLength(1);
  expect(device.counters).toMatchObject({ reads: 2, bytesRead: 2048, busyNs: 2 * each });
});

test('the layout of a request in descriptors does not matter', () => {
  const { driver, host, header } = newDisk();
  driver.start();
  const head = header(T_OUT, 1);
  const data = driver.allocate(512, new Uint8Array(512).fill(5));
  const tail = driver.allocate(1);
  driver.submit(0, [
    { ...head, length: 3 },
    { gpa: head.gpa + 3, length: 13, writable: false },
    { gpa: data, length: 100, writable: false },
    { gpa: data + 100, length: 412, writable: false },
    { gpa: tail, length: 1, writable: true },
  ]);
  driver.notify(0);
  host.runTo(1e9);
  expect([driver.bytes(tail, 1)[0], driver.completions(0).length]).toEqual([0, 1]);
});

test('flush and identity', () => {
  const { driver, request, device } = newDisk();
  driver.start();
  expect(request(T_FLUSH, 0, 0).status).toBe(0);
  const id = request(T_GET_ID, 0, 20);
  expect([id.status, Buffer.from(id.data).toString().replaceAll('\0', '')]).toEqual([0, 'vm-1']);
  expect(device.counters.flushes).toBe(1);
});

test('ranges off the disk, odd lengths and unknown types are answered with an error', () => {
  const { driver, request, device } = newDisk();
  driver.start();
  const last = DISK_SIZE / 512 - 1;
  expect(request(T_IN, last, 512).status).toBe(0);
  expect(request(T_IN, last, 1024).status).toBe(1);
  expect(request(T_IN, last + 1, 512).status).toBe(1);
  expect(request(T_OUT, 2 ** 44, new Uint8Array(512)).status).toBe(1);
  expect(request(T_OUT, 2 ** 52, new Uint8Array(512)).status).toBe(1);
  expect(request(T_IN, Number.MAX_SAFE_INTEGER, 512).status).toBe(1);
  expect(request(T_IN, 0, 100).status).toBe(1);
  expect(request(99, 0, 512).status).toBe(2);
  expect(device.counters.errors).toBe(7);
  expect(driver.needsReset).toBe(false);
});

test('a read-only disk refuses to be written', () => {
  const { driver, request, disk } = newDisk(true);
  driver.start();
  expect(request(T_OUT, 0, new Uint8Array(512)).status).toBe(1);
  expect(disk.allocatedBytes).toBe(0);
});

test('data buffers outside memory are an I/O error; a status outside memory needs a reset', () => {
  const { driver, header, host } = newDisk();
  driver.start();
  const status = driver.allocate(1);
  driver.submit(0, [
    header(T_IN, 0),
    { gpa: 0x1000, length: 512, writable: true },
    { gpa: status, length: 1, writable: true },
  ]);
  driver.notify(0);
  host.runTo(1e9);
  expect(driver.bytes(status, 1)[0]).toBe(1);
  driver.submit(0, [header(T_FLUSH, 0), { gpa: 0x1000, length: 1, writable: true }]);
  driver.notify(0);
  host.runTo(2e9);
  expect(driver.needsReset).toBe(true);
});

test('a request without header or status needs a reset, which brings the disk back', () => {
  const hostile: ((d: ReturnType<typeof newDisk>) => readonly GuestBuffer[])[] = [
    (d) => [
      { ...d.header(T_IN, 0), length: 15 },
      { gpa: d.driver.allocate(1), length: 1, writable: true },
    ],
    (d) => [d.header(T_FLUSH, 0)],
    (d) => [{ gpa: d.driver.allocate(1), length: 1, writable: true }],
    (d) => [
      { gpa: 0, length: 16, writable: false },
      { gpa: d.driver.allocate(1), length: 1, writable: true },
    ],
  ];
  for (const buffers of hostile) {
    const d = newDisk();
    d.driver.start();
    d.driver.submit(0, buffers(d));
    d.driver.notify(0);
    expect(d.driver.needsReset).toBe(true);
    d.driver.start();
    expect(d.request(T_IN, 0, 512).status).toBe(0);
  }
});

test('a request of gigabytes moves nothing and takes no longer than an empty one', () => {
  const { driver, header, host } = newDisk();
  driver.start();
  const status = driver.allocate(1);
  driver.submit(0, [
    header(T_IN, 0),
    { gpa: driver.allocate(512), length: 0xffff_fe00, writable: true },
    { gpa: status, length: 1, writable: true },
  ]);
  driver.notify(0);
  host.runTo(DISK_LATENCY_NS);
  expect(driver.bytes(status, 1)[0]).toBe(1);
});

test('a reset while a request is being served forgets it', () => {
  const { driver, header, host, request } = newDisk();
  driver.start();
  driver.submit(0, [header(T_FLUSH, 0), { gpa: driver.allocate(1), length: 1, writable: true }]);
  driver.notify(0);
  driver.start();
  expect(host.events.length).toBe(0);
  host.runTo(1e9);
  expect(driver.completions(0)).toEqual([]);
  expect(request(T_FLUSH, 0, 0).status).toBe(0);
});

test('a disk that is unplugged leaves no event behind', () => {
  const { driver, header, host } = newDisk();
  driver.start();
  driver.submit(0, [header(T_FLUSH, 0), { gpa: driver.allocate(1), length: 1, writable: true }]);
  driver.notify(0);
  driver.slot.unplug();
  expect(host.events.length).toBe(0);
});

test('state round-trips in the middle of a request, and each field changes it', () => {
  const serve = (type: number, sector: number, length: number) => (d: ReturnType<typeof newDisk>) => {
    d.driver.start();
    d.driver.submit(0, [
      d.header(type, sector),
      { gpa: d.driver.allocate(length + 1), length: length + 1, writable: true },
    ]);
    d.driver.notify(0);
  };
  const changes: ((d: ReturnType<typeof newDisk>) => void)[] = [
    () => {},
    (d) => d.disk.write(0, Uint8Array.of(1)),
    (d) => d.disk.write(1, Uint8Array.of(1)),
    (d) => d.disk.write(70_000, Uint8Array.of(1)),
    serve(T_IN, 0, 512),
    serve(T_IN, 1, 512),
    serve(T_IN, 0, 1024),
    serve(T_FLUSH, 0, 512),
  ];
  const states = changes.map((change) => {
    const d = newDisk();
    change(d);
    const state = stateOf(d.device);
    const other = newDisk().device;
    loadState(other, state);
    expect(stateOf(other)).toBe(state);
    return state;
  });
  expect(new Set(states).size).toBe(changes.length);
});

test('a request in flight takes on another host what it had left on its own', () => {
  const d = newDisk();
  d.driver.start();
  const gpa = d.driver.allocate(513);
  d.driver.submit(0, [d.header(T_IN, 0), { gpa, length: 513, writable: true }]);
  d.driver.notify(0);
  d.host.runTo(30_000);
  const other = newDisk();
  other.host.runTo(5_000_000);
  other.driver.memory.bytes.set(d.driver.memory.bytes);
  loadState(other.driver.slot, stateOf(d.driver.slot));
  const due = 5_000_000 + diskTimeNs(512) - 30_000;
  other.host.runTo(due - 1);
  expect(other.device.counters.reads).toBe(0);
  other.host.runTo(due);
  expect(other.device.counters.reads).toBe(1);
  expect(other.driver.needsReset).toBe(false);
});

test('property: a sparse disk is an array of bytes', () => {
  const range = fc.tuple(fc.nat(DISK_SIZE - 1), fc.nat(200_000), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), (writes) => {
      const disk = new MemoryDisk(DISK_SIZE);
      const model = new Uint8Array(DISK_SIZE);
      for (const [offset, length, fill] of writes) {
        const bytes = new Uint8Array(Math.min(length, DISK_SIZE - offset)).fill(fill);
        disk.write(offset, bytes);
        model.set(bytes, offset);
      }
      const all = new Uint8Array(DISK_SIZE).fill(1);
      disk.read(0, all);
      expect(Buffer.compare(all, model)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test('a queue that is stopped alone takes its request with it: nothing is written, nothing completes', () => {
  const { driver, header, host, device, request } = newDisk();
  driver.start();
  const data = driver.allocate(512, new Uint8Array(512).fill(0xaa));
  const status = driver.allocate(1, Uint8Array.of(0xee));
  driver.submit(0, [
    header(T_IN, 0),
    { gpa: data, length: 512, writable: true },
    { gpa: status, length: 1, writable: true },
  ]);
  driver.notify(0);
  expect(host.events.length).toBe(1);
  driver.set(reg.QUEUE_SEL, 0);
  driver.set(reg.QUEUE_READY, 0);
  expect(driver.get(reg.QUEUE_READY)).toBe(0);
  driver.setUpQueue(0);
  host.runTo(1e9);
  expect(driver.bytes(data, 512).every((byte) => byte === 0xaa)).toBe(true);
  expect([driver.bytes(status, 1)[0], driver.completions(0), driver.interrupt]).toEqual([0xee, [], false]);
  expect(device.counters.reads).toBe(0);
  expect(request(T_IN, 0, 512)).toMatchObject({ status: 0, written: 513 });
});

test('a disk goes on with a request whose buffer was not in memory when its page is there', () => {
  const { driver, header, host } = newDisk();
  driver.start();
  const data = driver.allocate(8192);
  const status = driver.allocate(1, Uint8Array.of(0xee));
  driver.submit(0, [
    header(T_IN, 0),
    { gpa: data, length: 4096, writable: true },
    { gpa: status, length: 1, writable: true },
  ]);
  driver.memory.away.add(Math.floor((data - driver.memory.base) / 4096));
  driver.notify(0);
  expect(host.events.length).toBe(0);
  driver.memory.away.clear();
  driver.slot.pageArrived();
  host.runTo(1e9);
  expect([driver.completions(0).length, driver.bytes(status, 1)[0]]).toEqual([1, 0]);
});

/** A drive whose requests the test ends, in whatever order. */
class HandDrive implements Drive {
  readonly requests: { tag: number; op: DriveOp; offset: number; length: number }[] = [];
  client: DriveClient = { done: () => {} };
  submit(tag: number, op: DriveOp, offset: number, length: number): void {
    this.requests.push({ tag, op, offset, length });
  }
  withdraw(tag: number): void {
    this.requests.splice(
      this.requests.findIndex((request) => request.tag === tag),
      1,
    );
  }
  close(): void {}
  end(index: number): void {
    const [request] = this.requests.splice(index, 1);
    this.client.done(request!.tag);
  }
  capture(): undefined {
    return undefined;
  }
  restore(): void {}
}

function byHand(queues: number) {
  const { events, now } = new TestHost();
  const disk = new MemoryDisk(DISK_SIZE);
  const drive = new HandDrive();
  const device = new VirtioBlock({
    ...{ channel: 'disk', events, now, disk, serial: '', queues },
    openDrive: (_, client) => Object.assign(drive, { client }),
  });
  const driver = new MockDriver(device).start();
  const ask = (queue: number, type: number, sector: number, data: number | Uint8Array) => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(type, 0);
    head.writeBigUInt64LE(BigInt(sector), 8);
    const isWrite = typeof data !== 'number';
    const length = isWrite ? data.length : data;
    const gpa = driver.allocate(length, isWrite ? data : undefined);
    const status = driver.allocate(1, Uint8Array.of(0xee));
    const index = driver.submit(queue, [
      { gpa: driver.allocate(16, head), length: 16, writable: false },
      ...(length > 0 ? [{ gpa, length, writable: !isWrite }] : []),
      { gpa: status, length: 1, writable: true },
    ]);
    driver.notify(queue);
    return { head: index, status: () => driver.bytes(status, 1)[0] };
  };
  return { disk, drive, device, driver, ask };
}

function range(sector: number, sectors: number, flags: number): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(sector), 0);
  bytes.writeUInt32LE(sectors, 8);
  bytes.writeUInt32LE(flags, 12);
  return bytes;
}

test('requests of several queues are in flight at a time, and are completed in the order of the drive', () => {
  const { drive, device, driver, ask } = byHand(2);
  expect(device.features & F_MQ).toBe(F_MQ);
  expect(device.config[CONFIG_NUM_QUEUES]).toBe(2);
  const [a, b, c] = [ask(0, T_IN, 0, 512), ask(0, T_IN, 1, 512), ask(1, T_IN, 2, 512)];
  expect(drive.requests.map(({ offset }) => offset)).toEqual([0, 512, 1024]);
  drive.end(2);
  expect([driver.completions(0), driver.completions(1)]).toEqual([[], [{ head: c.head, written: 513 }]]);
  drive.end(1);
  drive.end(0);
  expect(driver.completions(0).map(({ head }) => head)).toEqual([b.head, a.head]);
});

test('discard and write of zeros take one range each, and change what is read', () => {
  const { disk, drive, ask } = byHand(1);
  disk.write(0, new Uint8Array(DISK_SIZE).fill(9));
  const asked = [
    ask(0, T_DISCARD, 0, range(0, 128, 0)),
    ask(0, T_WRITE_ZEROES, 0, range(200, 8, 1)),
    ask(0, T_DISCARD, 0, range(0, 8, 1)),
    ask(0, T_WRITE_ZEROES, 0, range(0, 8, 2)),
    ask(0, T_DISCARD, 0, range(DISK_SIZE / 512, 1, 0)),
    ask(0, T_DISCARD, 0, range(0, 0, 0)),
    ask(0, T_DISCARD, 0, new Uint8Array(32)),
  ];
  expect(drive.requests.map(({ op, offset, length }) => [op, offset, length])).toEqual([
    ['discard', 0, 65536],
    ['write-zeroes', 102400, 4096],
  ]);
  drive.end(0);
  drive.end(0);
  expect(asked.map(({ status }) => status())).toEqual([0, 0, 2, 2, 1, 1, 1]);
  const all = new Uint8Array(DISK_SIZE);
  disk.read(0, all);
  const expected = new Uint8Array(DISK_SIZE).fill(9).fill(0, 0, 65536).fill(0, 102400, 106496);
  expect(Buffer.compare(all, expected)).toBe(0);
});

test('the same descriptors cannot be two requests', () => {
  const { driver, drive, ask } = byHand(1);
  const { head } = ask(0, T_IN, 0, 512);
  driver.publish(0, head);
  driver.notify(0);
  expect([driver.needsReset, drive.requests]).toEqual([true, []]);
});

test('a queue that is stopped alone takes only its own requests with it', () => {
  const { driver, drive, ask } = byHand(2);
  ask(0, T_IN, 0, 512);
  const other = ask(1, T_IN, 1, 512);
  driver.set(reg.QUEUE_SEL, 0);
  driver.set(reg.QUEUE_READY, 0);
  expect(drive.requests.map(({ offset }) => offset)).toEqual([512]);
  drive.end(0);
  expect(driver.completions(1)).toEqual([{ head: other.head, written: 513 }]);
});

test('what is in flight at a medium of the host is submitted again, in its order, where the device is restored', () => {
  const from = byHand(2);
  for (const [queue, sector] of [
    [1, 5],
    [0, 3],
    [1, 4],
  ] as const)
    from.ask(queue, T_IN, sector, 512);
  const to = byHand(2);
  to.driver.memory.bytes.set(from.driver.memory.bytes);
  loadState(to.driver.slot, stateOf(from.driver.slot));
  expect(to.drive.requests).toEqual(from.drive.requests);
  expect(stateOf(to.driver.slot)).toBe(stateOf(from.driver.slot));
});
