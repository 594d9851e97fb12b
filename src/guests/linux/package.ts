/**
 * `npm run guests:linux`: packages Linux guests into public/guests, from Debian's packages or from a folder of earlier
 * builds. Arguments: the kernels (tiny, lab, desk; the first two when none is named). Options: --jobs N, --update (pin
 * what the mirror has now).
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { GUESTS_FOLDER } from '../catalogue.ts';
import { CACHE_VARIABLE, cachedBusybox, cachedKernel } from './cache.ts';
import { PackagingError, progress, run } from './commands.ts';
import { PackageStore } from './debian-packages.ts';
import { packInitramfs } from './initramfs.ts';
import {
  buildKernel,
  KERNEL_VARIANTS,
  type KernelVariant,
  missingBuildPackages,
  ownFile,
  unpackKernelSource,
} from './kernel-build.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { type Product, publish } from './publish.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const WORK_FOLDER = join(ROOT, '.cache/guests');
const OUTPUT_FOLDER = join(ROOT, 'public', GUESTS_FOLDER);

const DEFAULT_VARIANTS: readonly string[] = ['tiny', 'lab'];

interface Options {
  readonly variants: readonly KernelVariant[];
  readonly jobs: number;
  readonly update: boolean;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    options: { jobs: { type: 'string' }, update: { type: 'boolean' } },
    allowPositionals: true,
  });
  const jobs = values.jobs === undefined ? availableParallelism() : Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new PackagingError(`--jobs takes a number, not "${values.jobs}"`);
  const names = positionals.length > 0 ? positionals : DEFAULT_VARIANTS;
  const unknown = names.find((name) => !KERNEL_VARIANTS.some((variant) => variant.name === name));
  if (unknown !== undefined) throw new PackagingError(`no kernel is called "${unknown}"`);
  const variants = KERNEL_VARIANTS.filter(({ name }) => names.includes(name));
  return { variants, jobs, update: values.update === true };
}

/** The raw parts of all guests, and the folder that they came from. */
interface Parts {
  readonly kernels: readonly Product[];
  readonly busybox: Uint8Array;
  readonly folder: string;
}

function kernelProduct(
  variant: KernelVariant,
  manifest: Manifest,
  bytes: Uint8Array,
  config?: string,
): Product {
  const name = `linux-${variant.name}` as const;
  return { name, file: `${name}.Image`, bytes, version: `Linux ${manifest.kernel.version}`, config };
}

function partsFromCache(folder: string, variants: readonly KernelVariant[], manifest: Manifest): Parts {
  progress(`taking kernels and busybox from ${CACHE_VARIABLE}=${folder}: nothing is built`);
  return {
    kernels: variants.map((variant) =>
      kernelProduct(variant, manifest, cachedKernel(folder, variant.name, manifest)),
    ),
    busybox: cachedBusybox(folder),
    folder,
  };
}

async function partsFromDebian(
  variants: readonly KernelVariant[],
  jobs: number,
  manifest: Manifest,
): Promise<Parts> {
  const missing = missingBuildPackages();
  if (missing.length > 0)
    throw new PackagingError(
      `building needs ${missing.join(', ')}: on Debian, "sudo apt-get install ${missing.join(' ')}"; ` +
        `or name a folder of earlier builds with ${CACHE_VARIABLE}`,
    );
  const store = new PackageStore(join(WORK_FOLDER, 'apt'), manifest);
  const kernelPackage = await store.file(manifest.kernel);
  const busybox = await busyboxFrom(await store.file(manifest.busybox));
  const place = { folder: join(WORK_FOLDER, 'linux'), jobs, manifest };
  mkdirSync(place.folder, { recursive: true });
  const tree = await unpackKernelSource(place, kernelPackage);
  const kernels: Product[] = [];
  for (const variant of variants) {
    const { image, config } = await buildKernel(place, tree, variant);
    kernels.push(kernelProduct(variant, manifest, image, config));
  }
  return { kernels, busybox, folder: tree };
}

async function busyboxFrom(packageFile: string): Promise<Uint8Array> {
  const folder = join(WORK_FOLDER, 'busybox');
  await run('dpkg-deb', ['--extract', packageFile, folder], { log: join(WORK_FOLDER, 'busybox.log') });
  return readFileSync(join(folder, 'usr/bin/busybox'));
}

async function main(): Promise<void> {
  const { variants, jobs, update } = options();
  mkdirSync(WORK_FOLDER, { recursive: true });
  let manifest = readManifest();
  if (update) {
    const store = new PackageStore(join(WORK_FOLDER, 'apt'), manifest);
    const [kernel, busybox] = [await store.newest(manifest.kernel), await store.newest(manifest.busybox)];
    manifest = { ...manifest, kernel, busybox };
    writeManifest(manifest);
    progress(`pinned ${kernel.name} ${kernel.version} and ${busybox.name} ${busybox.version}`);
  }

  const cache = process.env[CACHE_VARIABLE];
  const built = cache === undefined || cache === '';
  const parts = built
    ? await partsFromDebian(variants, jobs, manifest)
    : partsFromCache(resolve(cache), variants, manifest);
  const initrd: Product = {
    name: 'initrd',
    file: 'initrd.cpio',
    bytes: packInitramfs(parts.busybox, readFileSync(ownFile('init'))),
    version: `busybox ${manifest.busybox.version}`,
  };
  const products = [...parts.kernels, initrd];
  publish({
    folder: OUTPUT_FOLDER,
    partial: join(WORK_FOLDER, 'publish'),
    products,
    manifest,
    besides: parts.folder,
    built,
  });
  progress(`done: ${OUTPUT_FOLDER}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof PackagingError ? `guests:linux: ${error.message}` : error);
  process.exitCode = 1;
});
