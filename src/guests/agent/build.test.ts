/** The committed agent is what its sources give, byte for byte. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isCi, requirement } from '#tools/prerequisites';
import { COMPILER_VERSION, compilerVersion } from '../teaching-kernel/build.ts';
import { AGENT_IMAGE, buildAgent } from './build.ts';

const skip = requirement('bare-compiler').skip || (!isCi() && compilerVersion() !== COMPILER_VERSION);

test.skipIf(skip)(
  'the committed agent is what its sources give',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-test-'));
    try {
      const built = join(folder, 'agent');
      buildAgent(built);
      expect(
        readFileSync(built).equals(readFileSync(AGENT_IMAGE)),
        'run `npx tsx src/guests/agent/build.ts`',
      ).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);

test('the agent is small, and needs no library', () => {
  const image = readFileSync(AGENT_IMAGE);
  expect(image.length).toBeLessThan(16 * 1024);
  expect(image.subarray(0, 6).toString('latin1')).toBe('\x7fELF\x02\x01');
  expect(image.readUInt16LE(16), 'e_type: executable').toBe(2);
  expect(image.includes('ld-linux')).toBe(false);
});
