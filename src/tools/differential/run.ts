/** Runs an image on either side: QEMU maps the file as guest RAM; our machine loads it. Both stop at the finisher. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RAM_BASE } from '#base/addresses';
import { BarePlatform } from '#machine/bare-platform';
import type { EngineModule } from '#machine/engine-module';
import { correctQemu } from './deviations.ts';
import { IMAGE_SIZE, type Image } from './harness.ts';

/** The same extensions as ours: QEMU 7.2 has Zbc too, and its other optional ones are off. */
const CPU = 'rv64,svinval=on,zba=on,zbb=on,zbs=on,zbc=off';

/**
 * A stream must not keep QEMU from its end, but should one do so, only SIGKILL ends it.
 * @returns RAM after QEMU (a path) has run the image, corrected where QEMU is known to be wrong
 */
export function runOnQemu(qemu: string, image: Image): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-differential-'));
  try {
    const file = join(folder, 'ram');
    writeFileSync(file, image.bytes);
    const backend = `memory-backend-file,id=m,size=${IMAGE_SIZE},mem-path=${file},share=on`;
    const machine = ['-M', 'virt,memory-backend=m', '-object', backend, '-m', `${IMAGE_SIZE >> 20}M`];
    const none = ['bios', 'display', 'serial', 'monitor'].flatMap((option) => [`-${option}`, 'none']);
    execFileSync(qemu, [...machine, '-cpu', CPU, ...none], {
      timeout: 60_000,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ram = new Uint8Array(readFileSync(file));
    correctQemu(image, ram);
    return ram;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Far more than streams of 100 instructions and the harness take: what runs longer never ends. */
const MAX_INSTRUCTIONS = 5_000;

/** RAM after our machine has run the image. */
export function runOnMachine(engine: EngineModule, image: Image): Uint8Array {
  const platform = new BarePlatform(engine, { ramBytes: IMAGE_SIZE, harts: 1, output: () => {} });
  const { ram, harts, nsPerInstruction } = platform.machine;
  ram.write(RAM_BASE, image.bytes);
  harts[0]?.setPc(RAM_BASE, 0);
  platform.advance((image.streams.length + 1) * MAX_INSTRUCTIONS * nsPerInstruction);
  if (platform.finish === undefined) throw new Error('the harness did not come to its end');
  return ram.bytes.slice(0, IMAGE_SIZE);
}
