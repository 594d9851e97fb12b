/**
 * Recorded runs come to what they came to before. A change that may alter time (costs, ties, order) renews the record with
 * `VIRTLAB_RECORD=1 npx vitest run --dir src src/hypervisor/recorded-runs`, and says why each number moved; a change of form may not.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { digestOf, type HostDigest } from './fixtures/digest.ts';
import { RECORDED_RUNS, repeat } from './fixtures/runs.ts';

const FILE = new URL('recorded-runs.json', import.meta.url);
const isRecording = process.env['VIRTLAB_RECORD'] === '1';
const record = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, HostDigest>;

for (const run of RECORDED_RUNS)
  test.skipIf(!run.isPossible)(run.name, () => {
    const digest = digestOf(repeat(run));
    if (isRecording) {
      record[run.name] = digest;
      writeFileSync(FILE, `${JSON.stringify(record, null, 2)}\n`);
    }
    expect(digest).toEqual(record[run.name]);
  });
