import { expect, test } from 'vitest';
import { wide, writeDeviceTree } from './writer.ts';

/** Reads a tree back into plain text, independent of the writer. */
function dump(tree: Uint8Array): string[] {
  const view = new DataView(tree.buffer, tree.byteOffset, tree.byteLength);
  const [magic, total, structureAt, stringsAt] = [0, 4, 8, 12].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
  ];
  expect([magic, total]).toEqual([0xd00d_feed, tree.length]);
  const textAt = (at: number): string => {
    let end = at;
    while (tree[end] !== 0) end += 1;
    return new TextDecoder().decode(tree.subarray(at, end));
  };
  const lines: string[] = [];
  for (let at = structureAt; ; ) {
    const token = view.getUint32(at);
    at += 4;
    if (token === 9) return lines;
    if (token === 1) {
      const name = textAt(at);
      lines.push(`{${name}`);
      at += Math.ceil((name.length + 1) / 4) * 4;
    } else if (token === 2) lines.push('}');
    else {
      expect(token).toBe(3);
      const length = view.getUint32(at);
      const name = textAt(stringsAt + view.getUint32(at + 4));
      lines.push(`${name}=${Buffer.from(tree.subarray(at + 8, at + 8 + length)).toString('hex')}`);
      at += 8 + Math.ceil(length / 4) * 4;
    }
  }
}

test('nodes and each kind of value lie as the specification says', () => {
  const tree = writeDeviceTree({
    name: '',
    properties: { flag: true, cell: 0x8000_0001, cells: [1, -1], text: 'ab', texts: ['a', 'bc'] },
    children: [{ name: 'child@1', properties: { cell: 2, bytes: Uint8Array.of(1, 2, 3, 4, 5) } }],
  });
  expect(dump(tree)).toEqual([
    '{',
    'flag=',
    'cell=80000001',
    'cells=00000001ffffffff',
    'text=616200',
    'texts=6100626300',
    '{child@1',
    'cell=00000002',
    'bytes=0102030405',
    '}',
    '}',
  ]);
  expect(tree.length % 8).toBe(0);
});

test('64-bit values are two cells, high first', () => {
  expect(wide(0x1_8000_0002)).toEqual([1, 0x8000_0002]);
});
