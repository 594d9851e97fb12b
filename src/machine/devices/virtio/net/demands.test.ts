/** What virtio 1.2 demands of a network card (§5.1), clause by clause, where no other test holds it. Rows of `conformance.ts` name these tests. */
import { expect, test } from 'vitest';
import { putU16 } from '#base/big-endian';
import { checksumOf, onesSum } from '#base/ones-sum';
import { MockDriver } from '../mock-driver.ts';
import { CONFIG_GENERATION, STATUS_DRIVER_OK, STATUS_FEATURES_OK } from '../registers.ts';
import { TestHost } from '../test-host.ts';
import { VirtioNet } from './device.ts';
import { RX_ALL_UNICAST, RX_NO_BROADCAST, RX_NO_MULTICAST, RX_NO_UNICAST, RX_PROMISCUOUS } from './filter.ts';
import { GSO_ECN, GSO_TCPV4, NEEDS_CSUM } from './offload/header.ts';
import { isChecked, pseudoSum, transportOf } from './offload/transport.ts';
import * as reg from './registers.ts';
import { ACK, CWR, HEADERS, MAC, OTHER, PSH, segment } from './segment.mock.ts';

interface Settings {
  readonly mtu?: number;
  readonly pairs?: number;
}

function newCard(settings: Settings = {}, features?: number) {
  const host = new TestHost();
  const sent: Uint8Array[] = [];
  const device = new VirtioNet({
    ...{ mac: Uint8Array.from(MAC), transmit: (frame: Uint8Array) => void sent.push(frame.slice()) },
    ...{ channel: 'net', events: host.events, now: host.now, ...settings },
  });
  const driver = new MockDriver(device, 64).start(features);
  return {
    ...{ host, device, driver, sent },
    read: (offset: number, size: number): number => driver.slot.read(0x100 + offset, size),
    send: (packet: Uint8Array, header: readonly number[] = [], queue: number = reg.TRANSMIT_QUEUE) => {
      const whole = new Uint8Array(reg.HEADER_SIZE + packet.length);
      whole.set(header);
      whole.set(packet, reg.HEADER_SIZE);
      const gpa = driver.allocate(whole.length, whole);
      driver.submit(queue, [{ gpa, length: whole.length, writable: false }]);
      driver.notify(queue);
    },
    offer: (length: number, queue: number = reg.RECEIVE_QUEUE): number => {
      const gpa = driver.allocate(length);
      driver.submit(queue, [{ gpa, length, writable: true }]);
      return gpa;
    },
    command: (group: number, command: number, data: readonly number[]) => {
      const queue = settings.pairs === undefined ? reg.CONTROL_QUEUE : 2 * settings.pairs;
      const gpa = driver.allocate(2 + data.length, Uint8Array.of(group, command, ...data));
      const answer = driver.allocate(1, Uint8Array.of(0x55));
      driver.submit(queue, [
        { gpa, length: 2 + data.length, writable: false },
        { gpa: answer, length: 1, writable: true },
      ]);
      driver.notify(queue);
      return [...driver.bytes(answer, 1)][0];
    },
  };
}

/** Flags, type, length of headers, payload of a piece, where the check sum begins and lies. */
const large = (headerLength: number, gsoType = GSO_TCPV4): number[] => [
  ...[NEEDS_CSUM, gsoType, headerLength & 0xff, headerLength >> 8, 500 & 0xff, 500 >> 8, 34, 0, 16, 0],
];

test('the configuration says a number of pairs and an MTU that there may be, and where they are not offered none', () => {
  const { device, read } = newCard({ mtu: 1280, pairs: 4 });
  expect(device.features & reg.F_MQ).not.toBe(0);
  expect([read(reg.CONFIG_PAIRS, 2), read(reg.CONFIG_MTU, 2)]).toEqual([4, 1280]);
  const plain = newCard();
  expect(plain.device.features & (reg.F_MQ | reg.F_MTU)).toBe(0);
});

test('an MTU is never another, whatever a driver writes or resets', () => {
  const { driver, read } = newCard({ mtu: 1280 });
  driver.slot.write(0x100 + reg.CONFIG_MTU, 2, 9000);
  expect(read(reg.CONFIG_MTU, 2)).toBe(1280);
  driver.start();
  expect(read(reg.CONFIG_MTU, 2)).toBe(1280);
});

