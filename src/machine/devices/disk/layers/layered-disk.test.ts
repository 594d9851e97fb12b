import fc from 'fast-check';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { decode, encode } from '#base/state/codec';
import { declare } from '#base/state/declare';
import { part } from '#base/state/part';
import { type DiskLayers, type Layer, PART_BYTES, readLayer, sealLayer } from './layer.ts';
import { LAYERED_DISK_KIND, LayeredDisk, LayerMissingError } from './layered-disk.ts';

const SIZE: number = 4 * PART_BYTES + 512;
const HOLDER = declare('holder', { disk: part });

/** Layers in a map, as a host has them. */
class Shelf implements DiskLayers {
  readonly layers = new Map<string, Layer>();
  readonly find = (name: string): Layer | undefined => this.layers.get(name);
  readonly keep = (layer: Layer): void => {
    this.layers.set(layer.name, layer);
  };
  /** A layer of one byte in each of these parts. */
  make(fill: number, indices: readonly number[], below?: string): string {
    const parts = new Map(indices.map((index) => [index, new Uint8Array(PART_BYTES).fill(fill)]));
    const layer = sealLayer({ sizeBytes: SIZE, below, parts });
    this.keep(layer);
    return layer.name;
  }
}

function bytesOf(disk: LayeredDisk): number[] {
  return Array.from({ length: 5 }, (_, index) => {
    const byte = new Uint8Array(1);
    disk.read(index * PART_BYTES, byte);
    return byte[0]!;
  });
}

/** Bytes of a state, and a disk that has been put into it. */
function saved(disk: LayeredDisk): Uint8Array {
  return encode(HOLDER, { disk: disk.capture() });
}
function restored(state: Uint8Array, shelf: Shelf): LayeredDisk {
  const disk = new LayeredDisk(SIZE, undefined, shelf);
  const parts = LAYERED_DISK_KIND.state === undefined ? [] : [LAYERED_DISK_KIND.state];
  disk.restore(decode(HOLDER, state, { parts }).disk);
  return disk;
}

test('two disks on one layer diverge, and the layer stays as it is', () => {
  const shelf = new Shelf();
  const base = shelf.make(1, [0, 2]);
  const a = new LayeredDisk(SIZE, base, shelf);
  const b = new LayeredDisk(SIZE, base, shelf);
  a.write(10, Uint8Array.of(7));
  a.write(PART_BYTES, Uint8Array.of(8));
  b.discard(2 * PART_BYTES, PART_BYTES);
  expect([bytesOf(a), bytesOf(b)]).toEqual([
    [1, 8, 1, 0, 0],
    [1, 0, 0, 0, 0],
  ]);
  expect([a.allocatedBytes, b.allocatedBytes]).toEqual([2 * PART_BYTES, 0]);
  expect(bytesOf(new LayeredDisk(SIZE, base, shelf))).toEqual([1, 0, 1, 0, 0]);
});

test('a snapshot holds what was written, and of what lies below the name', () => {
  const shelf = new Shelf();
  const disk = new LayeredDisk(SIZE, shelf.make(1, [0, 1, 2, 3]), shelf);
  const before = saved(disk).length;
  expect(before).toBeLessThan(1000);
  disk.write(PART_BYTES, Uint8Array.of(9));
  disk.discard(3 * PART_BYTES, PART_BYTES);
  const state = saved(disk);
  expect(state.length - before).toBeLessThan(PART_BYTES + 200);
  expect(bytesOf(restored(state, shelf))).toEqual([1, 9, 1, 0, 0]);
  expect(saved(restored(state, shelf))).toEqual(state);
  const empty = new Shelf();
  expect(() => restored(state, empty)).toThrow(LayerMissingError);
  expect(() => restored(state, empty)).toThrow(disk.below);
});

