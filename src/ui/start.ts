/**
 * The first script of the page: isolation first (a reload may be needed), then everything else. Kept tiny, since a
 * first visit on a host without headers loads it twice. The lab's worker starts before the rest of the page has come.
 */
import { ensureIsolation } from '#bridge/client/isolation';
import { labWorkers } from '#bridge/client/lab-worker';
import { installTrustedTypes } from '#bridge/protocol/trusted-types';
import { consoleOfWindow } from './state/console-address.ts';

const SERVICE_WORKER = new URL('service-worker.js', document.baseURI).href;

installTrustedTypes(location);
const isolation = await ensureIsolation(SERVICE_WORKER);
if (isolation !== 'reloading') {
  const ofConsole = consoleOfWindow();
  if (ofConsole === undefined) {
    const startWorker = labWorkers();
    const { startPage } = await import('./main.tsx');
    startPage(isolation === 'isolated', SERVICE_WORKER, startWorker);
  } else {
    const { startConsoleWindow } = await import('./console-window.tsx');
    startConsoleWindow(ofConsole);
  }
}
