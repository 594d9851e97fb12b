/** Whether recorded runs still come to what they came to, as their test says. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FigureGroup } from '../figure.ts';

const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));

/** What Vitest's report for programs says, as far as it matters here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

export const DIGESTS: FigureGroup = {
  id: 'digests',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'virtlab-digests-'));
    try {
      const file = join(folder, 'report.json');
      const run = ['vitest', 'run', '--dir', 'src', 'src/hypervisor/recorded-runs'];
      const { stderr } = spawnSync('npx', [...run, '--reporter=json', `--outputFile=${file}`], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      const report = reportOf(file);
      if (report === undefined) throw new Error(`the recorded runs did not run: ${stderr.slice(0, 500)}`);
      const { numPassedTests, numFailedTests, numPendingTests } = report;
      return [
        { name: 'recorded runs repeated', value: numPassedTests + numFailedTests },
        { name: 'recorded runs that differ', value: numFailedTests },
        { name: 'recorded runs not possible here', value: numPendingTests },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function reportOf(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
