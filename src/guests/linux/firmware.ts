/** OpenSBI as Debian builds it: what is below a kernel that owns its machine. For scripts. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.ts';

/** Firmware, and what its licence says. */
export interface Firmware {
  readonly bytes: Uint8Array;
  readonly licence: Uint8Array;
}

export const FIRMWARE_FILE = 'fw_dynamic.bin';
/** Name of the licence beside what is published. */
export const FIRMWARE_LICENCE = 'opensbi-copyright.txt';

/** Takes it out of its package; the folder keeps what was unpacked. */
export async function unpackFirmware(packageFile: string, folder: string): Promise<Firmware> {
  const tree = join(folder, 'opensbi');
  mkdirSync(tree, { recursive: true });
  await run('dpkg-deb', ['--extract', packageFile, tree], { log: join(folder, 'opensbi.log') });
  return {
    bytes: readFileSync(join(tree, 'usr/lib/riscv64-linux-gnu/opensbi/generic', FIRMWARE_FILE)),
    licence: readFileSync(join(tree, 'usr/share/doc/opensbi/copyright')),
  };
}
