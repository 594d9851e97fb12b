/** How tests run: those beside the sources, on Node. The page's tests in a browser lie in e2e/ and have their own runner. */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, though its files are small: left to the end, one core would wait for them. */
const LONGEST: readonly string[] = [
  '/src/lab/scenarios/',
  '/src/hypervisor/memory/reclaim/',
  '/src/tools/differential/',
  '/src/hypervisor/desktop.test.ts',
  '/src/cli/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((path) => moduleId.includes(path));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    dir: 'src',
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/fixtures/**'],
    // A file for each core at any time; left to itself, the runner keeps one core for itself and idles on it.
    maxWorkers: '100%',
    // Files share processes, and the modules that they import: a tenth of the time of all tests would go into loading them anew.
    isolate: false,
    // Every core has tests of its own: to collect garbage beside them, in more pieces, costs a sixth of the work and gains no time.
    execArgv: ['--single-threaded-gc', '--max-semi-space-size=64'],
    setupFiles: ['src/tools/fixtures/equal-bytes.ts'],
    sequence: { sequencer: LongestFirst },
    // Guests are built, booted and compared with other programs in tests, on machines that have other work too. So no time
    // says how long a test may take, only when it is taken for a hang.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What the command line says is compared with English sentences.
    env: { LC_ALL: 'C.UTF-8' },
  },
});
