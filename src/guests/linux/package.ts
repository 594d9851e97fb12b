/**
 * `npm run guests:linux`: packages Linux guests into public/guests, from Debian's packages or from a folder of earlier
 * builds. Arguments: the kernels to make (tiny, lab, desk, nested; the first two when nothing is asked for); others that are
 * there stay. Options: --stock (Debian's own kernel), --jobs N, --update (pin what the mirror has now).
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AGENT_IMAGE } from '../agent/build.ts';
import { GUESTS_FOLDER, type GuestFileName } from '../catalogue.ts';
import { INNER_GUEST, NESTED_IMAGES, VMM } from '../nested/build.ts';
import { CACHE_VARIABLE, cachedBusybox, cachedFirmware, cachedKernel } from './cache.ts';
import { COMMAND, PackagingError, progress, run } from './commands.ts';
import { PackageStore } from './debian-packages.ts';
import { type Firmware, unpackFirmware } from './firmware.ts';
import { modulesOf, packInitramfs } from './initramfs.ts';
import { earlierProducts, keptKernels } from './kept.ts';
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
import { STOCK_META_PACKAGE, type StockKernel, stockPackageName, unpackStockKernel } from './stock-kernel.ts';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const WORK_FOLDER = join(ROOT, '.cache/guests');
const PACKAGES_FOLDER = join(WORK_FOLDER, 'apt');
const OUTPUT_FOLDER = join(ROOT, 'public', GUESTS_FOLDER);

const DEFAULT_VARIANTS: readonly string[] = ['tiny', 'lab'];

interface Options {
  readonly variants: readonly KernelVariant[];
  readonly stock: boolean;
  readonly jobs: number;
  readonly update: boolean;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    options: { jobs: { type: 'string' }, stock: { type: 'boolean' }, update: { type: 'boolean' } },
    allowPositionals: true,
  });
  const jobs = values.jobs === undefined ? availableParallelism() : Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new PackagingError(`--jobs takes a number, not "${values.jobs}"`);
  const stock = values.stock === true;
  const names = positionals.length > 0 || stock ? positionals : DEFAULT_VARIANTS;
  const unknown = names.find((name) => !KERNEL_VARIANTS.some((variant) => variant.name === name));
  if (unknown !== undefined) throw new PackagingError(`no kernel is called "${unknown}"`);
  const variants = KERNEL_VARIANTS.filter(({ name }) => names.includes(name));
  return { variants, stock, jobs, update: values.update === true };
}

/** The raw parts of all guests, and the folder that they came from. */
interface Parts {
  readonly kernels: readonly Product[];
  readonly busybox: Uint8Array;
  /** Where a kernel wants it. */
  readonly firmware: Firmware | undefined;
  readonly folder: string;
}

/** The kernel that owns a bare machine, and comes with firmware and with programs of its own. */
const NESTED = 'nested';
function isNested({ name }: KernelVariant): boolean {
  return name === NESTED;
}

/** What we say of a kernel's version, and of what came with it. */
function versionOf(name: GuestFileName, { kernel, stockKernel, busybox, firmware }: Manifest): string {
  if (name === 'linux-stock') return `Linux ${stockKernel.version}`;
  if (name === 'opensbi') return `OpenSBI ${firmware.version}`;
  if (name === 'initrd' || name === 'initrd-nested') return `busybox ${busybox.version}`;
  if (name === 'initrd-stock') return `busybox ${busybox.version}, modules of Linux ${stockKernel.version}`;
  return `Linux ${kernel.version}`;
}

function product(name: GuestFileName, bytes: Uint8Array, manifest: Manifest, config?: string): Product {
  const ending = name.startsWith('linux') ? 'Image' : name.startsWith('initrd') ? 'cpio' : 'bin';
  const file = `${name}.${ending}`;
  return { name, file, bytes, version: versionOf(name, manifest), config };
}

function partsFromCache(folder: string, variants: readonly KernelVariant[], manifest: Manifest): Parts {
  progress(`taking kernels and busybox from ${CACHE_VARIABLE}=${folder}: nothing is built`);
  return {
    kernels: variants.map(({ name }) =>
      product(`linux-${name}`, cachedKernel(folder, name, manifest), manifest),
    ),
    busybox: cachedBusybox(folder),
    firmware: variants.some(isNested) ? cachedFirmware(folder) : undefined,
    folder,
  };
}

