/** How QEMU is started for a comparison: its virt machine with TCG on one hart. Knows nothing of what is compared. */
import type { Message } from './message.ts';
import { endProgram, SpokenProgram, spawnBounded } from './spoken-program.ts';

const MACHINE = ['-M', 'virt', '-accel', 'tcg', '-smp', '1', '-display', 'none', '-monitor', 'none'];

/**
 * A guest's ELF without firmware, serial port on standard input and output. Its `time` is the host's clock (there is no
 * `-icount`), and by that it measures.
 */
export function qemuProgram(qemu: string, elf: string): SpokenProgram {
  const guest = ['-serial', 'stdio', '-m', '384', '-bios', 'none', '-kernel', elf];
  return new SpokenProgram(qemu, [...MACHINE, ...guest]);
}

const CONSOLE = [
  ...['-serial', 'null', '-global', 'virtio-mmio.force-legacy=false', '-chardev', 'stdio,id=console'],
  ...['-device', 'virtio-serial-device', '-device', 'virtconsole,chardev=console'],
];
const BOOT_LIMIT_MS = 120_000;

/** Linux on its virtio console, from the start of the process to the prompt: QEMU and OpenSBI start within that time. */
export function qemuBoot(qemu: string, image: string, initrd: string, prompt: RegExp): Promise<Message> {
  const linux = ['-m', '128', '-kernel', image, '-initrd', initrd, '-append', 'console=hvc0'];
  const startMs = performance.now();
  const child = spawnBounded(qemu, [...MACHINE, ...CONSOLE, ...linux]);
  return new Promise((done, fail) => {
    let text = '';
    const stop = (): void => {
      clearTimeout(timer);
      endProgram(child);
    };
    const timer = setTimeout(() => {
      stop();
      fail(new Error(`Linux under QEMU does not come to its prompt: ${text.slice(-200)}`));
    }, BOOT_LIMIT_MS);
    child.stdout?.on('data', (bytes: Uint8Array) => {
      text = (text + Buffer.from(bytes).toString('latin1')).slice(-4096);
      if (!prompt.test(text)) return;
      const ms = performance.now() - startMs;
      stop();
      done({ result: 0, instructions: 0, ms });
    });
    child.once('error', fail);
    child.once('exit', () => {
      clearTimeout(timer);
      fail(new Error('QEMU ended before the prompt'));
    });
  });
}
