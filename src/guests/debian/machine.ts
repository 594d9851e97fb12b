/** The machine in which Debian configures itself: QEMU with one of our kernels, without privileges. For scripts. */
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findProgram, PackagingError, progress, run } from '../linux/commands.ts';

const QEMU = 'qemu-system-riscv64';
/** One of these is among the packaged guests: both have ext4 and the driver of the disk. */
const KERNELS = ['linux-desk.Image.gzip', 'linux-lab.Image.gzip'] as const;
/** The archive, what it is unpacked to, and what programs need. */
const MEMORY_MIB = 1024;

interface Configuring {
  /** cpio archive. */
  readonly root: Uint8Array;
  /** The disk, which is made. */
  readonly image: string;
  readonly sizeMib: number;
  /** For what is left behind. */
  readonly folder: string;
  readonly guests: string;
}

export async function configureInQemu({ root, image, sizeMib, folder, guests }: Configuring): Promise<void> {
  const kernel = KERNELS.map((name) => join(guests, name)).find((path) => existsSync(path));
  if (kernel === undefined)
    throw new PackagingError('no Linux kernel is packaged yet: npm run guests:linux -- tiny lab desk');
  if (findProgram(QEMU) === undefined)
    throw new PackagingError(`${QEMU} is not here: on Debian, "sudo apt-get install qemu-system-misc"`);
  const [kernelFile, rootFile] = [join(folder, 'kernel'), join(folder, 'root.cpio')];
  writeFileSync(kernelFile, gunzipSync(readFileSync(kernel)));
  writeFileSync(rootFile, root);
  const disk = openSync(image, 'w');
  ftruncateSync(disk, sizeMib * 2 ** 20);
  closeSync(disk);
  progress('configuring in an emulated machine: some minutes');
  let made = '';
  let wrong = '';
  await run(
    QEMU,
    [
      ...[
        '-M',
        'virt',
        '-smp',
        '2',
        '-m',
        `${MEMORY_MIB}M`,
        '-display',
        'none',
        '-monitor',
        'none',
        '-serial',
        'stdio',
      ],
      ...[
        '-global',
        'virtio-mmio.force-legacy=false',
        '-no-reboot',
        '-kernel',
        kernelFile,
        '-initrd',
        rootFile,
      ],
      ...[
        '-drive',
        `file=${image},format=raw,if=none,id=d,cache=unsafe`,
        '-device',
        'virtio-blk-device,drive=d',
      ],
      ...['-device', 'virtio-rng-device', '-append', 'console=ttyS0 quiet'],
    ],
    {
      log: join(folder, 'debian.log'),
      onLine: (line) => {
        if (line.startsWith('Setting up ')) progress(line.trim());
        if (line.startsWith('MADE ')) made = line;
        if (line.startsWith('FAILED ')) wrong = line;
      },
    },
  );
  for (const file of [kernelFile, rootFile]) rmSync(file);
  if (made === '')
    throw new PackagingError(`Debian was not configured (${wrong}): see ${join(folder, 'debian.log')}`);
  progress(made.trim());
}
