import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';
import { BUILTIN_GUESTS, commandLine } from '../catalogue.ts';

const qemu = requirement('qemu');
const linux = requirement('linux');
const isSkipped = qemu.skip || linux.skip;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtlab-boot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A packaged file, unpacked for QEMU. */
function unpacked(file: string): string {
  const path = join(folder, file);
  writeFileSync(path, gunzipSync(readFileSync(join(linux.path, `${file}.gzip`))));
  return path;
}

/** What a guest with one network card writes to its virtio console until it powers off. */
function boot(kernel: string, append: string): string {
  const machine = ['-M', 'virt', '-m', '32M', '-display', 'none', '-monitor', 'none', '-serial', 'none'];
  // With more ports than one, the console comes some time after its device, on a slow machine behind process 1.
  const terminal = [
    ...['-chardev', 'stdio,id=c', '-device', 'virtio-serial-device,max_ports=1'],
    ...['-device', 'virtconsole,chardev=c'],
  ];
  const network = ['-netdev', 'user,id=n,restrict=on', '-device', 'virtio-net-device,netdev=n'];
  const images = ['-kernel', unpacked(kernel), '-initrd', unpacked('initrd.cpio'), '-append', append];
  const modern = ['-global', 'virtio-mmio.force-legacy=false'];
  const args = [...machine, ...modern, ...terminal, ...network, ...images];
  return spawnSync(qemu.path, args, { encoding: 'utf8', timeout: 600_000, input: '' }).stdout;
}

test.skipIf(isSkipped)('packaged Linux wires itself as its command line says', () => {
  const settings = { hostName: 'vm1', addresses: ['10.0.0.2/24'], gateway: '10.0.0.1' };
  // The firmware of older Debian releases has no debug console: the virtio console is the first there.
  const append = commandLine(BUILTIN_GUESTS['linux-tiny'], settings, 'quiet virtlab.poweroff').replace(
    'hvc1',
    'hvc0',
  );
  expect(boot('linux-tiny.Image', append)).toMatch(/READY vm1 after [\d.]+ s eth0 10\.0\.0\.2\/24/);
});
