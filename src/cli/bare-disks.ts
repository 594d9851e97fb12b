/** Disks of `virtlab bare`: `--disk IMAGE[,writes=keep]` and `--disk size=64M`, in virtio slots from the first on. */
import { fail, ok, type Result } from '#base/result';
import { type BareDisk, MOST_BARE_DISKS } from '#machine/bare-platform';
import { sealLayer } from '#machine/devices/disk/layers/layer';
import { layerOf } from './image-layer.ts';
import type { KeptImages } from './kept-images.ts';
import { diskFrom } from './vm-devices.ts';

export async function bareDisks(texts: readonly string[], images: KeptImages): Promise<Result<BareDisk[]>> {
  if (texts.length > MOST_BARE_DISKS)
    return fail('option.count', { option: 'disk', most: MOST_BARE_DISKS, text: String(texts.length) });
  const disks: BareDisk[] = [];
  for (const [number, text] of texts.entries()) {
    const said = diskFrom(text);
    if (!said.ok) return said;
    if ('sizeBytes' in said.value) {
      const { sizeBytes, content, ...settings } = said.value;
      const { kind, ...ofContent } = content ?? {};
      const [other] = Object.keys({ ...settings, ...ofContent });
      if (other !== undefined) return unknown(other);
      disks.push({ layer: sealLayer({ sizeBytes, below: undefined, parts: new Map() }) });
      continue;
    }
    const { path, keeps, settings } = said.value;
    const [other] = Object.keys(settings);
    if (other !== undefined) return unknown(other);
    const name = `disk-${number}`;
    const layer = await layerOf({ path, keeps, name }, images);
    if (!layer.ok) return layer;
    disks.push({ layer: layer.value, keeper: images.keeper(name) });
  }
  return ok(disks);
}

/** Of what a VM's disk can be told, a bare machine's has only these. */
function unknown(option: string): Result<never> {
  return fail('option.unknown', { of: 'disk', option, known: 'size, writes' });
}
