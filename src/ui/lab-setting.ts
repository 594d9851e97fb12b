/** What labs of this page are opened with, whichever worker runs them. */
import { ENGINE_URL } from '#bridge/client/engine-url';
import type { ClientSetting } from '#bridge/client/worker-client';

/**
 * What hosts may have together. Browsers take memory for a page of it when that is first written, so what counts on a phone is what
 * guests use, not what hosts have; but some reserve addresses for all of it, of which phones have few. Two hosts of the usual size fit.
 */
function ramCeiling(): number {
  return matchMedia('(pointer: coarse) and (max-width: 900px)').matches ? 512 * 2 ** 20 : 2 ** 30;
}

/** @param shared memory can be shared with workers */
export function labSetting(shared: boolean): ClientSetting {
  return {
    guestsUrl: new URL('guests/', document.baseURI).href,
    engineUrl: ENGINE_URL,
    shared,
    maxRamBytes: ramCeiling(),
  };
}
