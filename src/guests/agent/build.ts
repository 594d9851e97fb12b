/**
 * Builds the guest agent for Linux with riscv64-unknown-elf-gcc, without any library: `npx tsx src/guests/agent/build.ts` renews the
 * committed image. Writes only there.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TOOLS = 'riscv64-unknown-elf-';
const SOURCES = fileURLToPath(new URL('.', import.meta.url));
/** The committed image. */
export const AGENT_IMAGE: string = join(SOURCES, 'image', 'agent');

const FLAGS = [
  '-march=rv64imac -mabi=lp64 -mcmodel=medany -mno-relax -std=gnu11 -Os -Wall -Wextra -Werror',
  '-ffreestanding -fno-common -fno-builtin -fno-ident -fno-asynchronous-unwind-tables -fno-stack-protector',
  '-fno-tree-loop-distribute-patterns -fno-pie -ffunction-sections -fdata-sections -nostdlib -static',
  '-Wl,--gc-sections,--build-id=none,--no-warn-rwx-segments -Wl,-z,max-page-size=4096 -Wl,-s',
]
  .join(' ')
  .split(' ');

/** Builds the agent into `output`. */
export function buildAgent(output: string): void {
  // In a fixed order, since the order decides where functions lie.
  const sources = readdirSync(SOURCES)
    .filter((name) => name.endsWith('.c'))
    .sort();
  execFileSync(`${TOOLS}gcc`, [...FLAGS, ...sources, '-o', output], {
    cwd: SOURCES,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  buildAgent(AGENT_IMAGE);
