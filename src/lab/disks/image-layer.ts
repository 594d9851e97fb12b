/** From the image of a disk to a layer that disks can lie on, and back. */

import { LIMITS } from '#base/catalogue/limits';
import { fail, ok, type Result } from '#base/result';
import {
  isZeros,
  type Layer,
  type LayerFinder,
  PART_BYTES,
  type Part,
  sealLayer,
} from '#machine/devices/disk/layers/layer';
import type { DiskImage, Extent } from './formats/disk-image.ts';
import type { Turn } from './formats/open-image.ts';

/** The smallest disk: sectors are whole. */
const SECTOR_BYTES = 512;
/** Of parts that are read between two turns. */
const BATCH_BYTES: number = 1 << 20;

/** The layer that has the content of an image. */
export async function layerOfImage(image: DiskImage, turn: Turn): Promise<Result<Layer>> {
  // Disks of VMs have whole sectors; QEMU rounds up as well.
  const sizeBytes = Math.ceil(image.sizeBytes / SECTOR_BYTES) * SECTOR_BYTES;
  if (sizeBytes > LIMITS.diskBytes.most || sizeBytes === 0)
    return fail('disk.tooLarge', { bytes: sizeBytes, limit: LIMITS.diskBytes.most });
  const parts = new Map<number, Part>();
  let nextTurn = 0;
  for (let start = 0; start < image.sizeBytes; ) {
    if (start >= nextTurn) {
      if (!(await turn(start))) return fail('cancelled');
      nextTurn = start + BATCH_BYTES;
    }
    const extent = image.extentAt(start);
    if (!extent.ok) return extent;
    // Zeros up to the end of a part say nothing of the parts that they end in.
    const { kind, sizeBytes: length } = extent.value;
    const end = start + length;
    const skipped = end >= image.sizeBytes ? end : Math.floor(end / PART_BYTES) * PART_BYTES;
    if (kind === 'zeros' && skipped > start) {
      start = skipped;
      continue;
    }
    const part = new Uint8Array(PART_BYTES);
    const read = image.read(start, part.subarray(0, Math.min(PART_BYTES, image.sizeBytes - start)));
    if (!read.ok) return read;
    if (!isZeros(part)) parts.set(start / PART_BYTES, part);
    start += PART_BYTES;
  }
  return ok(sealLayer({ sizeBytes, below: undefined, parts }));
}

/** The layer of a raw image that is here whole, and not large. */
export function rawLayer(bytes: Uint8Array): Layer {
  const parts = new Map<number, Part>();
  for (let index = 0; index * PART_BYTES < bytes.length; index++) {
    const part = new Uint8Array(PART_BYTES);
    part.set(bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES));
    if (!isZeros(part)) parts.set(index, part);
  }
  return sealLayer({ sizeBytes: bytes.length, below: undefined, parts });
}

/** A layer and those below it, the uppermost first. */
export function layersBelow(name: string, find: LayerFinder): Result<Layer[]> {
  const chain: Layer[] = [];
  for (let next: string | undefined = name; next !== undefined; next = chain.at(-1)?.below) {
    const layer = find(next);
    if (layer === undefined) return fail('disk.layerMissing', { layer: next });
    chain.push(layer);
  }
  return ok(chain);
}

/** What a disk on a layer reads, without a top: an image that can be written in any format. */
export function imageOfLayer(name: string, find: LayerFinder): Result<DiskImage> {
  const below = layersBelow(name, find);
  if (!below.ok) return below;
  const { value: chain } = below;
  const sizeBytes = chain[0]?.sizeBytes ?? 0;
  const partAt = (index: number): Uint8Array | undefined => {
    const part = chain.find(({ parts }) => parts.has(index))?.parts.get(index);
    return part === 'zeros' ? undefined : part;
  };
  return ok({
    ...{ format: 'raw', sizeBytes },
    extentAt(offset): Result<Extent> {
      const rest = Math.min(PART_BYTES - (offset % PART_BYTES), sizeBytes - offset);
      const isEmpty = partAt(Math.floor(offset / PART_BYTES)) === undefined;
      return ok({ kind: isEmpty ? 'zeros' : 'data', sizeBytes: rest });
    },
    read(offset, target): Result<null> {
      for (let done = 0; done < target.length; ) {
        const at = (offset + done) % PART_BYTES;
        const count = Math.min(PART_BYTES - at, target.length - done);
        const part = partAt(Math.floor((offset + done) / PART_BYTES));
        if (part === undefined) target.fill(0, done, done + count);
        else target.set(part.subarray(at, at + count), done);
        done += count;
      }
      return ok(null);
    },
  });
}
