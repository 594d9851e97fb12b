/**
 * Builds Linux kernels for guests: source tree from its Debian package, configuration from fragments, cross-compiled.
 * Every phase leaves a mark, so a run that was interrupted goes on where it stopped. For scripts.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, PackagingError, progress, run } from './commands.ts';
import { sha256 } from './debian-packages.ts';
import type { Manifest } from './manifest.ts';

/** A kernel that we build, and the fragments that make its configuration, in this order. */
export interface KernelVariant {
  readonly name: 'tiny' | 'lab' | 'desk' | 'nested';
  readonly fragments: readonly string[];
}

export const KERNEL_VARIANTS: readonly KernelVariant[] = [
  { name: 'tiny', fragments: ['lab.fragment', 'tiny.fragment'] },
  { name: 'lab', fragments: ['lab.fragment'] },
  { name: 'desk', fragments: ['lab.fragment', 'desk.fragment'] },
  { name: 'nested', fragments: ['lab.fragment', 'tiny.fragment', 'nested.fragment'] },
];

const CROSS_COMPILE = 'riscv64-linux-gnu-';
/** Programs of the build, and the Debian packages that have them. */
const TOOLS = {
  [`${CROSS_COMPILE}gcc`]: 'gcc-riscv64-linux-gnu',
  gcc: 'gcc',
  make: 'make',
  flex: 'flex',
  bison: 'bison',
  bc: 'bc',
  xz: 'xz-utils',
  'dpkg-deb': 'dpkg',
} as const;

/** Path of a file of this folder: a fragment, or `init`. */
export function ownFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Debian packages that this machine lacks for a build. */
export function missingBuildPackages(): string[] {
  return Object.entries(TOOLS)
    .filter(([program]) => findProgram(program) === undefined)
    .map(([, debianPackage]) => debianPackage);
}

export interface BuildPlace {
  /** Source trees, object files and logs; may be deleted at any time. */
  readonly folder: string;
  readonly jobs: number;
  readonly manifest: Manifest;
}

/** Unpacks the kernel's source out of its package; gives the folder of the tree. */
export async function unpackKernelSource(place: BuildPlace, packageFile: string): Promise<string> {
  const tree = join(place.folder, `source-${place.manifest.kernel.version}`);
  if (existsSync(tree)) return tree;
  const partial = `${tree}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  progress('unpacking the kernel source (1.6 GB, about a minute)');
  const pipeline = [
    'set -o pipefail',
    'dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/$2.tar.xz" | tar -xJ --strip-components=1 -C "$3"',
  ].join('; ');
  const args = ['-c', pipeline, 'unpack', packageFile, place.manifest.kernel.name, partial];
  await run('bash', args, { log: join(place.folder, 'unpack.log') });
  renameSync(partial, tree);
  return tree;
}

/** What a build gives: the raw `Image`, and the full configuration that it was built with. */
export interface BuiltKernel {
  readonly image: Uint8Array;
  readonly config: string;
}

/** Builds one kernel, or takes what an earlier run built from the same inputs. */
export async function buildKernel(
  place: BuildPlace,
  tree: string,
  variant: KernelVariant,
): Promise<BuiltKernel> {
  const output = join(place.folder, `build-${variant.name}`);
  const config = join(output, '.config');
  const image = join(output, 'arch/riscv/boot/Image');
  const stampFile = join(output, 'virtlab.stamp');
  const fragments = variant.fragments.map(ownFile);
  const texts = fragments.map((path) => readFileSync(path, 'utf8'));
  const { kernel, buildTimestamp } = place.manifest;
  const stamp = sha256(
    new TextEncoder().encode([JSON.stringify({ kernel, buildTimestamp }), ...texts].join('\0')),
  );
  const built = (): BuiltKernel => ({ image: readFileSync(image), config: readFileSync(config, 'utf8') });
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(image)) {
    progress(`linux-${variant.name}: built before from the same sources`);
    return built();
  }

  mkdirSync(output, { recursive: true });
  const log = join(place.folder, `build-${variant.name}.log`);
  const env = {
    ARCH: 'riscv',
    CROSS_COMPILE,
    KBUILD_BUILD_TIMESTAMP: buildTimestamp,
    KBUILD_BUILD_USER: 'virtlab',
    KBUILD_BUILD_HOST: 'virtlab',
    KBUILD_BUILD_VERSION: '1',
    KCONFIG_CONFIG: config,
  };
  const make = (target: string, onLine?: (line: string) => void) =>
    run('make', ['-C', tree, `O=${output}`, `-j${place.jobs}`, target], {
      log,
      env,
      ...(onLine && { onLine }),
    });

  progress(`linux-${variant.name}: configuring from ${variant.fragments.join(' + ')}`);
  await make('tinyconfig');
  await run(join(tree, 'scripts/kconfig/merge_config.sh'), ['-m', '-O', output, config, ...fragments], {
    cwd: tree,
    env,
    log,
  });
  await make('olddefconfig');
  reportRefused(variant, texts, readFileSync(config, 'utf8'));

  progress(`linux-${variant.name}: compiling with ${place.jobs} job(s): 5 to 9 minutes of processor time`);
  let objects = 0;
  await make('Image', (line) => {
    if (/^\s+(CC|AS|LD|AR)\s/.test(line) && ++objects % 250 === 0)
      progress(`linux-${variant.name}: ${objects} steps done`);
  });
  if (!existsSync(image)) throw new PackagingError(`make ended well but left no ${image}`);
  writeFileSync(stampFile, stamp);
  return built();
}

/** Options that fragments set, and their final values; the last fragment has the last word. */
export function fragmentOptions(texts: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const line of texts.join('\n').split('\n')) {
    const [, off] = /^# (CONFIG_\w+) is not set$/.exec(line) ?? [];
    const [, name, value] = /^(CONFIG_\w+)=(.*)$/.exec(line) ?? [];
    if (off !== undefined) options.set(off, 'n');
    else if (name !== undefined && value !== undefined) options.set(name, value);
  }
  return options;
}

/** Options that were asked for and that the configuration does not have (Kconfig drops them without a word). */
export function refusedOptions(fragments: readonly string[], config: string): string[] {
  const actual = fragmentOptions([config]);
  return [...fragmentOptions(fragments)]
    .filter(([name, value]) => (actual.get(name) ?? 'n') !== value)
    .map(([name]) => name);
}

function reportRefused(variant: KernelVariant, fragments: readonly string[], config: string): void {
  const refused = refusedOptions(fragments, config);
  if (refused.length > 0) progress(`linux-${variant.name}: not taken by this source: ${refused.join(' ')}`);
}
