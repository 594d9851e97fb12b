/** Records in a map: for Node, for tests, and where a browser keeps nothing. */
import { fail, ok, type Result } from '#base/result';
import { type Commit, holds, type Storage, type StorageRoom } from './storage.ts';

export class MemoryStorage implements Storage {
  readonly #records = new Map<string, Uint8Array>();
  readonly #quotaBytes: number;

  /** @param quotaBytes what it holds at most */
  constructor(quotaBytes: number = Number.POSITIVE_INFINITY) {
    this.#quotaBytes = quotaBytes;
  }

  async get(key: string): Promise<Result<Uint8Array | undefined>> {
    return ok(this.#records.get(key)?.slice());
  }

  async keys(prefix: string): Promise<Result<readonly string[]>> {
    return ok([...this.#records.keys()].filter((key) => key.startsWith(prefix)).sort());
  }

  async commit({ put = [], remove = [], onlyIf }: Commit): Promise<Result<null>> {
    if (onlyIf !== undefined && !holds(onlyIf, this.#records.get(onlyIf.key))) return fail('storage.changed');
    const gone = new Set([...remove, ...put.map(([key]) => key)]);
    const kept = [...this.#records].reduce((sum, [key, { length }]) => sum + (gone.has(key) ? 0 : length), 0);
    if (kept + put.reduce((sum, [, { length }]) => sum + length, 0) > this.#quotaBytes)
      return fail('storage.full');
    for (const key of remove) this.#records.delete(key);
    for (const [key, bytes] of put) this.#records.set(key, bytes.slice());
    return ok(null);
  }

  async room(): Promise<StorageRoom> {
    const usedBytes = [...this.#records.values()].reduce((sum, { length }) => sum + length, 0);
    return { usedBytes, quotaBytes: this.#quotaBytes };
  }
}
