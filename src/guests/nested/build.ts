/**
 * Builds the two programs of the nested lab with riscv64-unknown-elf-gcc, without any library: the VMM, which runs on Linux with KVM,
 * and the guest that it starts. `npx tsx src/guests/nested/build.ts` renews the committed images. Writes only there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TOOLS = 'riscv64-unknown-elf-';
const SOURCES = fileURLToPath(new URL('.', import.meta.url));
/** The committed images. */
export const NESTED_IMAGES: string = join(SOURCES, 'image');
/** Their names. */
export const VMM = 'vmm';
export const INNER_GUEST = 'guest.bin';

const words = (text: string): string[] => text.split(' ');
const FLAGS = words(
  '-march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax -std=gnu11 -Os -Wall -Wextra -Werror ' +
    '-ffreestanding -fno-common -fno-builtin -fno-ident -fno-asynchronous-unwind-tables -fno-stack-protector ' +
    '-fno-tree-loop-distribute-patterns -fno-pie -ffunction-sections -fdata-sections -nostdlib -static ' +
    '-Wl,--gc-sections,--build-id=none,--no-warn-rwx-segments -Wl,-z,max-page-size=4096',
);
// In a fixed order, since the order decides where functions lie.
const VMM_SOURCES = ['vmm/main.c', 'vmm/console.c', 'vmm/statistics.c', '../agent/system.c'];
const INNER_SOURCES = ['inner/start.S', 'inner/main.c'];

function run(tool: string, args: readonly string[]): void {
  execFileSync(`${TOOLS}${tool}`, args, { cwd: SOURCES, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Builds both into a folder. */
export function buildNested(folder: string): void {
  run('gcc', [...FLAGS, '-Wl,-s', ...VMM_SOURCES, '-o', join(folder, VMM)]);
  const scratch = mkdtempSync(join(tmpdir(), 'nested-build-'));
  try {
    const elf = join(scratch, 'inner.elf');
    run('gcc', [...FLAGS, '-Wno-main', '-Tinner/link.ld', ...INNER_SOURCES, '-o', elf]);
    run('objcopy', ['-O', 'binary', elf, join(folder, INNER_GUEST)]);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  buildNested(NESTED_IMAGES);
