/**
 * Takes kernels and busybox from a folder of earlier builds instead of building: `Image-NAME.br` and
 * `initrd-lab.cpio.br`, brotli-compressed; for what owns its machine, firmware too. For scripts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { PackagingError } from './commands.ts';
import { fileInCpio } from './cpio.ts';
import { FIRMWARE_FILE, FIRMWARE_LICENCE, type Firmware } from './firmware.ts';
import type { Manifest } from './manifest.ts';

/** Names the folder of earlier builds. */
export const CACHE_VARIABLE = 'VIRTLAB_GUESTS_CACHE';
const INITRAMFS = 'initrd-lab.cpio.br';

function unpacked(folder: string, name: string): Uint8Array {
  const path = join(folder, name);
  if (!existsSync(path))
    throw new PackagingError(`the cache folder has no ${name} (${CACHE_VARIABLE}=${folder})`);
  try {
    return brotliDecompressSync(readFileSync(path));
  } catch (error) {
    throw new PackagingError(`${path} is damaged: ${String(error)}`);
  }
}

/** A raw kernel from the cache; it must be of the version that the manifest pins, since that is what we state. */
export function cachedKernel(folder: string, variant: string, manifest: Manifest): Uint8Array {
  const image = unpacked(folder, `Image-${variant}.br`);
  const banner = kernelBanner(image);
  const pinned = manifest.kernel.version.replace(/-[^-]*$/, '');
  const [, found] = /^Linux version (\d+\.\d+\.\d+)/.exec(banner ?? '') ?? [];
  if (found === pinned) return image;
  throw new PackagingError(
    `Image-${variant}.br in ${folder} is Linux ${found ?? '?'}; the manifest pins ${pinned}`,
  );
}

/** Busybox out of the cached initramfs; the rest of the initramfs is our own. */
export function cachedBusybox(folder: string): Uint8Array {
  const busybox = fileInCpio(unpacked(folder, INITRAMFS), 'bin/busybox');
  if (busybox === undefined) throw new PackagingError(`${INITRAMFS} in ${folder} holds no bin/busybox`);
  return busybox;
}

/** The firmware out of the cache, and its licence. */
export function cachedFirmware(folder: string): Firmware {
  return {
    bytes: unpacked(folder, `${FIRMWARE_FILE}.br`),
    licence: readFileSync(join(folder, FIRMWARE_LICENCE)),
  };
}

/** "Linux version 6.12.107-tiny (...)": the text that a kernel prints first. */
export function kernelBanner(image: Uint8Array): string | undefined {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  // The same words are in a format string too; the banner has a digit after them.
  for (let at = bytes.indexOf('Linux version '); at >= 0; at = bytes.indexOf('Linux version ', at + 1)) {
    const text = bytes.toString('latin1', at, at + 300);
    if (/^Linux version \d/.test(text)) return text.split(/[\n\0]/, 1)[0];
  }
  return undefined;
}
