/** Another lab beside that of the page, in a worker of its own: nobody sees it, and the browser does not keep it. */
import { labWorkers } from '#bridge/client/lab-worker';
import { WorkerLabClient } from '#bridge/client/worker-client';
import { labSetting } from '../../../../lab-setting.ts';

export function labAside(shared: boolean): WorkerLabClient {
  return new WorkerLabClient(labSetting(shared), labWorkers());
}
