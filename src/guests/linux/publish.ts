/**
 * Writes the packaged guests where the site serves them: compressed files, the list of them, licences and the
 * statement of their sources. For scripts.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { GUESTS_FILE, type GuestFile, type GuestFileName, type GuestList } from '../catalogue.ts';
import { PackagingError, progress } from './commands.ts';
import { sha256 } from './debian-packages.ts';
import { FIRMWARE_FILE, FIRMWARE_LICENCE } from './firmware.ts';
import { KERNEL_VARIANTS, type KernelVariant, ownFile } from './kernel-build.ts';
import type { Manifest } from './manifest.ts';

/** A file to publish, uncompressed. */
export interface Product {
  readonly name: GuestFileName;
  /** Name of the file, without what compression adds. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly version: string;
  /** Full kernel configuration, where it is known. */
  readonly config?: string | undefined;
  /** Of firmware; where an earlier run made it, it lies there. */
  readonly licence?: Uint8Array;
  /** An earlier run made it; now it is published again. */
  readonly isKept?: boolean;
}

/** Licences of what is published, and where their texts may be found; the first that exists is taken. */
const LICENCES = [
  { file: 'GPL-2.0.txt', places: ['/usr/share/common-licenses/GPL-2', 'LICENSES/preferred/GPL-2.0'] },
  { file: 'LGPL-2.1.txt', places: ['/usr/share/common-licenses/LGPL-2.1', 'LICENSES/preferred/LGPL-2.1'] },
] as const;

export interface Publication {
  readonly folder: string;
  /** On the same file system: here the files are made. */
  readonly partial: string;
  readonly products: readonly Product[];
  readonly manifest: Manifest;
  /** Source tree or cache: licence texts and fragments of its own may lie there. */
  readonly besides: string;
}

