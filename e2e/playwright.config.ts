/** How the tests of the page run: a browser for each core, against the built site (`npm run build`). */
import { defineConfig, type PlaywrightTestConfig } from 'playwright/test';
import { requirement } from '../src/tools/prerequisites.ts';

/** Nothing that the browser does for itself: no updates, no telemetry, no GPU. */
const BROWSER_ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium refuses its sandbox to root, and root is who runs containers. */
const isRoot = process.getuid?.() === 0;

const config: PlaywrightTestConfig = defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  // Each test has a browser context of its own, and each worker has sites of its own: none sees what another does.
  fullyParallel: true,
  workers: '100%',
  retries: 0,
  forbidOnly: process.env['CI'] === 'true',
  // When a test is taken for a hang; how fast a page is, no test says: others may use the machine.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    colorScheme: 'light',
    launchOptions: {
      executablePath: requirement('browser').path,
      args: [...BROWSER_ARGUMENTS, ...(isRoot ? ['--no-sandbox'] : [])],
    },
    screenshot: 'only-on-failure',
    trace: 'off',
  },
});

export default config;
