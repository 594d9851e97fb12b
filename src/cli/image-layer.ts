/** The image of a disk as a person names it, open for a machine: the layer that its disk lies on, and who writes back into the image. */
import { ok, type Result } from '#base/result';
import { openImage } from '#lab/disks/formats/open-image';
import { layerOfImage } from '#lab/disks/image-layer';
import type { Layer } from '#machine/devices/disk/layers/layer';
import { withDiskFile } from './disk-file.ts';
import type { KeptImages } from './kept-images.ts';

export interface NamedImage {
  readonly path: string;
  /** What is flushed goes into the image. */
  readonly keeps: boolean;
  /** Of its disk: the name under which its keeper is found. */
  readonly name: string;
}

/** Takes an image of any format for this process. */
export async function layerOf({ path, keeps, name }: NamedImage, images: KeptImages): Promise<Result<Layer>> {
  const taken = images.take(path, keeps);
  if (!taken.ok) return taken;
  const layer = await withDiskFile(path, 'r', async (file) => {
    const image = openImage(file);
    return image.ok ? layerOfImage(image.value, async () => true) : image;
  });
  if (!layer.ok) return layer;
  const kept = keeps ? images.keep(name, path, layer.value) : ok(null);
  return kept.ok ? layer : kept;
}
