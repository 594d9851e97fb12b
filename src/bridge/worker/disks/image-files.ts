/** Files of disk images and layers made of each other. Its code, with all formats, comes with the first image that somebody gives or wants. */
import { ok, type Result } from '#base/result';
import { type ByteSource, MemoryFile } from '#lab/disks/formats/byte-file';
import type { ImageFormat } from '#lab/disks/formats/disk-image';
import { copyImage, openImage } from '#lab/disks/formats/open-image';
import { createQcow2 } from '#lab/disks/formats/qcow2/create';
import { WritableRawImage } from '#lab/disks/formats/raw';
import { imageOfLayer, layerOfImage } from '#lab/disks/image-layer';
import type { Layer } from '#machine/devices/disk/layers/layer';

/** The layer that holds what an image does; nothing when `turn` says that it is not wanted any more. */
export async function layerOfFile(
  source: ByteSource,
  turn: (done: number) => Promise<boolean>,
): Promise<Result<Layer>> {
  const image = openImage(source);
  return image.ok ? layerOfImage(image.value, turn) : image;
}

/** A layer of these, with all that lies below it, as a file of a format; nothing when `turn` says that it is not wanted any more. */
export async function fileOfLayer(
  name: string,
  layers: readonly Layer[],
  format: ImageFormat,
  turn: (done: number) => Promise<boolean>,
): Promise<Result<Uint8Array>> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const image = imageOfLayer(name, (each) => byName.get(each));
  if (!image.ok) return image;
  const file = new MemoryFile();
  const { sizeBytes } = image.value;
  const target =
    format === 'raw' ? ok(WritableRawImage.create(file, sizeBytes)) : createQcow2(file, { sizeBytes });
  if (!target.ok) return target;
  const copied = await copyImage(image.value, target.value, turn);
  return copied.ok ? ok(file.bytes) : copied;
}
