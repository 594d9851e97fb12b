/** What virtio 1.2 demands of single kinds of devices, where their own tests do not hold it. Rows of `conformance.ts` name these tests. */
import { expect, test } from 'vitest';
import { MemoryDisk } from '../disk/memory-disk.ts';
import { openOwnDrive } from '../disk/own-drive.ts';
import { VirtioAgentPort } from './agent-port/device.ts';
import * as agent from './agent-port/registers.ts';
import { readStatistics } from './balloon/statistics.ts';
import { VirtioBlock } from './block/device.ts';
import * as block from './block/registers.ts';
import { VirtioConsole } from './console/device.ts';
import { VirtioGpu } from './gpu/device.ts';
import { MockDriver } from './mock-driver.ts';
import { VirtioNet } from './net/device.ts';
import * as net from './net/registers.ts';
import * as reg from './registers.ts';
import { VirtioRng } from './rng/device.ts';
import { TestHost } from './test-host.ts';

function cardOf(transmit: (frame: Uint8Array) => void): VirtioNet {
  const { events, now } = new TestHost();
  return new VirtioNet({ mac: new Uint8Array(6), transmit, channel: 'net', events, now });
}

test('net: the header of a frame asks nothing of the driver', () => {
  const device = cardOf(() => {});
  const driver = new MockDriver(device).start(net.F_MAC);
  const gpa = driver.allocate(1600, new Uint8Array(1600).fill(0xff));
  driver.submit(net.RECEIVE_QUEUE, [{ gpa, length: 1600, writable: true }]);
  device.receive(new Uint8Array(60));
  // flags, gso_type, hdr_len, gso_size, csum_start, csum_offset, num_buffers
  expect([...driver.bytes(gpa, net.HEADER_SIZE)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
});

test('net: flags in the header of a packet mean nothing', () => {
  const sent: number[][] = [];
  const device = cardOf((frame) => sent.push([...frame]));
  const driver = new MockDriver(device).start(net.F_MAC);
  const frame = Uint8Array.from({ length: 60 }, (_, at) => at);
  for (const header of [0, 0xff]) {
    const packet = new Uint8Array(net.HEADER_SIZE + 60).fill(header, 0, net.HEADER_SIZE);
    packet.set(frame, net.HEADER_SIZE);
    const gpa = driver.allocate(packet.length, packet);
    driver.submit(net.TRANSMIT_QUEUE, [{ gpa, length: packet.length, writable: false }]);
    driver.notify(net.TRANSMIT_QUEUE);
  }
  expect(sent).toEqual([[...frame], [...frame]]);
});

test('block: a write is committed at the flush, or at once for a driver that cannot flush', () => {
  for (const canFlush of [true, false]) {
    const host = new TestHost();
    const done: string[] = [];
    class Logged extends MemoryDisk {
      override write(offset: number, source: Uint8Array): void {
        done.push('write');
        super.write(offset, source);
      }
      override flush(): undefined {
        done.push('flush');
      }
    }
    const device = new VirtioBlock({
      ...{ channel: 'c', events: host.events, now: host.now, serial: '' },
      ...{ disk: new Logged(4096), openDrive: openOwnDrive },
    });
    const driver = new MockDriver(device).start(canFlush ? block.F_FLUSH : 0);
    const ask = (type: number, length: number): void => {
      const header = driver.allocate(16, Uint8Array.of(type));
      const data = { gpa: driver.allocate(512), length, writable: false };
      const status = { gpa: driver.allocate(1), length: 1, writable: true };
      const head = { gpa: header, length: 16, writable: false };
      driver.submit(0, length === 0 ? [head, status] : [head, data, status]);
      driver.notify(0);
      host.runTo(host.time + 1e9);
      done.push(`completed ${driver.completions(0).length}`);
    };
    ask(block.T_OUT, 512);
    if (canFlush) ask(block.T_FLUSH, 0);
    expect(done).toEqual(
      canFlush ? ['write', 'completed 1', 'flush', 'completed 1'] : ['write', 'flush', 'completed 1'],
    );
  }
});

test('block: what pads the configuration is zero', () => {
  const host = new TestHost();
  for (const queues of [1, 4]) {
    const { config } = new VirtioBlock({
      ...{ channel: 'c', events: host.events, now: host.now, serial: '', queues },
      ...{ disk: new MemoryDisk(4096), openDrive: openOwnDrive },
    });
    // unused0 behind writeback, and unused1 behind write_zeroes_may_unmap (§5.2.4).
    expect([config[33], ...config.subarray(57, 60)]).toEqual([0, 0, 0, 0]);
  }
});

/** A disk of eight sectors, and what it answers: status, and as much as it says that it wrote. */
function diskOf(readOnly = false) {
  const host = new TestHost();
  const device = new VirtioBlock({
    ...{ channel: 'c', events: host.events, now: host.now, serial: 'a serial number', readOnly },
    ...{ disk: new MemoryDisk(4096), openDrive: openOwnDrive },
  });
  const driver = new MockDriver(device).start();
  return {
    ...{ device, driver },
    /** @param room writable bytes in front of the status */
    ask: (type: number, { data = [], room = 0, sector = 0 }: Asked = {}) => {
      const head = driver.allocate(16, Uint8Array.of(type, 0, 0, 0, 0, 0, 0, 0, sector));
      const sent = driver.allocate(data.length + 1, Uint8Array.from(data));
      const back = driver.allocate(room + 1, new Uint8Array(room + 1).fill(0xa5));
      driver.submit(0, [
        { gpa: head, length: 16, writable: false },
        ...(data.length > 0 ? [{ gpa: sent, length: data.length, writable: false }] : []),
        { gpa: back, length: room + 1, writable: true },
      ]);
      driver.notify(0);
      host.runTo(host.time + 1e9);
      const { written } = driver.completions(0)[0]!;
      const bytes = driver.bytes(back, room + 1);
      return { status: bytes[room], written, untouched: bytes.slice(0, written).indexOf(0xa5) };
    },
  };
}
interface Asked {
  readonly data?: readonly number[];
  readonly room?: number;
  readonly sector?: number;
}
const { S_OK, S_IOERR, S_UNSUPPORTED } = block;
/** One range from sector 0 on, with flags. */
const rangeWith = (flags: number): number[] => [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, flags, 0, 0, 0];

test('block: what is said to be written lies at the beginning of the buffers', () => {
  const { ask } = diskOf();
  const answers = [
    ask(block.T_IN, { room: 512 }),
    ask(block.T_IN, { room: 512, sector: 99 }),
    ask(block.T_GET_ID, { room: 20 }),
    ask(block.T_GET_ID, { room: 100 }),
    ask(block.T_GET_ID, { room: 4 }),
    ask(block.T_FLUSH, { room: 40 }),
    ask(block.T_FLUSH),
    ask(block.T_OUT, { data: new Array<number>(512).fill(1), room: 7 }),
    ask(block.T_DISCARD, { data: rangeWith(0), room: 512 }),
    ask(99, { room: 30 }),
  ];
  expect(answers.map(({ written }) => written)).toEqual([513, 0, 21, 20, 5, 0, 1, 0, 0, 0]);
  expect(answers.map(({ untouched }) => untouched)).toEqual(answers.map(() => -1));
  expect(answers.map(({ status }) => status)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
});

test('block: flags that mean nothing are not supported, on a disk that cannot be written as well', () => {
  for (const readOnly of [false, true]) {
    const { ask } = diskOf(readOnly);
    const statuses = [0, 1, 2, 128].map((flags) => [
      ask(block.T_DISCARD, { data: rangeWith(flags) }).status,
      ask(block.T_WRITE_ZEROES, { data: rangeWith(flags) }).status,
    ]);
    const known = readOnly ? S_IOERR : S_OK;
    expect(statuses).toEqual([
      [known, known],
      [S_UNSUPPORTED, known],
      [S_UNSUPPORTED, S_UNSUPPORTED],
      [S_UNSUPPORTED, S_UNSUPPORTED],
    ]);
  }
});

test('block: requests of features that it has not are not supported', () => {
  const { ask } = diskOf();
  // GET_LIFETIME, SECURE_ERASE, and the seven of zones.
  const types = [10, 14, 15, 16, 18, 20, 22, 24, 26];
  expect(types.map((type) => ask(type, { room: 64 }).status)).toEqual(types.map(() => S_UNSUPPORTED));
  expect(ask(14, { data: rangeWith(4) }).status).toBe(S_UNSUPPORTED);
});

test('block: the configuration says as many queues as there are, and where it offers none, the driver sees one', () => {
  const host = new TestHost();
  for (const queues of [1, 4]) {
    const { config, features, queueSizes } = new VirtioBlock({
      ...{ channel: 'c', events: host.events, now: host.now, serial: '', queues },
      ...{ disk: new MemoryDisk(4096), openDrive: openOwnDrive },
    });
    expect([config[34], queueSizes.length, (features & block.F_MQ) !== 0]).toEqual([
      queues,
      queues,
      queues > 1,
    ]);
  }
});

test('gpu: the number of screens and of sets of abilities is one that there may be', () => {
  const host = new TestHost();
  const { config } = new VirtioGpu({
    channel: 'g',
    events: host.events,
    now: host.now,
    width: 64,
    height: 48,
  });
  const view = new DataView(config.buffer);
  expect(view.getUint32(8, true)).toBeGreaterThanOrEqual(1);
  expect(view.getUint32(8, true)).toBeLessThanOrEqual(16);
  expect(view.getUint32(12, true)).toBe(0);
});

test('console: emerg_wr can be written at any time', () => {
  const host = new TestHost();
  const device = new VirtioConsole({ channel: 'c', events: host.events, now: host.now, output: () => {} });
  const driver = new MockDriver(device);
  const config = device.config.slice();
  for (const start of [false, true]) {
    if (start) driver.start();
    for (const size of [1, 2, 4]) driver.slot.write(reg.CONFIG + 8, size, 65);
    expect([driver.needsReset, device.config]).toEqual([false, config]);
  }
});

test.each([1, 2])('agent: each port is added once, of %i', (ports) => {
  const host = new TestHost();
  const device = new VirtioAgentPort({
    ...{ channel: 'c', events: host.events, now: host.now },
    ...(ports === 1 ? {} : { terminal: () => {} }),
  });
  const driver = new MockDriver(device);
  for (let round = 0; round < 2; round++) {
    driver.start();
    const buffers = Array.from({ length: 8 }, () => driver.allocate(64));
    for (const gpa of buffers)
      driver.submit(agent.CONTROL_RECEIVE_QUEUE, [{ gpa, length: 64, writable: true }]);
    for (let n = 0; n < 3; n++) {
      const gpa = driver.allocate(8, Uint8Array.of(0, 0, 0, 0, agent.EVENT_DEVICE_READY, 0, 1, 0));
      driver.submit(agent.CONTROL_TRANSMIT_QUEUE, [{ gpa, length: 8, writable: false }]);
      driver.notify(agent.CONTROL_TRANSMIT_QUEUE);
    }
    const told = driver
      .completions(agent.CONTROL_RECEIVE_QUEUE)
      .map((_, at) => driver.bytes(buffers[at]!, 8));
    // Those below the number that there can be, and none is taken away.
    const all = Array.from({ length: ports }, (_, port) => [port, agent.EVENT_PORT_ADD]);
    expect(told.map(([port, , , , event]) => [port, event])).toEqual(all);
    expect(device.config[4]).toBe(ports);
  }
});

test('rng: a buffer gets one byte at least', () => {
  const driver = new MockDriver(new VirtioRng({ seed: 3 })).start();
  for (const length of [1, 2, 7, 4096, 5000]) {
    driver.submit(0, [{ gpa: driver.allocate(length), length, writable: true }]);
    driver.notify(0);
    expect(driver.completions(0)[0]?.written).toBeGreaterThanOrEqual(1);
  }
});

test('balloon: figures come in any order, and unknown tags are passed over', () => {
  const entries = [
    [6, 77],
    [900, 1],
    [4, 5],
    [65_535, 2],
    [0, 9],
  ] as const;
  const read = (order: readonly (readonly [number, number])[]) => {
    const bytes = new Uint8Array(10 * order.length);
    const view = new DataView(bytes.buffer);
    for (const [at, [tag, value]] of order.entries()) {
      view.setUint16(10 * at, tag, true);
      view.setUint32(10 * at + 2, value, true);
    }
    return readStatistics(bytes);
  };
  const wanted = { available: 77, free: 5, swapIn: 9 };
  expect(read(entries)).toEqual(wanted);
  expect(read([...entries].reverse())).toEqual(wanted);
});
