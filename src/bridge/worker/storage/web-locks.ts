/** The browser's own locks between tabs: one that its holder's worker takes ends with that worker, however it ends. */
import { fail, ok, type Result } from '#base/result';
import type { Lock, Locks } from '#lab/storage/lock';

export class WebLocks implements Locks {
  readonly #manager: LockManager;

  constructor(manager: LockManager) {
    this.#manager = manager;
  }

  take(name: string): Promise<Result<Lock>> {
    return new Promise((answer) => {
      this.#manager
        .request(`virtlab/${name}`, { ifAvailable: true }, (lock) => {
          if (lock === null) {
            answer(fail('storage.locked'));
            return undefined;
          }
          // The lock is held until this promise settles.
          return new Promise<void>((resolve) => {
            answer(
              ok({
                release: async () => resolve(),
              }),
            );
          });
        })
        .catch(() => answer(fail('storage.unavailable')));
    });
  }
}
