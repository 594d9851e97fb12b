/**
 * Debian's own kernel as a guest: its image and configuration as the package has them, the modules that a VM of ours
 * needs, and the two tables that modprobe reads. For scripts.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseImage } from '../image.ts';
import { PackagingError, progress, run } from './commands.ts';
import type { CpioFile } from './cpio.ts';
import type { DebianPackage } from './manifest.ts';

/** Depends on the newest stock kernel of its suite. */
export const STOCK_META_PACKAGE = 'linux-image-riscv64';

/** Paths below `kernel/`, without what compression adds: drivers of our devices, which every boot loads. */
const DEVICE_MODULES: readonly string[] = [
  'drivers/virtio/virtio_mmio.ko',
  'drivers/virtio/virtio_balloon.ko',
  'drivers/block/virtio_blk.ko',
  'drivers/char/hw_random/virtio-rng.ko',
  'drivers/net/virtio_net.ko',
  'drivers/net/net_failover.ko',
  'net/core/failover.ko',
];
/** What the kernel asks for when somebody mounts a disk. They stay compressed, since ext4 has 7 MB of relocations. */
const FILE_SYSTEM_MODULES: readonly string[] = [
  'fs/ext4/ext4.ko',
  'fs/jbd2/jbd2.ko',
  'fs/mbcache.ko',
  'lib/crc16.ko',
  'crypto/crc32c_generic.ko',
];
const MODULES_FOLDER = 'usr/lib/modules';

/** What a stock kernel's package gives. */
export interface StockKernel {
  /** The raw `Image`. */
  readonly image: Uint8Array;
  /** Debian's configuration. */
  readonly config: string;
  /** Modules, and the tables that modprobe needs to find them. */
  readonly modules: readonly CpioFile[];
}

/** Takes a kernel out of its package; the folder keeps what was unpacked. */
export async function unpackStockKernel(
  wanted: DebianPackage,
  packageFile: string,
  folder: string,
): Promise<StockKernel> {
  const tree = join(folder, `stock-${wanted.sha256.slice(0, 16)}`);
  if (!existsSync(tree)) await unpack(packageFile, tree, `${folder}/stock.log`);
  const boot = readdirSync(join(tree, 'boot'));
  const kernel = boot.find((name) => name.startsWith('vmlinu'));
  const config = boot.find((name) => name.startsWith('config-'));
  const [release] = readdirSync(join(tree, MODULES_FOLDER));
  if (kernel === undefined || config === undefined || release === undefined)
    throw new PackagingError(`${wanted.name} is not laid out as Debian's kernels are`);
  return {
    image: rawImage(readFileSync(join(tree, 'boot', kernel)), wanted.name),
    config: readFileSync(join(tree, 'boot', config), 'utf8'),
    modules: moduleFiles(join(tree, MODULES_FOLDER, release, 'kernel'), release),
  };
}

async function unpack(packageFile: string, tree: string, log: string): Promise<void> {
  progress('unpacking the stock kernel and its modules (10 seconds)');
  const partial = `${tree}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const modules = [...DEVICE_MODULES, ...FILE_SYSTEM_MODULES].map(
    (path) => `./${MODULES_FOLDER}/*/kernel/${path}*`,
  );
  const pipeline = [
    'set -o pipefail',
    'from=$1 tree=$2; shift 2',
    'dpkg-deb --fsys-tarfile "$from" | tar -x -C "$tree" --wildcards "./boot/*" "$@"',
    // Compressed ones stay beside, since some go into the guest as they are.
    'find "$tree" -name "*.ko.xz" -exec xz --decompress --keep {} +',
  ].join('\n');
  await run('bash', ['-e', '-c', pipeline, 'unpack', packageFile, partial, ...modules], { log });
  renameSync(partial, tree);
}

/** Offsets of the header of a kernel that unpacks itself under EFI (Linux, drivers/firmware/efi/libstub/zboot-header.S). */
const ZBOOT = { magic: 4, payload: 8, payloadSize: 12, compression: 24, size: 32 } as const;

/** The `Image` that a VM can enter, out of an EFI wrapper if there is one: a VM has no EFI to run that. */
export function rawImage(file: Uint8Array, name: string): Uint8Array {
  const image = isZboot(file) ? zbootPayload(file, name) : file;
  const parsed = parseImage(image);
  if (parsed.ok && parsed.value.kind === 'linux-image') return image;
  throw new PackagingError(`the kernel of ${name} is no Linux Image`);
}

function isZboot(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(0, ZBOOT.size)).toString('latin1', ZBOOT.magic, ZBOOT.payload) === 'zimg';
}

