/**
 * `virtlab bare` as a machine like QEMU's virt: a kernel of our own drives a disk in a virtio slot, and takes a line from standard input.
 * What it prints, and what its disk holds afterwards, is the same here and there, byte by byte.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';
import { compileBare } from './fixtures/bare-gcc.ts';
import { runBare, runBareWith } from './fixtures/run-bare.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-machine-'));
afterAll(() => rmSync(folder, { recursive: true }));

const compiler = requirement('bare-compiler');
const qemu = requirement('qemu');

/** The kernel, and an image for it to drive. */
function prepare(name: string, ...flags: string[]): { kernel: string; image: () => string } {
  const kernel = join(folder, name);
  compileBare(kernel, ['c-start.S', 'disk-driver.c'], { flags });
  let images = 0;
  const image = (): string => {
    const path = join(folder, `${name}-${images++}.img`);
    const bytes = new Uint8Array(1 << 20);
    bytes.set(new TextEncoder().encode('the second sector of all'), 512);
    writeFileSync(path, bytes);
    return path;
  };
  return { kernel, image };
}

const TYPED = 'reader\n';
const slots = (version: number): string =>
  Array.from(
    { length: 8 },
    (_, slot) => `slot ${slot}: version ${version}, device ${slot === 0 ? 2 : 0}, known\n`,
  ).join('');
const said = (version: number): string => `${slots(version)}sectors: 2048
read: 0 the second sector of all
write: 0
two at a time: 00 18417093047603216384 4522704475719647232
behind the end: 1
of no kind: 2
name? hello reader
`;

function runQemu(kernel: string, image: string, version: number): string {
  const machine = ['-machine', 'virt', '-smp', '3', '-bios', 'none', '-nographic', '-kernel', kernel];
  const drive = ['-drive', `file=${image},if=none,format=raw,id=x0`];
  const device = ['-device', 'virtio-blk-device,drive=x0,bus=virtio-mmio-bus.0'];
  const manner = version === 2 ? ['-global', 'virtio-mmio.force-legacy=false'] : [];
  return spawnSync(qemu.path, [...machine, ...drive, ...device, ...manner], {
    ...{ input: TYPED, encoding: 'utf8', timeout: 60_000 },
  }).stdout;
}

describe.skipIf(compiler.skip)('a kernel with a disk', () => {
  test.each([
    [2, []],
    [1, ['-DLEGACY']],
  ] as const)(
    'by version %i of the registers prints what it finds, and keeps what it writes',
    async (version, flags) => {
      const { kernel, image } = prepare(`version-${version}`, ...flags);
      const here = image();
      const legacy = version === 1 ? ['--legacy-virtio'] : [];
      const ran = await runBareWith(TYPED, kernel, '--smp', '3', '--disk', `${here},writes=keep`, ...legacy);
      expect(ran).toMatchObject({ status: 0, out: said(version), said: '' });
      const written = readFileSync(here);
      expect(written.subarray(4096, 4096 + 9)).toEqual(Buffer.from([0, 7, 14, 21, 28, 35, 42, 49, 56]));
      if (qemu.skip) return;
      const there = image();
      expect(runQemu(kernel, there, version)).toBe(ran.out);
      expect(readFileSync(there).equals(written)).toBe(true);
    },
  );

  test('without writes=keep the image stays as it was, and --for ends a wait', async () => {
    const { kernel, image } = prepare('dropped');
    const path = image();
    const before = readFileSync(path);
    const ran = await runBare(kernel, '--disk', path, '--for', '100ms');
    expect(ran).toMatchObject({ status: 3, said: 'stopped after 0.1 s of virtual time\n' });
    expect(ran.out).toBe(said(2).replace(/hello.*\n$/, ''));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('disks that cannot be are refused', async () => {
    const { kernel, image } = prepare('refused');
    expect((await runBare(kernel, '--disk', join(folder, 'none'))).status).toBe('file.unreadable');
    expect((await runBare(kernel, '--disk', `${image()},way=emulated-pio`)).status).toBe('option.unknown');
    for (const word of ['way=emulated-pio', 'allocation=fixed', 'queues=2'])
      expect((await runBare(kernel, '--disk', `size=1M,${word}`)).status).toBe('option.unknown');
    const nine = Array.from({ length: 9 }, () => ['--disk', 'size=1M']).flat();
    expect((await runBare(kernel, ...nine)).status).toBe('option.count');
  });
});

const opensbi = requirement('opensbi');
const linux = requirement('linux');

describe.skipIf(qemu.skip || opensbi.skip)('a device tree that QEMU has written', () => {
  const tree = join(folder, 'qemu.dtb');
  beforeAll(() => {
    const machine = ['-machine', `virt,dumpdtb=${tree}`, '-m', '128M', '-smp', '2', '-display', 'none'];
    expect(spawnSync(qemu.path, machine).status).toBe(0);
  });

  test.skipIf(linux.skip)('Linux boots by it to a shell, and powers off', { timeout: 60_000 }, async () => {
    const unpacked = (name: string, packed: string): string => {
      const path = join(folder, name);
      writeFileSync(path, gunzipSync(readFileSync(join(linux.path, packed))));
      return path;
    };
    const ran = await runBareWith(
      'echo one and two are $((1+2))\ncat /proc/cmdline\npoweroff -f\n',
      ...[unpacked('Image', 'linux-lab.Image.gzip'), '--initrd', unpacked('initrd', 'initrd.cpio.gzip')],
      ...[
        '--bios',
        opensbi.path,
        '--dtb',
        tree,
        '--append',
        'console=ttyS0 quiet',
        '--smp',
        '2',
        '--for',
        '60s',
      ],
    );
    expect(ran.out).toContain('one and two are 3\r\n');
    expect(ran.out).toContain('console=ttyS0 quiet\r\n');
    expect(ran).toMatchObject({ status: 0, said: '' });
  });

  test('what is no tree is refused where something is to be put into it', async () => {
    const wrong = join(folder, 'wrong.dtb');
    writeFileSync(wrong, readFileSync(tree).subarray(0, 100));
    const program = join(folder, 'program');
    writeFileSync(program, Uint8Array.of(0x6f, 0, 0, 0));
    const ran = await runBare(program, '--dtb', wrong, '--append', 'quiet');
    expect(ran.status).toBe('file.unreadable');
  });
});
