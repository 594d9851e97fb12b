/** How tests run: those beside the sources, on Node. The page's tests in a browser lie in e2e/ and have their own runner. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    dir: 'src',
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/fixtures/**'],
    // A file for each core at any time; left to itself, the runner keeps one core for itself and idles on it.
    maxWorkers: '100%',
    // Guests are built, booted and compared with other programs in tests, on machines that have other work too. So no time
    // says how long a test may take, only when it is taken for a hang.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // What the command line says is compared with English sentences.
    env: { LC_ALL: 'C.UTF-8' },
  },
});
