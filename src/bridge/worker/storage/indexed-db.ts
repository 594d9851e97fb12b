/**
 * The browser's database as a place for records: one table, names to bytes. A connection that the browser closes (data
 * cleared by the person, a newer page, an upgrade) is opened again at the next call.
 */
import { type IDBPDatabase, openDB } from 'idb';
import { fail, ok, type Result } from '#base/result';
import { type Commit, holds, type Storage, type StorageRoom } from '#lab/storage/storage';

const TABLE = 'records';
const VERSION = 1;
/** Behind all names that begin with a prefix. */
const AFTER = '\uffff';

export class IndexedDbStorage implements Storage {
  readonly #name: string;
  #opened: Promise<IDBPDatabase> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Connects before anything is asked for: browsers take their time for it. */
  connect(): void {
    void this.#attempt(() => Promise.resolve(ok(null)));
  }

  get(key: string): Promise<Result<Uint8Array | undefined>> {
    return this.#attempt(async (database) => {
      const found: unknown = await database.get(TABLE, key);
      return ok(found instanceof Uint8Array ? found : undefined);
    });
  }

  keys(prefix: string): Promise<Result<readonly string[]>> {
    return this.#attempt(async (database) => {
      const found = await database.getAllKeys(TABLE, IDBKeyRange.bound(prefix, prefix + AFTER));
      return ok(found.map(String));
    });
  }

  commit({ put = [], remove = [], onlyIf }: Commit): Promise<Result<null>> {
    return this.#attempt(async (database) => {
      const transaction = database.transaction(TABLE, 'readwrite');
      // A transaction that is given up says so here and at each request; it is heard once, here.
      const done = transaction.done.then(
        () => ok(null),
        (error: unknown) => fail(codeOf(error)),
      );
      const { store } = transaction;
      if (onlyIf !== undefined) {
        const now: unknown = await store.get(onlyIf.key);
        if (!holds(onlyIf, now instanceof Uint8Array ? now : undefined)) return fail('storage.changed');
      }
      try {
        for (const key of remove) heard(store.delete(key));
        // What is a view of a larger buffer would be stored with all of it; what is shared cannot be stored.
        for (const [key, bytes] of put) heard(store.put(bytes.slice(), key));
      } catch (error) {
        // What was asked for before would be done without the rest.
        transaction.abort();
        await done;
        throw error;
      }
      return done;
    });
  }

  async room(): Promise<StorageRoom | undefined> {
    try {
      const { usage, quota } = await navigator.storage.estimate();
      return usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota };
    } catch {
      // Without a secure context nobody is told.
      return undefined;
    }
  }

  async #attempt<T>(work: (database: IDBPDatabase) => Promise<Result<T>>): Promise<Result<T>> {
    try {
      this.#opened ??= this.#open();
      return await work(await this.#opened);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'storage.unavailable') this.#opened = undefined;
      return fail(code);
    }
  }

  #open(): Promise<IDBPDatabase> {
    const forget = (): void => {
      this.#opened = undefined;
    };
    return openDB(this.#name, VERSION, {
      upgrade: (database) => void database.createObjectStore(TABLE),
      blocking: (_current, _blocked, event) => {
        forget();
        (event.target as IDBDatabase).close();
      },
      terminated: forget,
    });
  }
}

/** A request whose failure is the transaction's, and heard there. */
function heard(request: Promise<unknown>): void {
  request.catch(() => undefined);
}

function codeOf(error: unknown): 'storage.full' | 'storage.unavailable' {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  return name === 'QuotaExceededError' ? 'storage.full' : 'storage.unavailable';
}
