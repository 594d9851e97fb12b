/**
 * The first script of the page: isolation first (a reload may be needed), then everything else. Kept tiny, since a
 * first visit on a host without headers loads it twice.
 */
import { ensureIsolation } from '#bridge/client/isolation';
import { installTrustedTypes } from '#bridge/protocol/trusted-types';
import { consoleOfWindow } from './state/console-address.ts';

const SERVICE_WORKER = new URL('service-worker.js', document.baseURI).href;

installTrustedTypes(location);
const isolation = await ensureIsolation(SERVICE_WORKER);
if (isolation !== 'reloading') {
  const ofConsole = consoleOfWindow();
  if (ofConsole === undefined) {
    const { startPage } = await import('./main.tsx');
    startPage(isolation === 'isolated', SERVICE_WORKER);
  } else {
    const { startConsoleWindow } = await import('./console-window.tsx');
    startConsoleWindow(ofConsole);
  }
}
