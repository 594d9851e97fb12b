/** Virtual networks: access ports, trunks, native VLAN; tags that are cut, reserved or within each other. */
import { expect, test } from 'vitest';
import { EVERYBODY, ether, mac, tag } from '../fixtures/frames.ts';
import { testSwitch } from '../fixtures/test-switch.ts';

const frame = (tags: readonly (readonly number[])[] = [], to: readonly number[] = EVERYBODY): Uint8Array =>
  ether({ to, from: mac(9), tags, type: 0x1234, data: [1, 2, 3] });
const TRUNK = { vlan: { trunk: [10, 20] } };
const NATIVE = { vlan: { trunk: [10, 20], native: 10 } };
const [TEN, TWENTY] = [{ vlan: { access: 10 } }, { vlan: { access: 20 } }];

test('a broadcast reaches the ports of its VLAN, tagged at trunks, and a port without VLANs not at all', () => {
  const { sent, counted } = testSwitch([TEN, TEN, TWENTY, TRUNK, NATIVE, {}]);
  const got = sent(0, frame());
  expect(got.map(({ port }) => port)).toEqual([1, 4, 3]);
  expect(got[0]?.bytes).toEqual(frame());
  expect(got[1]?.bytes).toEqual(frame());
  expect(got[2]?.bytes.slice(12, 18)).toEqual(Uint8Array.from([0x81, 0, 0, 10, 0x12, 0x34]));
  expect([2, 5].map(counted)).toEqual([{}, {}]);
});

test('a trunk gives frames to the VLAN of their tag, priority and all, and what has none to the native one', () => {
  const { sent, reached } = testSwitch([NATIVE, TEN, TWENTY, TRUNK]);
  expect(reached(0, frame([tag(20)]))).toEqual([2, 3]);
  const tagged = sent(0, frame([tag(20, 5)])).find(({ port }) => port === 3);
  expect([...(tagged?.bytes.slice(14, 16) ?? [])]).toEqual([0xa0, 20]);
  expect(reached(0, frame())).toEqual([1, 3]);
});

test('an access port takes no tag but one that says only a priority', () => {
  const { reached, counted, sent } = testSwitch([TEN, TEN, TWENTY, TRUNK]);
  expect(reached(0, frame([tag(20)]))).toEqual([]);
  expect(reached(0, frame([tag(10)]))).toEqual([]);
  expect(reached(0, frame([tag(10, 0, 0x88a8)]))).toEqual([]);
  expect(counted(0)).toEqual({ tagged: 3 });
  expect(sent(0, frame([tag(0, 6)])).map(({ port, bytes }) => [port, bytes[14]])).toEqual([
    [1, 1],
    [3, 0xc0],
  ]);
});

test('a tag within a tag brings nobody into another VLAN', () => {
  const { reached, counted } = testSwitch([TEN, NATIVE, TEN, NATIVE, TRUNK]);
  expect(reached(0, frame([tag(0), tag(20)]))).toEqual([]);
  expect(counted(0)).toEqual({ innerTag: 1 });
  // From a trunk, an inner tag is bytes to carry; a port that takes the outer one off lets it not out.
  expect(reached(1, frame([tag(10), tag(20)]))).toEqual([4]);
  expect([2, 3].map(counted)).toEqual([{ innerTag: 1 }, { innerTag: 1 }]);
  expect(reached(1, frame([tag(0), tag(20)]))).toEqual([]);
});

test('VLANs that a trunk does not carry, reserved ones and tags that are cut end at the port', () => {
  const { reached, counted } = testSwitch([TRUNK, TEN, TWENTY, { vlan: {} }]);
  expect(reached(0, frame([tag(30)]))).toEqual([]);
  expect(reached(0, frame([tag(4095)]))).toEqual([]);
  expect(reached(0, frame([tag(10)]).slice(0, 16))).toEqual([]);
  expect(reached(0, frame([tag(10)]).slice(0, 14))).toEqual([]);
  expect(reached(0, frame())).toEqual([]);
  expect(counted(0)).toEqual({ notAllowed: 1, badTag: 3, untagged: 1 });
  expect(reached(3, frame([tag(30)]))).toEqual([]);
  expect(reached(3, frame([tag(20)]))).toEqual([2, 0]);
});

test('an address that is known in one VLAN is not in another', () => {
  const { reached, network } = testSwitch([TEN, TEN, TWENTY, TWENTY]);
  expect(reached(1, ether({ to: EVERYBODY, from: mac(1), type: 0x1234 }))).toEqual([0]);
  expect(reached(0, frame([], mac(1)))).toEqual([1]);
  expect(reached(2, frame([], mac(1)))).toEqual([3]);
  expect(network.table().map(({ domain, port }) => [domain, port])).toEqual([
    [10, 1],
    [10, 0],
    [20, 2],
  ]);
});

test('a frame that has no room for a tag does not leave by a trunk', () => {
  const { reached, counted } = testSwitch([TEN, TEN, TRUNK]);
  const long = ether({ to: EVERYBODY, from: mac(9), type: 0x1234, least: 1518 });
  expect(reached(0, long)).toEqual([1]);
  expect(counted(2)).toEqual({ tooLong: 1 });
});

test('a port that comes to another VLAN is forgotten where it was', () => {
  const { reached, network } = testSwitch([TEN, TEN, TWENTY]);
  reached(1, ether({ to: EVERYBODY, from: mac(1), type: 0x1234 }));
  network.setStage(1, 'vlan', { access: 20 });
  expect(reached(0, frame([], mac(1)))).toEqual([]);
  expect(reached(2, frame([], mac(1)))).toEqual([1]);
});
