import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bareDeviceTree } from '#machine/devices/device-tree/bare-device-tree';
import { VM_EXTENSIONS, vmDeviceTree } from './device-tree.ts';

const hasCompiler = spawnSync('dtc', ['--version']).status === 0;
if (!hasCompiler && process.env['CI'] === 'true') throw new Error('CI needs dtc');

/** Lets the device tree compiler read a tree: its text and its complaints. */
function decompile(tree: Uint8Array): { text: string; complaints: string } {
  const result = spawnSync('dtc', ['-I', 'dtb', '-O', 'dts', '-'], { input: tree });
  expect(result.status).toBe(0);
  // Versions of dtc differ in how they print a list of strings.
  const text = result.stdout.toString().replaceAll('\\0', '", "');
  return { text, complaints: result.stderr.toString() };
}

const chosen = {
  bootargs: 'console=hvc0 quiet',
  initrd: { start: 0x8100_0000, sizeBytes: 0x1234 },
  rngSeed: Uint8Array.from({ length: 32 }, (_, i) => i),
};

test.skipIf(!hasCompiler)(
  'dtc reads the tree of a VM without a complaint, and it says what a kernel needs',
  () => {
    const { text, complaints } = decompile(vmDeviceTree({ vcpus: 2, memoryBytes: 32 << 20, chosen }));
    expect(complaints).toBe('');
    for (const line of [
      'bootargs = "console=hvc0 quiet";',
      'stdout-path = "/soc/serial@10000000";',
      'linux,initrd-start = <0x00 0x81000000>;',
      'linux,initrd-end = <0x00 0x81001234>;',
      'reg = <0x00 0x80000000 0x00 0x2000000>;',
      'timebase-frequency = <0x989680>;',
      'riscv,isa = "rv64imafdc_zicntr_zicsr_zifencei_zba_zbb_zbs_sstc";',
      `riscv,isa-extensions = ${VM_EXTENSIONS.map((name) => `"${name}"`).join(', ')};`,
      'mmu-type = "riscv,sv39";',
      'interrupts-extended = <0x01 0x09 0x02 0x09>;',
      'serial@10000000 {',
      'virtio_mmio@10001000 {',
      'virtio_mmio@10008000 {',
      'cpu@1 {',
    ])
      expect(text).toContain(line);
  },
);

test.skipIf(!hasCompiler)('dtc reads the tree of a bare machine without a complaint', () => {
  const tree = bareDeviceTree({ harts: 1, ramBytes: 64 << 20, extensions: ['i', 'm', 'zicsr'], chosen });
  const { text, complaints } = decompile(tree);
  expect(complaints).toBe('');
  expect(text).toContain('interrupts-extended = <0x01 0x0b 0x01 0x09>;');
  expect(text).toContain('interrupts-extended = <0x01 0x03 0x01 0x07>;');
  expect(text).toContain('test@100000 {');
});

test('the tree depends on every option', () => {
  const base = { vcpus: 1, memoryBytes: 1 << 24, chosen };
  const variants = [
    base,
    { ...base, vcpus: 2 },
    { ...base, memoryBytes: 1 << 25 },
    { ...base, chosen: { ...chosen, bootargs: '' } },
    { ...base, chosen: { bootargs: chosen.bootargs } },
    { ...base, extensions: ['i'] },
  ].map((options) => Buffer.from(vmDeviceTree(options)).toString('hex'));
  expect(new Set(variants).size).toBe(variants.length);
});
