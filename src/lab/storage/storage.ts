/**
 * The one port to a place that keeps bytes when the lab ends: records by name, several changed at once or not at all. The
 * browser's database, a map for Node and tests, and one that fails on purpose implement it; it knows nothing of what is kept.
 *
 * Refusals: `storage.unavailable` (there is none, or it is gone), `storage.full` (the browser gives no more), and
 * `storage.changed` (somebody else has written since: the condition of a commit does not hold).
 */
import type { Result } from '#base/result';

/** Holds when a record is, byte for byte, what the writer believes; undefined: when there is none. */
export interface Condition {
  readonly key: string;
  readonly is: Uint8Array | undefined;
}

/** Changes that happen together. */
export interface Commit {
  readonly put?: readonly (readonly [key: string, bytes: Uint8Array])[];
  readonly remove?: readonly string[];
  /** Looked at in the same step as the change: who has lost a record to somebody else changes nothing any more. */
  readonly onlyIf?: Condition;
}

/** What a place holds in all, and what it may: known to the browser only, and roughly. */
export interface StorageRoom {
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

/** A place for records. Names are ordered by their UTF-16 units. */
export interface Storage {
  /** A record (a copy), or undefined where there is none. */
  get(key: string): Promise<Result<Uint8Array | undefined>>;
  /** Names that begin so, ascending. */
  keys(prefix: string): Promise<Result<readonly string[]>>;
  /** All of the changes or none, whatever happens meanwhile. */
  commit(commit: Commit): Promise<Result<null>>;
  /** Undefined where nobody can tell. */
  room(): Promise<StorageRoom | undefined>;
}

/** True when a condition holds for what a record is now. */
export function holds({ is }: Condition, now: Uint8Array | undefined): boolean {
  if (is === undefined || now === undefined) return is === now;
  return is.length === now.length && is.every((byte, at) => byte === now[at]);
}
