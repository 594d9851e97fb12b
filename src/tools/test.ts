/**
 * `npm test`: builds the engine, prepares Linux images where it can, runs the gates (each one test), the unit tests
 * and the tests of the page, and ends with one line of counts. Arguments go to Vitest (a path runs its tests alone).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCi, missingRequirements, requirement } from './prerequisites.ts';
import { gateResult, playwrightResult, type StepResult, summarize, vitestResult } from './test-results.ts';

const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const REPORTS = join(ROOT, '.cache/test');
const E2E_CONFIG = 'e2e/playwright.config.ts';

/** Programs of `node_modules` and of npm, run from the root. */
function run(
  command: readonly string[],
  quiet: boolean,
  env: Readonly<Record<string, string>> = {},
): boolean {
  const [name = '', ...args] = command;
  const local = join(ROOT, 'node_modules/.bin', name);
  const result = spawnSync(existsSync(local) ? local : name, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (quiet && result.status !== 0) console.log(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  if (result.error !== undefined) console.log(`${name}: ${result.error.message}`);
  return result.status === 0;
}

/** Every kernel that tests boot, and one for which they take what is there. */
const KERNELS = ['tiny', 'lab', 'desk'] as const;
const FURTHER_KERNEL = 'nested';

/** Checks of the code as a whole, each one test. */
const GATES = [
  { name: 'types', command: ['tsc', '-b'] },
  { name: 'format and lint', command: ['biome', 'check', '.'] },
  { name: 'dead code', command: ['knip'] },
] as const;

function gate(name: string, command: readonly string[], quiet = true): StepResult {
  console.log(`\n▸ ${name}: ${command.join(' ')}`);
  return gateResult(name, run(command, quiet));
}

/** What must be made before tests can run is no test itself; that it cannot be made is a failure. */
function preparation(name: string, command: readonly string[], quiet = true): StepResult[] {
  const result = gate(name, command, quiet);
  return result.failed > 0 ? [result] : [];
}

/**
 * Linux images come from the cache folder when one is named. In CI they must be there, so they are built if need be;
 * on a user's machine the tests that want them are skipped.
 */
function prepareLinux(): StepResult[] {
  const cache = process.env['VIRTLAB_GUESTS_CACHE'] ?? '';
  const isCached = cache !== '';
  const isMissing = missingRequirements().some(({ name }) => name === 'linux' || name === 'linux-smp');
  if (!isCached && !(isCi() && isMissing)) return [];
  const isFurther = isCached && existsSync(join(cache, `Image-${FURTHER_KERNEL}.br`));
  const kernels = isFurther ? [...KERNELS, FURTHER_KERNEL] : KERNELS;
  return preparation('Linux images', ['npm', 'run', '--silent', 'guests:linux', '--', ...kernels], isCached);
}

function report(name: string): string {
  const path = join(REPORTS, name);
  rmSync(path, { force: true });
  return path;
}

function readReport(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function unitTests(selection: readonly string[]): StepResult {
  console.log('\n▸ unit tests: vitest');
  const path = report('vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const passes = run(['vitest', 'run', '--dir', 'src', ...reporters, ...selection], false);
  return vitestResult('unit tests', readReport(path), passes);
}

/** The page is tested as it is served: built. */
function pageTests(): StepResult[] {
  if (!existsSync(join(ROOT, E2E_CONFIG))) return [];
  if (requirement('browser').skip) return [{ name: 'tests of the page', passed: 0, failed: 0, skipped: 1 }];
  const failedBuild = preparation('site', ['npm', 'run', '--silent', 'build']);
  if (failedBuild.length > 0) return failedBuild;
  console.log('\n▸ tests of the page: playwright');
  const path = report('playwright.json');
  const passes = run(['playwright', 'test', '-c', E2E_CONFIG, '--reporter=list,json'], false, {
    PLAYWRIGHT_JSON_OUTPUT_FILE: path,
  });
  return [playwrightResult('tests of the page', readReport(path), passes)];
}

/** Says what this machine lacks, so that nobody takes a skipped test for one that passed. */
function notes(): string[] {
  return missingRequirements().map(
    ({ name, purpose, howToGet }) => `without ${name}: ${purpose} not tested (${howToGet})`,
  );
}

function main(): void {
  mkdirSync(REPORTS, { recursive: true });
  const selection = process.argv.slice(2);
  const steps = [...preparation('engine', ['npm', 'run', '--silent', 'engine']), ...prepareLinux()];
  if (selection.length === 0) steps.push(...GATES.map(({ name, command }) => gate(name, command)));
  steps.push(unitTests(selection));
  if (selection.length === 0) steps.push(...pageTests());
  const summary = summarize(steps, notes(), isCi());
  console.log(summary.lines.join('\n'));
  process.exitCode = summary.failed === 0 ? 0 : 1;
}

main();
