/**
 * Layers that come along, by what scenarios call them: small ones, as text. The file system was made by mke2fs with a fixed date and name,
 * so that it is the same wherever it is made.
 *
 *   mke2fs -t ext2 -b 1024 -I 128 -N 32 -m 0 -O none,filetype,sparse_super -L base -d FOLDER FILE 512k
 */
import type { Layer } from '#machine/devices/disk/layers/layer';
import { fromBase64Url } from '../base64url.ts';
import { packedBeginning } from '../inflate.ts';
import { rawLayer } from './image-layer.ts';

/** A file system of 512 KiB (ext2) with the file `shared.txt` in it; deflated. */
const SHARED_TEXT =
  '7dg9b9NAHAfgs1OESMt7QIxWRxARUkeGqlIZOyHYGFLF0Ii2QXFAsJWP0JW5X4CBhYmZmU_AxoBYGNjCOXagKSyIqFKU55H-8YvOcuzkd7q7EIBFlZUfabX_JQmhFbfJyQZZ3a708c3dEEaj-9-Sqt34uDK5bjnWQb2f1ucvR6ura2ubmw_GtjtFftrP-vnm2bfPNrbS9-vvtht7h4_K77Uy9VyzlyzI_-icKM2lRqylWGfG-W9NugJgAYxG6_9z-cEImF8Xyz4AWETh-Px3Uqfo60Y9Afnj_o2puYj5JTBrH8r-587f-p803DjWrlmva5brhedjXYgVh07hUrm2GetKrKuhWj-99g_3P3odwu26__1xtPL09_2Tqf7vup8KAIAZSMdj2iRt_9pP03a7Guu2QjPd7RfDW4_7z_e71dj3U6OZFDudQd5tD18OvT-YZ8sn8v-9UeUfWBBLXgHIPyD_gPwD8g_IPyD_gPwD8g_IPyD_wDy49yIfvMoebmXDnc4w2-3lRdbfjwe9IuvtdZ7k2SDvdIvxiXbT6wIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAObATw';
export const SHARED_TEXT_BYTES: number = 512 * 1024;

let made: Layer | undefined;

/** A disk on which two VMs may begin. */
export function sharedTextLayer(): Layer {
  const packed = fromBase64Url(SHARED_TEXT) ?? new Uint8Array();
  made ??= rawLayer(packedBeginning(packed, SHARED_TEXT_BYTES)?.content ?? new Uint8Array());
  return made;
}

/** A layer that comes along, by its name. */
export function builtinLayer(name: string): Layer | undefined {
  const layer = sharedTextLayer();
  return layer.name === name ? layer : undefined;
}
