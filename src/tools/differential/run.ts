/** Runs an image on either side: QEMU maps the file as guest RAM; our machine loads it. Both stop at the finisher. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RAM_BASE } from '#base/addresses';
import { BarePlatform } from '#machine/bare-platform';
import type { EngineModule } from '#machine/engine-module';
import { correctQemu } from './deviations.ts';
import type { Image } from './harness.ts';
import { COMPARED_EXTENSIONS } from './rows.ts';

/** The same extensions as ours; see rows.ts. */
const CPU: string = [
  'rv64,h=on,sstc=on,svinval=on',
  ...COMPARED_EXTENSIONS.map((name) => `${name.toLowerCase()}=on`),
].join();

/**
 * QEMU runs beside us, on another core. A stream must not keep it from its end, but should one do so, only SIGKILL ends it.
 * @returns RAM after QEMU (a path) has run this RAM from its beginning to the finisher
 */
export async function ramAfterQemu(qemu: string, ram: Uint8Array): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-differential-'));
  try {
    const file = join(folder, 'ram');
    writeFileSync(file, ram);
    const backend = `memory-backend-file,id=m,size=${ram.length},mem-path=${file},share=on`;
    const machine = ['-M', 'virt,memory-backend=m', '-object', backend, '-m', `${ram.length >> 20}M`];
    const none = ['bios', 'display', 'serial', 'monitor'].flatMap((option) => [`-${option}`, 'none']);
    await promisify(execFile)(qemu, [...machine, '-cpu', CPU, ...none], {
      timeout: 600_000,
      killSignal: 'SIGKILL',
    });
    return new Uint8Array(readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** RAM after QEMU has run the image, corrected where QEMU is known to be wrong. */
export async function runOnQemu(qemu: string, image: Image): Promise<Uint8Array> {
  const ram = await ramAfterQemu(qemu, image.bytes);
  correctQemu(image, ram);
  return ram;
}

/** RAM after our machine has run this RAM from its beginning to the finisher. */
export function ramAfterMachine(engine: EngineModule, ram: Uint8Array, maxInstructions: number): Uint8Array {
  const platform = new BarePlatform(engine, {
    ramBytes: ram.length,
    harts: 1,
    extensions: COMPARED_EXTENSIONS,
    output: () => {},
  });
  const { machine } = platform;
  machine.ram.write(RAM_BASE, ram);
  machine.harts[0]?.setPc(RAM_BASE, 0);
  platform.advance(maxInstructions * machine.nsPerInstruction);
  if (platform.finish === undefined) throw new Error('the harness did not come to its end');
  return machine.ram.bytes.slice(0, ram.length);
}

/** Far more than streams of 100 instructions and the harness take: what runs longer never ends. */
const MAX_INSTRUCTIONS = 5_000;

/** RAM after our machine has run the image. */
export function runOnMachine(engine: EngineModule, image: Image): Uint8Array {
  return ramAfterMachine(engine, image.bytes, (image.streams.length + 1) * MAX_INSTRUCTIONS);
}
