/**
 * The committed image is what its sources give, byte for byte, and has the form that a hypervisor's loader expects.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCi, requirement } from '#tools/prerequisites';
import { buildKernel, COMPILER_VERSION, compilerVersion, IMAGE } from './build.ts';

/** Without the compiler the test is skipped by name; one of another version gives other bytes, which only CI minds. */
const skip = requirement('bare-compiler').skip || (!isCi() && compilerVersion() !== COMPILER_VERSION);

test.skipIf(skip)(
  'the committed kernel is what its sources give',
  () => {
    expect(compilerVersion(), 'version of riscv64-unknown-elf-gcc').toBe(COMPILER_VERSION);
    const folder = mkdtempSync(join(tmpdir(), 'teaching-kernel-test-'));
    try {
      const built = join(folder, 'kernel.elf');
      buildKernel(built);
      expect(
        readFileSync(built).equals(readFileSync(IMAGE)),
        'run `npx tsx src/guests/teaching-kernel/build.ts`',
      ).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);

test('the image is small, for RISC-V, and all of it lies at the start of RAM', () => {
  const image = readFileSync(IMAGE);
  expect(image.length).toBeLessThan(96 * 1024);
  expect(image.subarray(0, 6).toString('latin1')).toBe('\x7fELF\x02\x01');
  expect(image.readUInt16LE(18), 'e_machine').toBe(243);
  expect(image.readBigUInt64LE(24), 'e_entry is physical').toBe(0x8000_0000n);
  const headers = Number(image.readBigUInt64LE(32));
  for (let i = 0; i < image.readUInt16LE(56); i++) {
    const header = image.subarray(headers + i * 56, headers + (i + 1) * 56);
    const physical = header.readBigUInt64LE(24);
    expect(physical).toBeGreaterThanOrEqual(0x8000_0000n);
    expect(physical + header.readBigUInt64LE(40), 'room is left in 2 MiB').toBeLessThan(0x8004_0000n);
    expect(header.readBigUInt64LE(16) - physical, 'virtual is physical plus an offset').toBe(
      0xffff_ffc0_0000_0000n,
    );
  }
});