function zbootPayload(file: Uint8Array, name: string): Uint8Array {
  const header = Buffer.from(file.subarray(0, ZBOOT.size));
  const [compression] = header.toString('latin1', ZBOOT.compression).split('\0', 1);
  if (compression !== 'gzip')
    throw new PackagingError(
      `the kernel of ${name} is compressed as ${compression}; only gzip is known here`,
    );
  const start = header.readUInt32LE(ZBOOT.payload);
  const payload = file.subarray(start, start + header.readUInt32LE(ZBOOT.payloadSize));
  return new Uint8Array(gunzipSync(payload));
}

/** The modules below a folder `kernel`, where the kernel of this release looks for them, and modprobe's tables. */
function moduleFiles(folder: string, release: string): CpioFile[] {
  const unpacked = (path: string) => readFileSync(join(folder, path));
  const isCompressed = (path: string) =>
    FILE_SYSTEM_MODULES.includes(path) && existsSync(join(folder, `${path}.xz`));
  const infos = [...DEVICE_MODULES, ...FILE_SYSTEM_MODULES].map((path) => ({
    ...moduleInfo(unpacked(path), path),
    path: `kernel/${path}${isCompressed(path) ? '.xz' : ''}`,
  }));
  const root = `lib/modules/${release}`;
  const tables = modprobeTables(infos);
  const encoder = new TextEncoder();
  return [
    ...infos.map(({ path }) => ({
      path: `${root}/${path}`,
      data: unpacked(path.slice('kernel/'.length)),
    })),
    { path: `${root}/modules.dep`, data: encoder.encode(tables.dependencies) },
    { path: `${root}/modules.alias`, data: encoder.encode(tables.aliases) },
  ];
}

/** What a module says of itself. */
export interface ModuleInfo {
  readonly name: string;
  readonly depends: readonly string[];
  readonly aliases: readonly string[];
}

/** Reads the `.modinfo` strings of a module: `key=value`, each with a zero behind it. */
export function moduleInfo(file: Uint8Array, path: string): ModuleInfo {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('latin1');
  const values = (key: string): string[] =>
    [...text.matchAll(new RegExp(`(?<=[^\\x20-\\x7e])${key}=([\\x20-\\x7e]*)\\0`, 'g'))].map(
      ([, value]) => value ?? '',
    );
  const name = basename(path, '.ko').replaceAll('-', '_');
  const [depends] = values('depends');
  // Every module has both; where they are not, these are not the strings that we look for.
  if (depends === undefined || !values('name').includes(name))
    throw new PackagingError(`${path} does not say what it is`);
  // A softdep is a wish for what the kernel cannot see in symbols: ext4's check sums.
  const wishes = values('softdep').flatMap((value) => /^pre: (\S+)$/.exec(value)?.[1] ?? []);
  return {
    name,
    depends: [...depends.split(',').filter((other) => other !== ''), ...wishes],
    aliases: values('alias'),
  };
}

/** The texts of `modules.dep` and `modules.alias` (modules.dep(5)): of each module, all that it needs, the last one first loaded. */
export function modprobeTables(modules: readonly (ModuleInfo & { readonly path: string })[]): {
  readonly dependencies: string;
  readonly aliases: string;
} {
  const find = (name: string) =>
    modules.find((module) => module.name === name || module.aliases.includes(name));
  const needs = (module: ModuleInfo): readonly string[] =>
    module.depends.flatMap((name) => {
      const needed = find(name);
      if (needed === undefined) throw new PackagingError(`${module.name} needs the module ${name}`);
      return [needed.path, ...needs(needed)];
    });
  // What several need must come behind all of them.
  const lastFirst = (paths: readonly string[]) => [...new Set([...paths].reverse())].reverse();
  const dependencies = modules.map((module) => [`${module.path}:`, ...lastFirst(needs(module))].join(' '));
  const aliases = modules.flatMap(({ name, aliases: own }) => own.map((alias) => `alias ${alias} ${name}`));
  return { dependencies: `${dependencies.join('\n')}\n`, aliases: `${aliases.join('\n')}\n` };
}

/** Name of the package that the meta package depends on. */
export function stockPackageName(depends: string): string {
  const [name] = /linux-image-\d\S*-riscv64/.exec(depends) ?? [];
  if (name === undefined) throw new PackagingError(`${STOCK_META_PACKAGE} depends on no kernel: ${depends}`);
  return name;
}
