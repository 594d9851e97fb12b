/** The thread of the lab: one lab service behind Comlink. */
import { expose } from 'comlink';
import { installTrustedTypes } from '#bridge/protocol/trusted-types';
import { inThreads } from '#lab/in-threads';
import { LeaseLocks, type Locks } from '#lab/storage/lock';
import engineUrl from '../../../.cache/engine/engine.wasm?url';
import teachingUrl from '../../guests/teaching-kernel/image/kernel.elf?url';
import { OpfsFiles } from './disks/opfs.ts';
import { dateMs } from './governor.ts';
import { HAS_WORKERS, startHostThread } from './host-thread.ts';
import { webFetcher } from './images.ts';
import { LabService } from './lab-service.ts';
import { deferByMessage } from './run-loop.ts';
import { IndexedDbStorage } from './storage/indexed-db.ts';
import { WebLocks } from './storage/web-locks.ts';
import { translatorLater } from './translator-later.ts';

/** The browser's locks, or leases where it has none. */
function locksFor(tab: string, storage: IndexedDbStorage): Locks {
  // Without a secure context they are missing, whatever the types say.
  const manager: LockManager | undefined = navigator.locks;
  if (manager !== undefined) return new WebLocks(manager);
  const repeat = (turn: () => void, everyMs: number) => {
    const timer = setInterval(turn, everyMs);
    return () => clearInterval(timer);
  };
  return new LeaseLocks({ storage, holder: tab, nowMs: dateMs, repeat });
}

export function serveLab(): void {
  const storage = new IndexedDbStorage('virtlab');
  storage.connect();
  const defer = deferByMessage();
  const pause = () => new Promise<void>(defer);
  installTrustedTypes(location);
  expose(
    new LabService({
      fetcher: webFetcher,
      engineAhead: {
        engineUrl: new URL(engineUrl, import.meta.url).href,
        shared: globalThis.crossOriginIsolated,
      },
      teachingUrl: new URL(teachingUrl, import.meta.url).href,
      places: { storage, locks: (tab) => locksFor(tab, storage), dateMs },
      disks: { storage, files: () => OpfsFiles.find() },
      defer,
      translator: translatorLater(),
      ...(HAS_WORKERS ? { placeHosts: inThreads(startHostThread, pause) } : {}),
    }),
  );
}