test('a packet of the MTU leaves as one frame, as it is', () => {
  const { send, sent } = newCard({ mtu: 600 });
  const frame = segment(600 - 40, ACK);
  send(frame);
  expect(sent).toEqual([frame]);
});

test('where no check sum is asked for, nothing is looked at that would say where it lies', () => {
  const { send, sent } = newCard();
  const frame = segment(100, ACK);
  frame[60]! ^= 1;
  send(frame, [0, 0, 0xff, 0xff, 0xff, 0xff, 34, 0, 16, 0]);
  expect(sent).toEqual([frame]);
});

test('a large packet is cut as its own headers say, however long the driver says they are', () => {
  const cuts = [HEADERS, 0, 0xffff].map((length) => {
    const { send, sent } = newCard();
    const packet = segment(1400, ACK | PSH);
    putU16(packet, 50, pseudoSum(packet, transportOf(packet, false)!, 1420) & 0xffff);
    send(packet, large(length));
    return sent;
  });
  expect(cuts[0]?.map(({ length }) => length - HEADERS)).toEqual([500, 500, 400]);
  expect(cuts[1]).toEqual(cuts[0]);
  expect(cuts[2]).toEqual(cuts[0]);
});

test('the bit for congestion notification changes nothing of how a packet is cut', () => {
  const { send, sent } = newCard();
  send(segment(1400, ACK | CWR), large(HEADERS, GSO_TCPV4 | GSO_ECN));
  expect(sent.map((frame) => frame[47]! & CWR)).toEqual([CWR, 0, 0]);
});

test('frames are put together only for a driver that takes large packets of that sort', () => {
  for (const [features, types] of [
    [reg.F_MAC | reg.F_MRG_RXBUF | reg.F_GUEST_CSUM | reg.F_GUEST_TSO6, [0, 0]],
    [reg.F_MAC | reg.F_MRG_RXBUF | reg.F_GUEST_CSUM | reg.F_GUEST_TSO4, [GSO_TCPV4]],
  ] as const) {
    const { device, driver, offer } = newCard({}, features);
    const buffers = [offer(2000), offer(2000)];
    device.receive(segment(500, ACK));
    device.receive(segment(500, ACK | PSH, 505));
    const used = driver.completions(reg.RECEIVE_QUEUE).length;
    expect(buffers.slice(0, used).map((gpa) => [...driver.bytes(gpa + 1, 1)][0])).toEqual(types);
  }
});

test('segments that tell of congestion are not put together, since no driver agrees to that', () => {
  const { device, driver, offer } = newCard();
  for (let count = 0; count < 2; count++) offer(2000);
  device.receive(segment(500, ACK | CWR));
  device.receive(segment(500, ACK | CWR | PSH, 505));
  expect(driver.completions(reg.RECEIVE_QUEUE).map(({ written }) => written)).toEqual([566, 566]);
});

test('promiscuous is all frames, whatever else the driver has said', () => {
  const { device, command } = newCard();
  const takes = (to: readonly number[]): boolean => {
    const before = device.counters.filteredIn;
    device.receive(Uint8Array.from([...to, ...Array<number>(54).fill(0)]));
    return device.counters.filteredIn === before;
  };
  for (const mode of [RX_NO_UNICAST, RX_NO_MULTICAST, RX_NO_BROADCAST])
    expect(command(reg.CONTROL_RX, mode, [1])).toBe(reg.CONTROL_OK);
  const all = [OTHER, [1, 0, 0x5e, 0, 0, 1], Array<number>(6).fill(255)];
  expect(all.map(takes)).toEqual([true, true, true]);
  command(reg.CONTROL_RX, RX_PROMISCUOUS, [0]);
  command(reg.CONTROL_RX, RX_ALL_UNICAST, [1]);
  expect(all.map(takes)).toEqual([false, false, false]);
});

test('after a reset no address is in the table of the filter', () => {
  const { driver, device, command } = newCard();
  const table = [1, 0, 0, 0, ...OTHER, 0, 0, 0, 0];
  const takes = (): boolean => {
    const before = device.counters.filteredIn;
    device.receive(Uint8Array.from([...OTHER, ...Array<number>(54).fill(0)]));
    return device.counters.filteredIn === before;
  };
  command(reg.CONTROL_MAC, reg.MAC_TABLE_SET, table);
  command(reg.CONTROL_RX, RX_PROMISCUOUS, [0]);
  expect(takes()).toBe(true);
  driver.start();
  command(reg.CONTROL_RX, RX_PROMISCUOUS, [0]);
  expect(takes()).toBe(false);
});

