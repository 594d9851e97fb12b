/** The committed programs of the nested lab are what their sources give, byte for byte. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCi, requirement } from '#tools/prerequisites';
import { COMPILER_VERSION, compilerVersion } from '../teaching-kernel/build.ts';
import { buildNested, INNER_GUEST, NESTED_IMAGES, VMM } from './build.ts';

const skip = requirement('bare-compiler').skip || (!isCi() && compilerVersion() !== COMPILER_VERSION);

test.skipIf(skip)(
  'the committed VMM and the guest that it runs are what their sources give',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'nested-test-'));
    try {
      buildNested(folder);
      for (const name of [VMM, INNER_GUEST])
        expect(
          readFileSync(join(folder, name)).equals(readFileSync(join(NESTED_IMAGES, name))),
          `${name}: run \`npx tsx src/guests/nested/build.ts\``,
        ).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