/** Writes all files beside the folder, then puts them in its place: whoever reads it sees the old or the new. */
export function publish(publication: Publication): GuestList {
  const { folder, partial, products } = publication;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const list: GuestList = { version: 1, files: products.map((product) => publishFile(partial, product)) };
  publishSources(publication, partial);
  writeFileSync(join(partial, GUESTS_FILE), `${JSON.stringify(list, null, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(partial, folder);
  return list;
}

/** Not named `.gz`: servers add a Content-Encoding to that, and the page would see other bytes than we wrote. */
function publishFile(folder: string, { name, file, bytes, version }: Product): GuestFile {
  const compressed = gzipSync(bytes, { level: 9 });
  const compressedName = `${file}.gzip`;
  writeFileSync(join(folder, compressedName), compressed);
  progress(`${compressedName}: ${bytes.length} bytes, compressed ${compressed.length}, ${version}`);
  return {
    name,
    file: compressedName,
    compression: 'gzip',
    compressedBytes: compressed.length,
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
    version,
  };
}

/** Licence texts, kernel configurations, and the statement that the licences ask for. */
function publishSources({ products, manifest, besides, folder: earlier }: Publication, folder: string): void {
  for (const { file, places } of LICENCES) {
    const candidates = [...places, file].map((place) => resolve(besides, place)).concat(join(earlier, file));
    const found = candidates.find((path) => existsSync(path));
    if (found === undefined) throw new PackagingError(`no licence text here: put ${file} into ${besides}`);
    copyFileSync(found, join(folder, file));
  }
  const productOf = (variant: KernelVariant) =>
    products.find((product) => product.name === `linux-${variant.name}`);
  const kernels = KERNEL_VARIANTS.filter((variant) => productOf(variant) !== undefined);
  for (const fragment of new Set(kernels.flatMap(({ fragments }) => fragments))) {
    const users = kernels.filter(({ fragments }) => fragments.includes(fragment));
    // A cache that brings its own fragments was built from those; what an earlier run made, from what lies beside it.
    const isKept = users.every((variant) => productOf(variant)?.isKept === true);
    const own = join(isKept ? earlier : besides, fragment);
    copyFileSync(existsSync(own) ? own : ownFile(fragment), join(folder, fragment));
  }
  for (const { name, config } of products)
    if (config !== undefined) writeFileSync(join(folder, `${name}.config`), config);
  const configurations = kernels.map((variant) => {
    const { name, fragments } = variant;
    const full = productOf(variant)?.config;
    const recipe = `make tinyconfig, then ${fragments.join(' and ')}, then olddefconfig`;
    return `linux-${name}: ${recipe}${full === undefined ? '' : `; the full result is linux-${name}.config`}`;
  });
  const firmware = products.find(({ name }) => name === 'opensbi');
  if (firmware !== undefined)
    writeFileSync(
      join(folder, FIRMWARE_LICENCE),
      firmware.licence ?? readFileSync(join(earlier, FIRMWARE_LICENCE)),
    );
  const names = products.map(({ name }) => name);
  writeFileSync(join(folder, 'SOURCES.txt'), sourcesText(manifest, configurations, names));
}

/** A kernel that we build is Debian's source with a configuration of ours. */
function kernelText({ kernel, suite }: Manifest, configurations: readonly string[]): string {
  if (configurations.length === 0) return '';
  return `Linux kernels (${configurations.map((text) => text.split(':', 1)[0]).join(', ')})
  Licence: GNU General Public License, version 2 only (GPL-2.0.txt), with the Linux syscall note
  Source:  Debian source package ${kernel.source}, suite ${suite}
           unchanged, from the binary package ${kernel.name} ${kernel.version}
           SHA-256 ${kernel.sha256}
  Configuration:
${configurations.map((line) => `    ${line}`).join('\n')}

`;
}

function stockText({ stockKernel, suite }: Manifest): string {
  return `Debian's own Linux kernel (linux-stock.Image.gzip) and its modules (lib/modules in initrd-stock.cpio.gzip)
  Licence: GNU General Public License, version 2 only (GPL-2.0.txt), with the Linux syscall note
  Source:  Debian source package ${stockKernel.source}, suite ${suite}
           the files are those of the binary package ${stockKernel.name}
           ${stockKernel.version} (${stockKernel.architecture}), some of the modules uncompressed
           SHA-256 ${stockKernel.sha256}
  Configuration: linux-stock.config, Debian's

`;
}

function firmwareText({ firmware, suite }: Manifest): string {
  return `OpenSBI (opensbi.bin.gzip)
  Licence: two-clause BSD and others (${FIRMWARE_LICENCE})
  Source:  Debian source package ${firmware.source}, suite ${suite}
           ${FIRMWARE_FILE} of the binary package ${firmware.name} ${firmware.version} (${firmware.architecture})
           SHA-256 ${firmware.sha256}

`;
}

/** What is in the folder, under which licence, and how to get the sources. */
function sourcesText(
  manifest: Manifest,
  configurations: readonly string[],
  names: readonly GuestFileName[],
): string {
  const { busybox, suite } = manifest;
  const hasStock = names.includes('linux-stock');
  const hasFirmware = names.includes('opensbi');
  const initrds = names.filter((name) => name.startsWith('initrd')).map((name) => `${name}.cpio.gzip`);
  const sources = [
    ...(configurations.length > 0 ? [manifest.kernel.source] : []),
    ...(hasStock ? [manifest.stockKernel.source] : []),
    ...(hasFirmware ? [manifest.firmware.source] : []),
    busybox.source,
    ...(busybox.builtUsing === undefined ? [] : [busybox.builtUsing]),
  ];
  const wanted = [...new Set(sources)].map((source) => source.replace(' ', '='));
  return `Software in this folder, its licences and its sources

The files ending in .gzip are guest software that virtlab runs; they are not part of virtlab's own program, and
virtlab's licence does not apply to them.
They were made by \`npm run guests:linux\` from the packages below, or taken from a cache of builds made in that way.

${kernelText(manifest, configurations)}${hasStock ? stockText(manifest) : ''}${hasFirmware ? firmwareText(manifest) : ''}Initial file system (${initrds.join(', ')})
  bin/busybox
    Licence: GNU General Public License, version 2 (GPL-2.0.txt)
    Source:  Debian source package ${busybox.source}, suite ${suite}
             unchanged, from the binary package ${busybox.name} ${busybox.version} (${busybox.architecture})
             SHA-256 ${busybox.sha256}
    Linked with: ${busybox.builtUsing ?? 'nothing else'}
             (GNU Lesser General Public License, version 2.1 or later: LGPL-2.1.txt)
  everything else is virtlab's own (MIT), from src/guests/linux in its repository${hasStock ? '; but lib/modules is as above' : ''}

How to get the sources
  Debian's mirrors have them, and its snapshot archive keeps all versions. On Debian, with a deb-src line for ${suite}:
    apt-get source ${wanted.join(' ')}
  The scripts that control the build are src/guests/linux in virtlab's repository.

Written offer
  Whoever distributes this folder to you offers, for at least three years from that day, to give any third party
  who asks the complete corresponding source code of the programs above on a medium customarily used for software
  interchange, for no more than the cost of physically doing so. Ask at the place where you got the folder.
`;
}
