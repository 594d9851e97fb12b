/**
 * What some tests need besides Node: an emulator, compilers, a browser, Linux images. On a user's machine a test
 * whose need is not met is skipped, and the summary says so; with CI=true it runs, and fails. Imports no layer, so
 * that the tests of every layer may use it.
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const LINUX_FOLDER = join(ROOT, 'public/guests');
/** Where `npm run guests:debian` leaves its images. */
const DEBIAN_FOLDER = process.env['VIRTLAB_DEBIAN_CACHE'] || join(ROOT, '.cache/guests/debian');

/** One thing that tests may need. */
interface Need {
  /** Finds it: the path to use, or nothing. */
  readonly find: () => string | undefined;
  /** What is not tested without it. */
  readonly purpose: string;
  readonly howToGet: string;
}

const debian = (name: string): string => `on Debian: apt-get install ${name}`;

/** Name of a need. */
export type RequirementName =
  | ('qemu' | 'opensbi' | 'bare-compiler' | 'linux-compiler' | 'native-compiler')
  | ('qemu-img' | 'mke2fs' | 'dtc' | 'clang' | 'gdb' | 'browser' | 'linux' | 'linux-smp' | 'linux-stock')
  | ('linux-nested' | 'debian-desktop' | 'debian-systemd');

/** Everything that tests may ask for. */
const NEEDS: Readonly<Record<RequirementName, Need>> = {
  qemu: {
    find: () => program('qemu-system-riscv64'),
    purpose: 'comparison with QEMU',
    howToGet: debian('qemu-system-misc'),
  },
  opensbi: {
    find: () => file('/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.bin'),
    purpose: 'OpenSBI as a bare-mode guest',
    howToGet: debian('opensbi'),
  },
  'bare-compiler': {
    find: () => program('riscv64-unknown-elf-gcc'),
    purpose: 'rebuilding the teaching kernel, bare test programs',
    howToGet: debian('gcc-riscv64-unknown-elf'),
  },
  'linux-compiler': {
    find: () => program('riscv64-linux-gnu-gcc'),
    purpose: 'test programs for Linux guests',
    howToGet: debian('gcc-riscv64-linux-gnu'),
  },
  'native-compiler': {
    find: () => program('gcc'),
    purpose: 'measuring against native code',
    howToGet: debian('gcc'),
  },
  'qemu-img': {
    find: () => program('qemu-img'),
    purpose: 'interchange of disk images with QEMU',
    howToGet: debian('qemu-utils'),
  },
  mke2fs: {
    find: () => program('mke2fs') ?? file('/usr/sbin/mke2fs'),
    purpose: 'Linux on a disk with a file system',
    howToGet: debian('e2fsprogs'),
  },
  dtc: {
    find: () => program('dtc'),
    purpose: 'checking generated device trees',
    howToGet: debian('device-tree-compiler'),
  },
  clang: {
    find: () => (program('wasm-ld') === undefined ? undefined : program('clang')),
    purpose: 'measuring against direct WebAssembly',
    howToGet: debian('clang lld'),
  },
  gdb: {
    find: () => program('gdb-multiarch'),
    purpose: 'debugging over the GDB protocol',
    howToGet: debian('gdb-multiarch'),
  },
  browser: {
    find: browser,
    purpose: 'tests of the page',
    howToGet: `npx playwright install chromium, or ${debian('chromium-headless-shell')}`,
  },
  linux: {
    find: linuxImages(['linux-tiny', 'linux-lab']),
    purpose: 'Linux guests',
    howToGet: 'npm run guests:linux',
  },
  'linux-smp': {
    find: linuxImages(['linux-desk']),
    purpose: 'Linux guests with several vCPUs',
    howToGet: 'npm run guests:linux -- tiny lab desk',
  },
  'linux-stock': {
    find: linuxImages(['linux-stock']),
    purpose: 'Debian’s own kernel',
    howToGet: 'npm run guests:linux -- --stock',
  },
  'linux-nested': {
    find: linuxImages(['linux-nested', 'initrd-nested', 'opensbi']),
    purpose: 'Linux with KVM on a bare machine',
    howToGet: 'npm run guests:linux -- nested',
  },
  'debian-desktop': {
    find: () => file(join(DEBIAN_FOLDER, 'debian-desktop.qcow2')),
    purpose: 'Debian with a desktop',
    howToGet: 'npm run guests:debian -- --desktop',
  },
  'debian-systemd': {
    find: () => file(join(DEBIAN_FOLDER, 'debian-systemd.qcow2')),
    purpose: 'Debian with systemd',
    howToGet: 'npm run guests:debian -- --systemd',
  },
};

/** For `test.skipIf(requirement.skip)`; `path` is the program or file, or the folder of the Linux images. */
export interface Requirement {
  readonly skip: boolean;
  readonly path: string;
}

/** True on the machines where everything must be there. */
export function isCi(): boolean {
  return process.env['CI'] === 'true';
}

/** What a test needs. Reading `path` of something that is missing throws with the way to get it. */
export function requirement(name: RequirementName): Requirement {
  const need = NEEDS[name];
  const found = need.find();
  return {
    skip: found === undefined && !isCi(),
    get path() {
      if (found === undefined) throw new Error(`${name} is missing (${need.howToGet})`);
      return found;
    },
  };
}

/** A need that this machine does not meet. */
export interface Missing {
  readonly name: RequirementName;
  readonly purpose: string;
  readonly howToGet: string;
}

/** All needs that this machine does not meet. */
export function missingRequirements(): Missing[] {
  return Object.entries(NEEDS)
    .filter(([, need]) => need.find() === undefined)
    .map(([name, { purpose, howToGet }]) => ({ name: name as RequirementName, purpose, howToGet }));
}

/** A program of the search path. */
function program(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function file(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

/** Playwright's own browser, else one of the system; the variable has the last word. */
function browser(): string | undefined {
  const named = process.env['VIRTLAB_BROWSER'];
  if (named !== undefined && named !== '') return file(named);
  return playwrightBrowser() ?? SYSTEM_BROWSERS.map(program).find((path) => path !== undefined);
}

/** First the one without windows, menus and the pages of its own that belong to these: a quarter less work for the same tests. */
const SYSTEM_BROWSERS = [
  'chromium-headless-shell',
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
] as const;

function playwrightBrowser(): string | undefined {
  try {
    const playwright = createRequire(import.meta.url)('playwright') as typeof import('playwright');
    return file(playwright.chromium.executablePath());
  } catch {
    return undefined;
  }
}

/** The folder of packaged images, if its list names all of these. */
function linuxImages(names: readonly string[]): () => string | undefined {
  return () => {
    const list = join(LINUX_FOLDER, 'guests.json');
    if (!existsSync(list)) return undefined;
    const text = readFileSync(list, 'utf8');
    return names.every((name) => text.includes(`"${name}"`)) ? LINUX_FOLDER : undefined;
  };
}
