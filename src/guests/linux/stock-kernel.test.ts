import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { modprobeTables, moduleInfo, rawImage, stockPackageName } from './stock-kernel.ts';

const text = (value: string) => new TextEncoder().encode(value);

/** The header of a Linux Image and nothing else. */
function image(): Uint8Array {
  const bytes = new Uint8Array(0x40);
  bytes.set(text('MZ'));
  bytes.set(text('RISCV'), 0x30);
  bytes.set(text('RSC\x05'), 0x38);
  return bytes;
}

/** The wrapper that unpacks a kernel under EFI. */
function zboot(compression: string, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(0x40 + payload.length);
  bytes.set(text('MZ\0\0zimg'));
  new DataView(bytes.buffer).setUint32(8, 0x40, true);
  new DataView(bytes.buffer).setUint32(12, payload.length, true);
  bytes.set(text(compression), 24);
  bytes.set(payload, 0x40);
  return bytes;
}

test('a kernel is taken as it is, or out of its EFI wrapper', () => {
  expect(rawImage(image(), 'p')).toEqual(image());
  expect(rawImage(zboot('gzip', gzipSync(image())), 'p')).toEqual(image());
  expect(() => rawImage(zboot('zstd22', image()), 'p')).toThrow(/compressed as zstd22/);
  expect(() => rawImage(text('MZ, and no kernel'), 'p')).toThrow(/no Linux Image/);
});

test('a module says what it needs and what it is good for', () => {
  const strings = [
    'alias=virtio:d00000001v*',
    'softdep=pre: crypto-crc32c',
    'depends=a,b',
    'name=virtio_net',
    'no name=x',
  ];
  const file = text(`ELF\x02${strings.join('\0')}\0`);
  expect(moduleInfo(file, 'net/virtio-net.ko')).toEqual({
    name: 'virtio_net',
    depends: ['a', 'b', 'crypto-crc32c'],
    aliases: ['virtio:d00000001v*'],
  });
  expect(moduleInfo(text('\0depends=\0name=a\0'), 'a.ko').depends).toEqual([]);
  expect(() => moduleInfo(text('\0name=a\0'), 'a.ko')).toThrow(/does not say/);
});

test('a module stands before what it needs, so that reading from the end loads in order', () => {
  const modules = [
    { name: 'fs', path: 'k/fs.ko', depends: ['base', 'log'], aliases: ['fs-x'] },
    { name: 'log', path: 'k/log.ko', depends: ['sum-x'], aliases: [] },
    { name: 'base', path: 'k/base.ko', depends: ['log'], aliases: [] },
    { name: 'sum', path: 'k/sum.ko', depends: [], aliases: ['sum-x'] },
  ];
  const { dependencies, aliases } = modprobeTables(modules);
  expect(dependencies.split('\n')[0]).toBe('k/fs.ko: k/base.ko k/log.ko k/sum.ko');
  expect(aliases).toBe('alias fs-x fs\nalias sum-x sum\n');
  expect(() => modprobeTables(modules.slice(0, 3))).toThrow(/log needs the module sum-x/);
});

test('the newest kernel is what the meta package depends on', () => {
  expect(stockPackageName('linux-image-6.12.1+deb13-riscv64 6.12.1-1')).toBe(
    'linux-image-6.12.1+deb13-riscv64',
  );
  expect(() => stockPackageName('kmod')).toThrow(/depends on no kernel/);
});
