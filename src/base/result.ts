/**
 * Errors as values. A `LabError` is a code with data; the sentence that a person reads is looked up by code, in
 * their language, by whoever shows it. Exceptions are for our own mistakes (style: "errors are values with names").
 */

/** JSON-like data that fills the placeholders of an error's message. */
export type ErrorData = Readonly<Record<string, string | number>>;

/** A named failure: `code` selects the message, `data` fills it, `where` says which part of the input it concerns. */
export interface LabError {
  readonly code: string;
  readonly data: ErrorData;
  readonly where?: string;
}

/** Either a value or a named failure. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: LabError };

/** Wraps a value. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a failure. */
export function fail(
  code: string,
  data: ErrorData = {},
  where?: string,
): { readonly ok: false; readonly error: LabError } {
  return { ok: false, error: where === undefined ? { code, data } : { code, data, where } };
}

/** States an invariant; a violation is our mistake, never a guest's. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