async function partsFromDebian(
  variants: readonly KernelVariant[],
  jobs: number,
  manifest: Manifest,
  store: PackageStore,
): Promise<Parts> {
  const busybox = await busyboxFrom(await store.file(manifest.busybox));
  if (variants.length === 0) return { kernels: [], busybox, firmware: undefined, folder: WORK_FOLDER };
  const firmware = variants.some(isNested)
    ? await unpackFirmware(await store.file(manifest.firmware), WORK_FOLDER)
    : undefined;
  const missing = missingBuildPackages();
  if (missing.length > 0)
    throw new PackagingError(
      `building needs ${missing.join(', ')}: on Debian, "sudo apt-get install ${missing.join(' ')}"; ` +
        `or name a folder of earlier builds with ${CACHE_VARIABLE}`,
    );
  const kernelPackage = await store.file(manifest.kernel);
  const place = { folder: join(WORK_FOLDER, 'linux'), jobs, manifest };
  mkdirSync(place.folder, { recursive: true });
  const tree = await unpackKernelSource(place, kernelPackage);
  const kernels: Product[] = [];
  for (const variant of variants) {
    const { image, config } = await buildKernel(place, tree, variant);
    kernels.push(product(`linux-${variant.name}`, image, manifest, config));
  }
  return { kernels, busybox, firmware, folder: tree };
}

async function busyboxFrom(packageFile: string): Promise<Uint8Array> {
  const folder = join(WORK_FOLDER, 'busybox');
  await run('dpkg-deb', ['--extract', packageFile, folder], { log: join(WORK_FOLDER, 'busybox.log') });
  return readFileSync(join(folder, 'usr/bin/busybox'));
}

/** Pins what the mirror has now. */
async function updated(manifest: Manifest): Promise<Manifest> {
  const store = new PackageStore(PACKAGES_FOLDER, manifest);
  const stockName = stockPackageName(await store.dependsOf(STOCK_META_PACKAGE));
  const newest = {
    kernel: await store.newest(manifest.kernel),
    stockKernel: await store.newest({ ...manifest.stockKernel, name: stockName }),
    busybox: await store.newest(manifest.busybox),
    firmware: await store.newest(manifest.firmware),
  };
  for (const { name, version } of Object.values(newest)) progress(`pinned ${name} ${version}`);
  return { ...manifest, ...newest };
}

/** All that there will be: what this run made, what stays of earlier ones, and first file systems around this busybox. */
function allProducts(parts: Parts, stock: StockKernel | undefined, manifest: Manifest): Product[] {
  const made = [...parts.kernels];
  if (stock !== undefined) made.push(product('linux-stock', stock.image, manifest, stock.config));
  const earlier = earlierProducts(OUTPUT_FOLDER);
  const kept = keptKernels(earlier, made, (name) =>
    name.startsWith('linux') ? versionOf(name, manifest) : undefined,
  );
  const own = {
    ...{ init: readFileSync(ownFile('init')), agent: readFileSync(AGENT_IMAGE) },
    lease: readFileSync(ownFile('lease')),
  };
  const kernels = [...made, ...kept];
  const products = [...kernels, product('initrd', packInitramfs(parts.busybox, own), manifest)];
  if (kernels.some(({ name }) => name === 'linux-stock')) {
    const earlierModules = earlier.find(({ name }) => name === 'initrd-stock')?.bytes ?? new Uint8Array();
    const modules = stock?.modules ?? modulesOf(earlierModules);
    products.push(product('initrd-stock', packInitramfs(parts.busybox, own, modules), manifest));
  }
  if (kernels.some(({ name }) => name === 'linux-nested')) {
    const programs = [
      { path: 'sbin/vmm', data: readFileSync(join(NESTED_IMAGES, VMM)) },
      { path: 'root/guest.bin', data: readFileSync(join(NESTED_IMAGES, INNER_GUEST)) },
    ];
    products.push(product('initrd-nested', packInitramfs(parts.busybox, own, [], programs), manifest));
    const { firmware } = parts;
    const kept = earlier.filter(
      ({ name, version }) => name === 'opensbi' && version === versionOf(name, manifest),
    );
    products.push(
      ...(firmware === undefined
        ? kept
        : [{ ...product('opensbi', firmware.bytes, manifest), licence: firmware.licence }]),
    );
  }
  return products;
}

async function main(): Promise<void> {
  const { variants, stock, jobs, update } = options();
  mkdirSync(WORK_FOLDER, { recursive: true });
  const manifest = update ? await updated(readManifest()) : readManifest();
  if (update) writeManifest(manifest);

  const store = new PackageStore(PACKAGES_FOLDER, manifest);
  const cache = process.env[CACHE_VARIABLE];
  const parts =
    cache === undefined || cache === ''
      ? await partsFromDebian(variants, jobs, manifest, store)
      : partsFromCache(resolve(cache), variants, manifest);
  const stockKernel = stock
    ? await unpackStockKernel(manifest.stockKernel, await store.file(manifest.stockKernel), WORK_FOLDER)
    : undefined;
  publish({
    folder: OUTPUT_FOLDER,
    partial: join(WORK_FOLDER, 'publish'),
    products: allProducts(parts, stockKernel, manifest),
    manifest,
    besides: parts.folder,
  });
  progress(`done: ${OUTPUT_FOLDER}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof PackagingError ? `${COMMAND}: ${error.message}` : error);
  process.exitCode = 1;
});
