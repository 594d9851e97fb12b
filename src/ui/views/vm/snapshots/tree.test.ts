import { expect, test } from 'vitest';
import { branchesFrom, freeName, type Snapshot, takenWith } from './tree.ts';

const snapshot = (id: number, parent: number, name = `s${id}`, at = id): Snapshot => ({
  ...{ id, parent, name, at },
  ...{ state: 'running', bytes: 4096, ownBytes: 0 },
});

test('a tree has what comes from what, oldest first', () => {
  const [one, two, three, four] = [snapshot(1, 0), snapshot(2, 1), snapshot(3, 1), snapshot(4, 0)];
  expect(branchesFrom([one, two, three, four])).toEqual([
    {
      snapshot: one,
      children: [
        { snapshot: two, children: [] },
        { snapshot: three, children: [] },
      ],
    },
    { snapshot: four, children: [] },
  ]);
});

test('the name that is offered is one that no snapshot has', () => {
  const text = (number: number): string => `Snapshot ${number}`;
  expect(freeName([], text)).toBe('Snapshot 1');
  expect(freeName([snapshot(1, 0, 'Snapshot 2')], text)).toBe('Snapshot 3');
});

test('snapshots of one instant and name were taken together', () => {
  const own = snapshot(1, 0, 'both', 7);
  const others = [
    { vm: 'b', snapshots: [snapshot(4, 2, 'both', 7)] },
    { vm: 'c', snapshots: [snapshot(1, 0, 'both', 8)] },
    { vm: 'd', snapshots: [snapshot(1, 0, 'other', 7)] },
  ];
  expect(takenWith(own, others)).toEqual(['b']);
});
