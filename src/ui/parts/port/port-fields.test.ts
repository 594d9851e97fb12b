/** The fields of a port and its settings: what is set is shown, and what is shown is set. */
import { expect, test } from 'vitest';
import type { PortSettings } from '#base/scenario';
import {
  changesOf,
  type Draft,
  draftOf,
  isRight,
  PORT_FIELDS,
  PORT_STAGE_IDS,
  settingsOf,
} from './port-fields.ts';

const MAC = '52:54:00:00:00:01';
const ALL: PortSettings = {
  vlan: { trunk: [10, 20], native: 5 },
  private: { role: 'community', community: 7 },
  'arp-guard': { bindings: [{ ip: '10.0.0.1', mac: MAC }], dhcp: true },
  'nd-guard': {},
  'storm-control': { broadcast: 100, burst: 4 },
  'access-list': {
    rules: [{ action: 'deny', direction: 'in', protocol: 'tcp', destinationPort: [20, 23] }],
    defaultOut: 'deny',
  },
  class: { priority: 0 },
  police: { bitsPerSecond: 1_500_000, burstBytes: 65_536, beyond: 'mark' },
  discipline: { kind: 'weighted', by: 'port', weights: [1, 2, 3], frames: 500 },
  shape: { bitsPerSecond: 10_000_000 },
  link: { cut: true },
  wire: { bitsPerSecond: 20_000_000, delayNs: 2_500_000 },
  netem: { delayNs: 40_000_000, jitterNs: 5_000_000, inOrder: false, lossPercent: 0.5, badBeginsPercent: 1 },
};

test('settings come back as they were', () => {
  const others: readonly PortSettings[] = [
    ...[{ vlan: { access: 10 } }, { vlan: {} }, { 'arp-guard': {} }],
    { 'access-list': { rules: [], defaultIn: 'deny' } },
  ];
  for (const settings of [
    ALL,
    {},
    ...others,
    { discipline: { kind: 'codel', targetNs: 7_000_000, ecn: true } },
  ]) {
    const draft = draftOf(settings);
    for (const stage of PORT_STAGE_IDS) expect(settingsOf(draft, stage)).toEqual(settings[stage] ?? null);
    expect(changesOf(draft, settings)).toEqual([]);
  }
});

test('only stages that change are told, with what they were; what means nothing is left out', () => {
  const change = (settings: PortSettings, fields: Draft) =>
    changesOf({ ...draftOf(settings), ...fields }, settings);
  expect(change({}, { 'shape.bitsPerSecond': 2.5, 'shape.burstBytes': 0 })).toEqual([
    { stage: 'shape', settings: { bitsPerSecond: 2_500_000 }, was: null },
  ]);
  expect(
    change(ALL, { 'discipline.kind': 'codel', 'class.priority': '', 'shape.bitsPerSecond': '' }),
  ).toEqual([
    { stage: 'class', settings: null, was: ALL['class'] },
    { stage: 'discipline', settings: { kind: 'codel', frames: 500 }, was: ALL['discipline'] },
    { stage: 'shape', settings: null, was: ALL['shape'] },
  ]);
});

test('numbers outside what a stage takes are wrong, and lists with anything but weights', () => {
  const field = (stage: string, id: string) =>
    PORT_FIELDS.find((each) => each.stage === stage && each.id === id)!;
  expect(isRight(field('netem', 'lossPercent'), 101)).toBe(false);
  expect(isRight(field('shape', 'bitsPerSecond'), '')).toBe(true);
  for (const text of ['', 'a', '0', '1, 65', '1.5'])
    expect(isRight(field('discipline', 'weights'), text)).toBe(false);
  expect(isRight(field('discipline', 'weights'), '1, 2；3'.replace('；', ' '))).toBe(true);
  expect(isRight(field('vlan', 'trunk'), '')).toBe(true);
  expect(isRight(field('vlan', 'trunk'), '10, 4095')).toBe(false);
  expect(isRight(field('vlan', 'access'), '')).toBe(false);
  expect(isRight(field('vlan', 'native'), '')).toBe(true);
  expect(isRight(field('arp-guard', 'bindings'), `10.0.0.1 ${MAC}\n10.0.0.2 ${MAC}`)).toBe(true);
  for (const text of ['10.0.0.1', `10.0.0 ${MAC}`, `fd00::1 ${MAC}`])
    expect(isRight(field('arp-guard', 'bindings'), text)).toBe(false);
  expect(isRight(field('nd-guard', 'bindings'), `fd00::1 ${MAC}`)).toBe(true);
});