test('a tree: sealed, written on, gone back, branched, forgotten', () => {
  const shelf = new Shelf();
  const disk = new LayeredDisk(SIZE, undefined, shelf);
  expect(disk.seal('nothing')).toMatchObject({ ok: false, error: { code: 'layer.nothingNew' } });
  disk.write(0, Uint8Array.of(1));
  const first = must(disk.seal('first'));
  expect(disk.allocatedBytes).toBe(0);
  disk.write(PART_BYTES, Uint8Array.of(2));
  const second = must(disk.seal('second'));
  must(disk.lieOn(first.name));
  expect(bytesOf(disk)).toEqual([1, 0, 0, 0, 0]);
  disk.write(PART_BYTES, Uint8Array.of(3));
  const third = must(disk.seal('third'));
  expect(disk.tree.map(({ title, below }) => [title, below])).toEqual([
    ['first', ''],
    ['second', first.name],
    ['third', first.name],
  ]);
  expect(disk.forget(first.name)).toMatchObject({ error: { code: 'layer.inUse', data: { title: 'first' } } });
  expect(disk.forget(third.name)).toMatchObject({ error: { code: 'layer.inUse' } });
  must(disk.forget(second.name));
  expect(disk.lieOn('0'.repeat(64))).toMatchObject({ error: { code: 'disk.layerMissing' } });
  expect(bytesOf(disk)).toEqual([1, 3, 0, 0, 0]);
  expect(restored(saved(disk), shelf).tree).toEqual(disk.tree);
});

test('the same content has the same name, however it came about', () => {
  const shelf = new Shelf();
  const one = new LayeredDisk(SIZE, undefined, shelf);
  one.write(0, new Uint8Array(SIZE).fill(5));
  one.discard(PART_BYTES, PART_BYTES);
  const other = new LayeredDisk(SIZE, undefined, shelf);
  for (let at = SIZE - 256; at >= 0; at -= 256)
    if (Math.floor(at / PART_BYTES) !== 1) other.write(at, new Uint8Array(256).fill(5));
  other.write(PART_BYTES, new Uint8Array(100));
  const name = must(one.seal('one')).name;
  expect(must(other.seal('other')).name).toBe(name);
  // What is written again as it was is nothing new.
  other.write(0, new Uint8Array(1000).fill(5));
  expect(other.seal('again')).toMatchObject({ error: { code: 'layer.nothingNew' } });
});

test('a layer as a file is read as it was, or known to be damaged', () => {
  const shelf = new Shelf();
  const base = shelf.find(shelf.make(3, [1, 4]))!;
  const above = sealLayer({ sizeBytes: SIZE, below: base.name, parts: new Map([[1, 'zeros' as const]]) });
  for (const layer of [base, above]) expect(must(readLayer(layer.file.slice()))).toEqual(layer);
  fc.assert(
    fc.property(fc.nat(base.file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const file = base.file.slice();
      file[at]! ^= change;
      const read = readLayer(file);
      expect(read.ok && read.value.name === base.name).toBe(false);
    }),
    { numRuns: 60 },
  );
  expect(readLayer(base.file.subarray(0, base.file.length - 1)).ok).toBe(false);
});

test('property: a disk on layers is an array of bytes, through sealing and states', () => {
  const step = fc.tuple(
    fc.nat(SIZE - 1),
    fc.nat(2 * PART_BYTES),
    fc.nat(255),
    fc.constantFrom('write', 'discard', 'seal', 'save'),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const shelf = new Shelf();
      let disk = new LayeredDisk(SIZE, shelf.make(1, [0, 3]), shelf);
      const model = new Uint8Array(SIZE);
      model.fill(1, 0, PART_BYTES).fill(1, 3 * PART_BYTES, 4 * PART_BYTES);
      for (const [offset, length, fill, what] of steps) {
        const count = Math.min(length, SIZE - offset);
        if (what === 'seal') disk.seal('step');
        if (what === 'save') disk = restored(saved(disk), shelf);
        if (what === 'write') disk.write(offset, new Uint8Array(count).fill(fill));
        if (what === 'discard') disk.discard(offset, count);
        if (what === 'write' || what === 'discard')
          model.fill(what === 'write' ? fill : 0, offset, offset + count);
      }
      const all = new Uint8Array(SIZE);
      disk.read(0, all);
      expect(Buffer.compare(all, model)).toBe(0);
    }),
    { numRuns: 40 },
  );
});
