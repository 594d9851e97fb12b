/**
 * Counts of tests, out of the reports of the test runners, and the summary that ends a run. No processes, no files.
 */

/** What one step of the run amounts to. */
export interface StepResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A gate counts as one test. */
export function gateResult(name: string, passes: boolean): StepResult {
  return { name, passed: passes ? 1 : 0, failed: passes ? 0 : 1, skipped: 0 };
}

/** The parts of Vitest's JSON report that count. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** The parts of Playwright's JSON report that count. */
interface PlaywrightReport {
  readonly errors: readonly unknown[];
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

/**
 * A runner that ends badly without a failed test still failed: a file that does not load, an error outside of tests,
 * a report that is missing.
 */
function atLeastOneFailure(result: StepResult, runnerPasses: boolean): StepResult {
  return runnerPasses || result.failed > 0 ? result : { ...result, failed: 1 };
}

/** Counts of a Vitest run; `report` is the text of its JSON report, if it wrote one. */
export function vitestResult(name: string, report: string | undefined, runnerPasses: boolean): StepResult {
  const parsed = parse<VitestReport>(report);
  if (parsed === undefined) return gateResult(name, false);
  const broken = parsed.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const result = {
    name,
    passed: parsed.numPassedTests,
    failed: parsed.numFailedTests + broken.length,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
  return atLeastOneFailure(result, runnerPasses);
}

/** Counts of a Playwright run. A test that passed only when repeated passed, as Playwright itself counts it. */
export function playwrightResult(
  name: string,
  report: string | undefined,
  runnerPasses: boolean,
): StepResult {
  const parsed = parse<PlaywrightReport>(report);
  if (parsed === undefined) return gateResult(name, false);
  const { expected, unexpected, flaky, skipped } = parsed.stats;
  const result = { name, passed: expected + flaky, failed: unexpected + parsed.errors.length, skipped };
  return atLeastOneFailure(result, runnerPasses);
}

function parse<Report>(text: string | undefined): Report | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

/** The end of a run: a line per step, what was skipped and why, and the counts in the last line. */
export interface Summary {
  readonly lines: readonly string[];
  readonly failed: number;
}

/** Adds up; where everything must be there (`strict`), what was skipped has failed. */
export function summarize(steps: readonly StepResult[], notes: readonly string[], strict: boolean): Summary {
  const total = (key: 'passed' | 'failed' | 'skipped') => steps.reduce((sum, step) => sum + step[key], 0);
  const skipped = total('skipped');
  const failed = total('failed') + (strict ? skipped : 0);
  const width = Math.max(...steps.map(({ name }) => name.length));
  const table = steps.map((step) => {
    const also = step.skipped > 0 ? `, ${step.skipped} skipped` : '';
    return `${step.failed > 0 ? '✗' : '✓'} ${step.name.padEnd(width)}  ${step.passed} passed, ${step.failed} failed${also}`;
  });
  const verdict = strict ? `${skipped} skipped: with CI=true they count as failed` : `${skipped} skipped`;
  return {
    lines: [
      '',
      ...table,
      ...notes,
      ...(skipped > 0 ? [verdict] : []),
      `${total('passed')} passed, ${failed} failed`,
    ],
    failed,
  };
}