test('until pairs are set, and after a reset, frames go into the first queue; then into none behind those that are set', () => {
  const { driver, device, send, offer, command } = newCard({ pairs: 4 });
  /** The pair whose buffer a frame took, the guest having sent of its flow by the third. */
  const pairOf = (): number => {
    send(segment(10, ACK), [], 2 * 2 + reg.TRANSMIT_QUEUE);
    for (let pair = 0; pair < 4; pair++) offer(2000, 2 * pair);
    device.receive(segment(10, ACK | CWR));
    return [0, 1, 2, 3].findIndex((pair) => driver.completions(2 * pair).length > 0);
  };
  expect(pairOf()).toBe(0);
  expect(command(reg.CONTROL_MQ, 0, [4, 0])).toBe(reg.CONTROL_OK);
  expect(pairOf()).toBe(2);
  expect(command(reg.CONTROL_MQ, 0, [2, 0])).toBe(reg.CONTROL_OK);
  expect(pairOf()).toBeLessThan(2);
  expect(command(reg.CONTROL_MQ, 0, [4, 0])).toBe(reg.CONTROL_OK);
  driver.start();
  expect(pairOf()).toBe(0);
});

test('each mode of the filter is a command that is done, on and off', () => {
  const { command } = newCard();
  for (let mode = RX_PROMISCUOUS; mode <= RX_NO_BROADCAST; mode++)
    for (const on of [1, 0]) expect(command(reg.CONTROL_RX, mode, [on])).toBe(reg.CONTROL_OK);
});

test('another address stands in the configuration before its command is used, and whoever reads it in pieces sees that', () => {
  const { driver, read, command } = newCard();
  const before = driver.get(CONFIG_GENERATION);
  expect(command(reg.CONTROL_MAC, reg.MAC_ADDR_SET, OTHER)).toBe(reg.CONTROL_OK);
  expect([0, 1, 2, 3, 4, 5].map((at) => read(at, 1))).toEqual(OTHER);
  expect(driver.get(CONFIG_GENERATION)).not.toBe(before);
});

test('the check sum of frames that were put together is right once it is completed where the header says', () => {
  const { device, driver, offer } = newCard();
  const gpa = offer(2000);
  device.receive(segment(500, ACK));
  device.receive(segment(300, ACK | PSH, 505));
  const [{ written } = { written: 0 }] = driver.completions(reg.RECEIVE_QUEUE);
  const header = driver.bytes(gpa, reg.HEADER_SIZE);
  const packet = driver.bytes(gpa + reg.HEADER_SIZE, written - reg.HEADER_SIZE);
  const [start = 0, offset = 0] = [header[6], header[8]];
  expect([header[0]! & NEEDS_CSUM, packet.length]).toEqual([NEEDS_CSUM, HEADERS + 800]);
  putU16(packet, start + offset, checksumOf(onesSum(packet, start, packet.length)));
  // All of it with the pseudo header is zero then, as every receiver checks it.
  expect(isChecked(packet, transportOf(packet, false)!)).toBe(true);
});

test('no packet is said to be of UDP that is to be cut, nor how many it was put together from', () => {
  const { device, driver, offer } = newCard();
  const datagram = segment(400, 0);
  datagram[23] = 17;
  const buffers = [datagram, datagram, segment(500, ACK), segment(500, ACK | PSH, 505)].map((frame) => {
    const gpa = offer(2000);
    device.receive(frame);
    return gpa;
  });
  expect(driver.completions(reg.RECEIVE_QUEUE).length).toBe(3);
  const said = buffers.slice(0, 3).map((gpa) => [...driver.bytes(gpa, 2)]);
  expect(said.map(([flags = 0, type]) => [flags & 4, type])).toEqual([
    [0, 0],
    [0, 0],
    [0, GSO_TCPV4],
  ]);
});

test('large packets without check sums to complete, and commands without their queue, are not agreed on', () => {
  for (const features of [
    reg.F_GUEST_TSO4,
    reg.F_GUEST_TSO6 | reg.F_CSUM,
    reg.F_HOST_TSO4,
    reg.F_HOST_TSO6 | reg.F_GUEST_CSUM,
    reg.F_CTRL_MAC_ADDR,
    reg.F_MQ,
  ]) {
    const { driver } = newCard({ pairs: 2 }, features);
    expect(driver.status & (STATUS_FEATURES_OK | STATUS_DRIVER_OK)).toBe(0);
  }
});
