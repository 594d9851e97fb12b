/**
 * Errors as values. A `LabError` is a code with data; the sentence that a person reads is looked up by code, in
 * their language, by whoever shows it. Exceptions are for our own mistakes (style: "errors are values with names").
 */
import type { ERROR_CODES, ErrorCode } from './catalogue/error-codes.ts';

/** JSON-like data that fills the placeholders of an error's message. */
export type ErrorData = Readonly<Record<string, string | number>>;

/**
 * A named failure: `code` selects the message, `data` fills it, `where` says which part of the input it concerns. The code
 * is one of the catalogue where it is made ({@link fail}); one that comes from a file or a worker may be any text.
 */
export interface LabError {
  readonly code: string;
  readonly data: ErrorData;
  readonly where?: string;
}

/** A result that is none. */
export interface Failure {
  readonly ok: false;
  readonly error: LabError;
}

/** Either a value or a named failure. */
export type Result<T> = { readonly ok: true; readonly value: T } | Failure;

/** Wraps a value. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** What must be said besides the code: the data that its sentence may use. */
type Details<Code extends ErrorCode> = (typeof ERROR_CODES)[Code] extends readonly []
  ? [data?: ErrorData, where?: string]
  : [data: Readonly<Record<(typeof ERROR_CODES)[Code][number], string | number>> & ErrorData, where?: string];

/** Makes a failure. */
export function fail<Code extends ErrorCode>(code: Code, ...details: Details<Code>): Failure {
  const [data = {}, where] = details;
  return { ok: false, error: where === undefined ? { code, data } : { code, data, where } };
}

/** States an invariant; a violation is our mistake, never a guest's. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
