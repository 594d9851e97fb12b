/** Spanning tree, mirror, bandwidth and aging as fields: what is set is shown, what is shown is set, and what the standard does not allow is found. */
import { expect, test } from 'vitest';
import {
  agingDraftOf,
  agingOf,
  bandwidthDraftOf,
  bandwidthOf,
  isAgingRight,
  isBandwidthRight,
} from './bandwidth-draft.ts';
import { deedOf, partChange, setPart, setStage } from './changes.ts';
import { isMirrorRight, mirrorDraftOf, mirrorOf, withListener, withSource } from './mirror-draft.ts';
import { isTreeRight, treeDraftOf, treeOf, USUAL_PORT, wrongTimes } from './tree-draft.ts';

test('a tree is the same as settings and as fields; what is as usual is left out', () => {
  const ports = { 'trunk/0': { priority: 16, cost: 5, edge: false }, 'a/0': { edge: true } };
  const all = { priority: 4096, helloSeconds: 1, maxAgeSeconds: 10, guard: 'drop', ports };
  expect(treeOf(treeDraftOf(all))).toEqual(all);
  expect(treeOf(treeDraftOf({ priority: 32_768, forwardDelaySeconds: 15 }))).toEqual({});
  expect(treeOf(treeDraftOf(undefined))).toBeNull();
  expect(treeOf({ ...treeDraftOf({}), ports: { 'a/0': USUAL_PORT } })).toEqual({});
});

test('times that let old information outlive what is new are refused at their field', () => {
  const usual = treeDraftOf({});
  expect(wrongTimes(usual)).toEqual({});
  expect(wrongTimes({ ...usual, helloSeconds: '' })).toEqual({ helloSeconds: { least: 1, most: 10 } });
  expect(wrongTimes({ ...usual, helloSeconds: 10 })).toEqual({ maxAgeSeconds: { least: 22, most: 28 } });
  expect(wrongTimes({ ...usual, forwardDelaySeconds: 4 })).toEqual({ maxAgeSeconds: { least: 6, most: 6 } });
  expect(isTreeRight({ ...usual, forwardDelaySeconds: 4 })).toBe(false);
  expect(isTreeRight({ ...usual, isOn: false, forwardDelaySeconds: 4 })).toBe(true);
  expect(isTreeRight({ ...usual, ports: { 'a/0': { ...USUAL_PORT, cost: 0 } } })).toBe(false);
});

test('a mirror is the same as settings and as fields, of several sources too', () => {
  const settings = {
    sources: [{ port: 'a/0', vlan: 5, direction: 'in' }, { direction: 'both' }],
    to: 'b/0',
  };
  expect(mirrorOf(mirrorDraftOf(settings))).toEqual(settings);
  expect(mirrorOf({ ...mirrorDraftOf(settings), to: '' })).toBeNull();
  const heard = withListener(mirrorDraftOf(undefined), 'b/0', 'a/0');
  expect(mirrorOf(heard)).toEqual({ sources: [{ port: 'a/0', direction: 'both' }], to: 'b/0' });
  expect(isMirrorRight(heard)).toBe(true);
  expect(isMirrorRight(withSource(heard, 'b/0'))).toBe(false);
});

test('bandwidth is the same as settings and as fields, in the order of its shares; a share is needed', () => {
  const ports = { 'b/0': 3_000_000, 'a/0': 1500 };
  const fixed = { bitsPerSecond: 9_000_000, allocation: 'fixed', ports };
  expect(bandwidthOf(bandwidthDraftOf(fixed))).toEqual(fixed);
  expect(Object.keys(bandwidthDraftOf(fixed).shares)).toEqual(['b/0', 'a/0']);
  const demand = { bitsPerSecond: 1000, ports: { 'a/0': 1000 }, idleNs: 250_000_000 };
  expect(bandwidthOf(bandwidthDraftOf(demand))).toEqual(demand);
  const draft = bandwidthDraftOf(demand);
  expect(bandwidthOf({ ...draft, idle: 1000, shares: { 'a/0': 0.001, 'b/0': '' } })).toEqual({
    ...{ bitsPerSecond: 1000, ports: { 'a/0': 1000 } },
  });
  expect(bandwidthOf(bandwidthDraftOf(undefined))).toBeNull();
  expect(isBandwidthRight(draft)).toBe(true);
  for (const wrong of [{ whole: '' }, { idle: 0 }, { shares: {} }, { shares: { 'a/0': 200_000 } }])
    expect([wrong, isBandwidthRight({ ...draft, ...wrong })]).toEqual([wrong, false]);
});

test('an empty field for aging, and what is as usual, sets nothing', () => {
  expect(agingOf(agingDraftOf({ seconds: 0.5 }))).toEqual({ seconds: 0.5 });
  expect([agingOf(agingDraftOf(undefined)), agingOf(300)]).toEqual([null, null]);
  expect([isAgingRight(''), isAgingRight(0), isAgingRight(1e7)]).toEqual([true, false, false]);
});

test('what is set is taken back in the opposite order; nobody who changes nothing sets anything', () => {
  const of = { host: 0, switch: 'lan', port: 'a/0' };
  const steps = [
    setStage(of, { stage: 'vlan', settings: null, was: { access: 5 } }),
    ...partChange('mirror', undefined, null, { to: 'b/0' }).map((change) => setPart(of, change)),
  ];
  const deed = deedOf(0, steps);
  expect(deed.kind === 'commands' && deed.back).toEqual([
    { op: 'switch.set', args: { switch: 'lan', part: 'mirror', settings: null, was: { to: 'b/0' } } },
    {
      op: 'port.set',
      args: { switch: 'lan', port: 'a/0', stage: 'vlan', settings: { access: 5 }, was: null },
    },
  ]);
  expect(partChange('mirror', { to: 'b/0' }, { to: 'b/0' }, { to: 'b/0' })).toEqual([]);
});
