import { expect, test } from 'vitest';
import { partState, stateIn } from '#base/state/part';
import { loadState, stateOf } from '../../device-state.mock.ts';
import { MockDriver } from '../mock-driver.ts';
import { VIRTIO_SLOT } from '../state.ts';
import { TestHost } from '../test-host.ts';
import { VirtioNet } from './device.ts';
import { RX_ALL_MULTICAST, RX_NO_BROADCAST, RX_PROMISCUOUS } from './filter.ts';
import * as reg from './registers.ts';

const MAC = [0x52, 0x54, 0, 0, 0, 1];
const OTHER = [0x52, 0x54, 0, 0, 0, 2];
const GROUP = [1, 0, 0x5e, 0, 0, 1];
const BROADCAST = [255, 255, 255, 255, 255, 255];

function newCard(
  settings: { mtu?: number; pairs?: number; megabitsPerSecond?: number } = {},
  features?: number,
) {
  const host = new TestHost();
  const device = new VirtioNet({
    ...{ mac: Uint8Array.from(MAC), transmit: () => {}, channel: 'net' },
    ...{ events: host.events, now: host.now, ...settings },
  });
  const driver = new MockDriver(device, 64).start(features);
  const queue = settings.pairs === undefined ? reg.CONTROL_QUEUE : 2 * settings.pairs;
  return {
    ...{ device, driver },
    /** Gives a command; the answer, or nothing where there is none. */
    command: (group: number, command: number, data: readonly number[]) => {
      const gpa = driver.allocate(2 + data.length, Uint8Array.of(group, command, ...data));
      const answer = driver.allocate(1, Uint8Array.of(0x55));
      driver.submit(queue, [
        { gpa, length: 2 + data.length, writable: false },
        { gpa: answer, length: 1, writable: true },
      ]);
      driver.notify(queue);
      return [...driver.bytes(answer, 1)][0];
    },
    /** True where the card takes a frame for an address. */
    takes: (to: readonly number[], tag?: number) => {
      const frame = new Uint8Array(60);
      frame.set(to);
      if (tag !== undefined) frame.set([0x81, 0, tag >> 8, tag & 0xff], 12);
      const before = device.counters.filteredIn;
      device.receive(frame);
      return device.counters.filteredIn === before;
    },
  };
}
const { CONTROL_RX, CONTROL_MAC, CONTROL_VLAN, CONTROL_OK, CONTROL_ERROR } = reg;

test('all frames are taken until the driver says which; then those for it, for its groups and for everybody', () => {
  const { command, takes } = newCard();
  expect(takes(OTHER)).toBe(true);
  expect(command(CONTROL_RX, RX_PROMISCUOUS, [0])).toBe(CONTROL_OK);
  expect([MAC, OTHER, GROUP, BROADCAST].map((to) => takes(to))).toEqual([true, false, false, true]);
  expect(command(CONTROL_MAC, reg.MAC_TABLE_SET, [1, 0, 0, 0, ...OTHER, 1, 0, 0, 0, ...GROUP])).toBe(
    CONTROL_OK,
  );
  expect([OTHER, GROUP].map((to) => takes(to))).toEqual([true, true]);
  command(CONTROL_MAC, reg.MAC_TABLE_SET, [0, 0, 0, 0, 0, 0, 0, 0]);
  command(CONTROL_RX, RX_ALL_MULTICAST, [1]);
  command(CONTROL_RX, RX_NO_BROADCAST, [1]);
  expect([OTHER, GROUP, BROADCAST].map((to) => takes(to))).toEqual([false, true, false]);
});

test('frames of VLANs are taken as the driver says, and untagged ones always', () => {
  const { command, takes } = newCard();
  expect([takes(MAC), takes(MAC, 5)]).toEqual([true, false]);
  expect(command(CONTROL_VLAN, reg.VLAN_ADD, [5, 0])).toBe(CONTROL_OK);
  expect([takes(MAC, 0x6005), takes(MAC, 6)]).toEqual([true, false]);
  command(CONTROL_VLAN, reg.VLAN_DELETE, [5, 0]);
  expect(takes(MAC, 5)).toBe(false);
  expect(newCard({}, reg.F_MAC).takes(MAC, 5)).toBe(true);
});

test('the card takes another address, and is another’s no more after a reset of what it takes', () => {
  const { command, takes, device, driver } = newCard();
  command(CONTROL_RX, RX_PROMISCUOUS, [0]);
  expect(command(CONTROL_MAC, reg.MAC_ADDR_SET, OTHER)).toBe(CONTROL_OK);
  expect([[...device.mac], takes(OTHER), takes(MAC)]).toEqual([OTHER, true, false]);
  expect(command(CONTROL_MAC, reg.MAC_ADDR_SET, GROUP)).toBe(CONTROL_ERROR);
  driver.start();
  expect(takes(MAC)).toBe(true);
});

