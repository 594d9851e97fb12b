import { expect, test } from 'vitest';
import { withChosen } from './bare-device-tree.ts';
import { readDeviceTree } from './reader.ts';
import { type TreeNode, writeDeviceTree } from './writer.ts';

const TREE: TreeNode = {
  name: '',
  properties: { model: 'other', cells: [1, 2, 3] },
  children: [
    { name: 'chosen', properties: { bootargs: 'before', 'stdout-path': '/serial' } },
    { name: 'a', properties: {}, children: [{ name: 'b@1', properties: { flag: true } }] },
  ],
};
/** One reservation, and the end of the block. */
const RESERVED = new Uint8Array(32).fill(7, 0, 16);

test('what was written is read, and written again it is the same', () => {
  const bytes = writeDeviceTree(TREE, RESERVED, 3);
  const tree = readDeviceTree(bytes);
  expect(tree).toMatchObject({ reservations: RESERVED, bootHart: 3 });
  expect(tree && writeDeviceTree(tree.root, tree.reservations, tree.bootHart)).toEqual(bytes);
});

test('boot arguments and an initial RAM disk are put in; all else stays', () => {
  const initrd = { start: 0x8800_0000, sizeBytes: 0x1000 };
  const told = withChosen(writeDeviceTree(TREE, RESERVED, 3), { bootargs: 'behind', initrd });
  const { root, reservations, bootHart } = (told && readDeviceTree(told)) ?? {};
  expect([reservations, bootHart]).toEqual([RESERVED, 3]);
  expect(root?.children?.map(({ name }) => name)).toEqual(['chosen', 'a']);
  const text = (value: unknown): string => new TextDecoder().decode(value as Uint8Array);
  const { properties = {} } = root?.children?.[0] ?? {};
  expect([text(properties['bootargs']), text(properties['stdout-path'])]).toEqual(['behind\0', '/serial\0']);
  expect(properties['linux,initrd-end']).toEqual(Uint8Array.of(0, 0, 0, 0, 0x88, 0, 0x10, 0));
  expect(root?.properties['cells']).toEqual(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3));
});

test('a tree that ends too early is none, wherever it ends', () => {
  const bytes = writeDeviceTree(TREE);
  for (let length = 0; length < bytes.length; length++)
    expect(readDeviceTree(bytes.subarray(0, length))).toBeUndefined();
});

test('whatever a byte of it is changed to, reading ends', () => {
  const bytes = writeDeviceTree(TREE, RESERVED);
  for (let at = 0; at < bytes.length; at++)
    for (const value of [0, 1, 2, 3, 0x7f, 0xff]) {
      const changed = bytes.slice();
      changed[at] = value;
      expect(() => readDeviceTree(changed)).not.toThrow();
    }
});

test('a name of any length is read', () => {
  const name = 'n'.repeat(300_000);
  const tree = readDeviceTree(
    writeDeviceTree({ name: '', properties: {}, children: [{ name, properties: {} }] }),
  );
  expect(tree?.root.children?.[0]?.name.length).toBe(name.length);
});
