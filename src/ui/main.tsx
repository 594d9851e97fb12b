/** Puts the page together: client, language, frame clock, React. The only file that makes the client of the page. */

import { keepForOffline } from '#bridge/client/isolation';
import { WorkerLabClient } from '#bridge/client/worker-client';
import { fetchAhead } from './kit/later.tsx';
import { whenIdle } from './kit/when-idle.ts';
import { labSetting } from './lab-setting.ts';
import { mountPage } from './mount.tsx';
import { VIEWS } from './views/registry.tsx';
import type { View } from './views/view.ts';

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
  const client = new WorkerLabClient(labSetting(shared), startWorker);
  const onOpened = (): void => {
    // The lab is drawn first.
    void whenIdle().then(() => {
      if (import.meta.env.PROD && serviceWorkerUrl !== undefined) void keepForOffline(serviceWorkerUrl);
      return fetchAhead();
    });
  };
  mountPage(client, onOpened, views);
}