test.each<readonly [string, number, number, readonly number[]]>([
  ['of no class', 99, 0, []],
  ['of no such number', CONTROL_RX, 7, [1]],
  ['with too much', CONTROL_RX, RX_PROMISCUOUS, [1, 1]],
  ['with too little', CONTROL_VLAN, reg.VLAN_ADD, [1]],
  ['for a VLAN that there is not', CONTROL_VLAN, reg.VLAN_ADD, [0, 16]],
  ['whose list is cut off', CONTROL_MAC, reg.MAC_TABLE_SET, [2, 0, 0, 0, ...OTHER, 0, 0, 0, 0]],
  ['whose list is endless', CONTROL_MAC, reg.MAC_TABLE_SET, [255, 255, 255, 255, ...OTHER]],
  ['for pairs of queues, where there is one', reg.CONTROL_MQ, 0, [1, 0]],
  ['that is longer than any', CONTROL_MAC, reg.MAC_TABLE_SET, new Array(5000).fill(0)],
])('a command %s is answered with an error', (_, group, command, data) => {
  const card = newCard();
  expect(card.command(group, command, data)).toBe(CONTROL_ERROR);
  expect(card.command(CONTROL_RX, RX_PROMISCUOUS, [1])).toBe(CONTROL_OK);
});

test('what was not agreed on is no command', () => {
  const { command } = newCard({}, reg.F_MAC | reg.F_CTRL_VQ);
  for (const [group, number, data] of [
    [CONTROL_RX, 0, [1]],
    [CONTROL_MAC, 0, [0, 0, 0, 0, 0, 0, 0, 0]],
    [CONTROL_VLAN, 0, [1, 0]],
    [reg.CONTROL_ANNOUNCE, 0, []],
  ] as const)
    expect(command(group, number, data)).toBe(CONTROL_ERROR);
});

test('a card whose cable is inserted, or whose VM has moved, asks its driver to tell of it, until that is done', () => {
  const { device, driver, command } = newCard();
  const status = (): number => driver.slot.read(0x100 + reg.CONFIG_STATUS, 2);
  device.setLink(false);
  expect(status()).toBe(0);
  device.setLink(true);
  expect(status()).toBe(reg.STATUS_LINK_UP | reg.STATUS_ANNOUNCE);
  expect(command(reg.CONTROL_ANNOUNCE, 0, [])).toBe(CONTROL_OK);
  expect(status()).toBe(reg.STATUS_LINK_UP);
  device.announce();
  expect([status(), driver.interrupt]).toEqual([reg.STATUS_LINK_UP | reg.STATUS_ANNOUNCE, true]);
});

test('speed, duplex and MTU are read, and nothing longer is passed on', () => {
  const { driver, device } = newCard({ mtu: 1000, megabitsPerSecond: 100 });
  const read = (offset: number, size: number): number => driver.slot.read(0x100 + offset, size);
  expect([read(reg.CONFIG_MTU, 2), read(reg.CONFIG_SPEED, 4), read(reg.CONFIG_DUPLEX, 1)]).toEqual([
    1000, 100, 1,
  ]);
  const gpa = driver.allocate(4096);
  driver.submit(reg.RECEIVE_QUEUE, [{ gpa, length: 2048, writable: true }]);
  device.receive(new Uint8Array(1019));
  expect(device.counters).toMatchObject({ framesIn: 0, droppedIn: 1 });
  device.receive(new Uint8Array(1018));
  expect(device.counters.framesIn).toBe(1);
});

test('with several queues a flow is received by the pair that it was sent by', () => {
  const { driver, command } = newCard({ pairs: 2 });
  expect(command(reg.CONTROL_MQ, 0, [3, 0])).toBe(CONTROL_ERROR);
  expect(command(reg.CONTROL_MQ, 0, [2, 0])).toBe(CONTROL_OK);
  const frameOf = (port: number, isBack: boolean): Uint8Array => {
    const frame = new Uint8Array(60);
    const [from, to] = isBack ? [OTHER, MAC] : [MAC, OTHER];
    frame.set([...to, ...from, 8, 0, 0x45, 0, 0, 46]);
    frame.set([64, 17], 22);
    frame.set(isBack ? [10, 0, 0, 3, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 3], 26);
    frame.set(isBack ? [0, port, 0, 7] : [0, 7, 0, port], 34);
    return frame;
  };
  for (const [port, pair] of [
    [20, 0],
    [21, 1],
  ] as const) {
    const packet = new Uint8Array(72);
    packet.set(frameOf(port, false), 12);
    driver.submit(2 * pair + 1, [{ gpa: driver.allocate(72, packet), length: 72, writable: false }]);
    driver.notify(2 * pair + 1);
    driver.submit(2 * pair, [{ gpa: driver.allocate(2048), length: 2048, writable: true }]);
    const { device } = driver.slot;
    (device as VirtioNet).receive(frameOf(port, true));
    expect(driver.completions(2 * pair).length).toBe(1);
  }
});

test('a state has the filter, and one of before had neither that nor the queue', () => {
  const card = newCard();
  card.command(CONTROL_RX, RX_PROMISCUOUS, [0]);
  card.command(CONTROL_VLAN, reg.VLAN_ADD, [7, 0]);
  const copy = newCard();
  loadState(copy.device, stateOf(card.device));
  expect(stateOf(copy.device)).toBe(stateOf(card.device));
  expect([copy.takes(OTHER), copy.takes(MAC, 7)]).toEqual([false, true]);
  const slot = stateIn(VIRTIO_SLOT, card.driver.slot.capture());
  const before = partState(VIRTIO_SLOT, { ...slot, queues: slot.queues.slice(0, 2) });
  const old = newCard();
  // Rings are pinned where the driver has them: the same memory.
  old.driver.slot.restore(before);
  expect(old.driver.slot.queues.map(({ ready }) => ready)).toEqual([true, true, false]);
  const none = partState(VIRTIO_SLOT, { ...slot, queues: slot.queues.slice(0, 1) });
  expect(() => old.driver.slot.restore(none)).toThrow('another device');
});
