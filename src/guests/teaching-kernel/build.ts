/**
 * Builds the teaching kernel with riscv64-unknown-elf-gcc: `npx tsx src/guests/teaching-kernel/build.ts` renews the
 * committed image; with `--dev FOLDER` it builds, elsewhere, the form that QEMU's firmware can start. Writes only there.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TOOLS = 'riscv64-unknown-elf-';
/** RAM of a VM starts here, and the kernel with it. */
const LOAD_ADDRESS = 0x8000_0000;
/** Where OpenSBI, which keeps the first 2 MiB under QEMU, hands over. */
export const QEMU_LOAD_ADDRESS: number = 0x8020_0000;

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
/** The committed image. */
export const IMAGE: string = join(SOURCES, 'image', 'kernel.elf');

const COMPILE = [
  '-march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax',
  '-std=gnu11 -Os -Wall -Wextra -Werror -Wmissing-prototypes',
  '-ffreestanding -fno-common -fno-builtin -fno-ident -fno-asynchronous-unwind-tables -fno-stack-protector',
  '-fno-tree-loop-distribute-patterns -fno-pie -ffunction-sections -fdata-sections',
]
  .join(' ')
  .split(' ');
const LINK =
  '-nostdlib -static -Wl,--gc-sections,--build-id=none,--no-warn-rwx-segments -Wl,-z,max-page-size=4096'.split(
    ' ',
  );

/** The section with the symbols of the user programs. */
const PROGRAM_SYMBOLS = '.symbols.programs';

/** The one that built the committed image; another gives other bytes. */
export const COMPILER_VERSION = '12.2.0';

/** Version of the cross compiler on this machine; undefined if there is none. */
export function compilerVersion(): string | undefined {
  try {
    return execFileSync(`${TOOLS}gcc`, ['-dumpfullversion'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Sources of a folder in a fixed order, since the order decides where functions lie. */
function sourcesOf(folder: string): string[] {
  return readdirSync(join(SOURCES, folder))
    .filter((name) => /\.[cS]$/.test(name))
    .sort()
    .map((name) => join(SOURCES, folder, name));
}

/** What the user programs share with the guest agent of Linux. */
const AGENT_MESSAGES = join(SOURCES, '..', 'agent', 'messages.c');

/** Builds the kernel, user programs included, for a load address into `output`. */
export function buildKernel(output: string, loadAddress: number = LOAD_ADDRESS): void {
  const work = mkdtempSync(join(tmpdir(), 'teaching-kernel-'));
  const run = (tool: string, args: readonly string[]): void => {
    execFileSync(`${TOOLS}${tool}`, args, { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] });
  };
  const compile = (folder: string, more: readonly string[] = []): string[] =>
    [...sourcesOf(folder), ...sourcesOf('shared'), ...more].map((source) => {
      const object = `${folder}-${relative(SOURCES, source).replaceAll('/', '-')}.o`;
      run('gcc', [...COMPILE, '-I', work, '-c', source, '-o', object]);
      return object;
    });
  try {
    const programs = compile('user', [AGENT_MESSAGES]);
    run('gcc', [...LINK, '-T', join(SOURCES, 'user', 'user.ld'), ...programs, '-o', 'user.elf']);
    run('objcopy', ['-O', 'binary', 'user.elf', 'user.bin']);
    const address = `-Wl,--defsym=LOAD_ADDRESS=0x${loadAddress.toString(16)}`;
    run('gcc', [
      ...LINK,
      address,
      '-T',
      join(SOURCES, 'kernel', 'kernel.ld'),
      ...compile('kernel'),
      '-o',
      'kernel.elf',
    ]);
    /* Symbols of functions and variables stay, for the debugger; file and section names go. */
    run('strip', ['--strip-debug', '--discard-all', 'kernel.elf']);
    /* Those of the programs as well, in a section that is not loaded: an ELF file that has nothing else. */
    run('strip', ['--strip-debug', '--discard-all', 'user.elf']);
    run('objcopy', ['--only-keep-debug', 'user.elf', 'user.symbols']);
    run('objcopy', ['--add-section', `${PROGRAM_SYMBOLS}=user.symbols`, 'kernel.elf']);
    copyFileSync(join(work, 'kernel.elf'), output);
  } finally {
    rmSync(work, { recursive: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const dev = process.argv.indexOf('--dev');
  const folder = process.argv[dev + 1];
  if (dev < 0) buildKernel(IMAGE);
  else if (folder !== undefined) buildKernel(join(folder, 'kernel-qemu.elf'), QEMU_LOAD_ADDRESS);
}
