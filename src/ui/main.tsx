/** Puts the page together: client, language, frame clock, React. The only file that makes a real client. */

import { ENGINE_URL } from '#bridge/client/engine-url';
import { keepForOffline } from '#bridge/client/isolation';
import { WorkerLabClient } from '#bridge/client/worker-client';
import { fetchAhead } from './kit/later.tsx';
import { whenIdle } from './kit/when-idle.ts';
import { mountPage } from './mount.tsx';
import { VIEWS } from './views/registry.tsx';
import type { View } from './views/view.ts';

/**
 * What hosts may have together. Browsers take memory for a page of it when that is first written, so what counts on a phone is what
 * guests use, not what hosts have; but some reserve addresses for all of it, of which phones have few. Two hosts of the usual size fit.
 */
function ramCeiling(): number {
  return matchMedia('(pointer: coarse) and (max-width: 900px)').matches ? 512 * 2 ** 20 : 2 ** 30;
}

/**
 * Starts the page; `shared` says whether memory can be shared, `views` what the page shall show.
 * @param startWorker starts the worker of a lab
 */
export function startPage(
  shared: boolean,
  serviceWorkerUrl: string | undefined,
  startWorker: () => Worker,
  views: readonly View[] = VIEWS,
): void {
  const setting = {
    guestsUrl: new URL('guests/', document.baseURI).href,
    engineUrl: ENGINE_URL,
    shared,
    maxRamBytes: ramCeiling(),
  };
  const client = new WorkerLabClient(setting, startWorker);
  const onOpened = (): void => {
    // The lab is drawn first.
    void whenIdle().then(() => {
      if (import.meta.env.PROD && serviceWorkerUrl !== undefined) void keepForOffline(serviceWorkerUrl);
      return fetchAhead();
    });
  };
  mountPage(client, onOpened, views);
}
