/** Checks data from outside against a shape, and says what is wrong and where, with hostile text made harmless. */
import * as v from 'valibot';
import type { ErrorCode } from '#base/catalogue/error-codes';
import { shown } from '#base/plain-data';
import { type ErrorData, type LabError, ok, type Result } from '#base/result';

/** What data must look like, and the type that it then has. */
export type Shape<T> = v.GenericSchema<unknown, T>;

/** An object with these keys and no others. */
export function shapeOf<T extends object>(entries: { readonly [Key in keyof T]-?: Shape<T[Key]> }): Shape<T> {
  // What the entries make together is what each of them makes.
  return v.strictObject(entries as v.ObjectEntries) as Shape<unknown> as Shape<T>;
}

/** Checks data (plain, as JSON makes it); the first thing that is wrong is the error. */
export function parseShape<T>(shape: Shape<T>, value: unknown): Result<T> {
  const parsed = v.safeParse(shape, value, { abortEarly: true, abortPipeEarly: true });
  return parsed.success ? ok(parsed.output) : { ok: false, error: errorOf(parsed.issues[0]) };
}

/** The named error of what the shape found first. */
function errorOf(issue: v.BaseIssue<unknown>): LabError {
  const where = pathOf(issue);
  const found = describeValue(issue.input);
  const problem = (code: ErrorCode, data: ErrorData = {}): LabError => ({
    code,
    data: { ...data, found },
    where,
  });
  const limit = typeof issue.requirement === 'number' ? issue.requirement : 0;
  switch (issue.type) {
    case 'strict_object':
      if (issue.expected === 'never') return problem('scenario.unknownKey');
      if (issue.input === undefined) return problem('scenario.missing');
      return problem('scenario.type', { expected: 'object' });
    case 'min_value':
      return problem('scenario.tooSmall', { limit });
    case 'max_value':
      return problem('scenario.tooLarge', { limit });
    case 'integer':
      return problem('scenario.notWhole');
    case 'multiple_of':
      return problem('scenario.notMultiple', { of: limit });
    case 'min_length':
      return problem('scenario.empty');
    case 'max_entries':
    case 'max_length':
      return problem(typeof issue.input === 'string' ? 'scenario.tooLong' : 'scenario.tooMany', { limit });
    case 'check':
    case 'regex':
      // The message of such a check is its code.
      return { code: issue.message, data: { found }, where };
    case 'variant':
    case 'picklist':
    case 'literal':
      return problem('scenario.choice', { expected: issue.expected ?? '' });
    default:
      return problem('scenario.type', { expected: issue.expected ?? issue.type });
  }
}

/** `hosts[0].vms[2].name`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return shown(path.join('').replace(/^\./, ''), 160);
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return shown(JSON.stringify(value));
  if (Array.isArray(value)) return `list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'object' : String(value);
}
