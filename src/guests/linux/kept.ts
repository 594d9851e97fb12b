/**
 * Kernels that an earlier run published: a run that makes some kernels leaves the others as they are, if they are what
 * the manifest states. For scripts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GUESTS_FILE, type GuestFile, type GuestFileName, parseGuestList } from '../catalogue.ts';
import { progress } from './commands.ts';
import { sha256 } from './debian-packages.ts';
import type { Product } from './publish.ts';

/** Everything in the folder whose file is as its list says; nothing where there is no list. */
export function earlierProducts(folder: string): Product[] {
  const listFile = join(folder, GUESTS_FILE);
  if (!existsSync(listFile)) return [];
  const list = parseGuestList(readFileSync(listFile, 'utf8'));
  return list.ok ? list.value.files.flatMap((file) => earlierProduct(folder, file) ?? []) : [];
}

function earlierProduct(folder: string, file: GuestFile): Product | undefined {
  try {
    const bytes = new Uint8Array(gunzipSync(readFileSync(join(folder, file.file))));
    if (sha256(bytes) === file.sha256) {
      const config = join(folder, `${file.name}.config`);
      return {
        name: file.name,
        file: file.file.replace(/\.gzip$/, ''),
        bytes,
        version: file.version,
        config: existsSync(config) ? readFileSync(config, 'utf8') : undefined,
        isKept: true,
      };
    }
  } catch {
    // No such file, or not packed as it should be: said below.
  }
  progress(`${file.file} of an earlier run is damaged; it goes`);
  return undefined;
}

/** Kernels of an earlier run that this one did not make, and that are of the version that we state for them. */
export function keptKernels(
  earlier: readonly Product[],
  made: readonly Product[],
  version: (name: GuestFileName) => string | undefined,
): Product[] {
  const kept = earlier.filter(
    ({ name, version: stated }) => made.every((product) => product.name !== name) && stated === version(name),
  );
  for (const { name } of kept) progress(`${name}: stays as an earlier run made it`);
  return kept;
}
