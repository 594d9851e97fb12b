/**
 * Gets cross-origin isolation where the host sends no headers: registers the service worker and reloads once.
 * Runs before anything else of the page; knows nothing of the lab.
 */

/** What the page should do now. */
export type Isolation =
  /** Shared memory is there. */
  | 'isolated'
  /** A reload has been asked for: load nothing more. */
  | 'reloading'
  /** It cannot be had (a frame, no service worker, no secure context): unshared memory. */
  | 'unshared';

const RELOADED = 'virtlab.isolation-reload';

/** How long the first visit waits for the service worker before it goes on without. */
const PATIENCE_MS = 2000;

function reloadedBefore(): boolean {
  try {
    return sessionStorage.getItem(RELOADED) !== null;
  } catch {
    // Storage may be forbidden; without a memory of the reload there must be none.
    return true;
  }
}

/** Makes the page isolated if that is possible. */
export async function ensureIsolation(serviceWorkerUrl: string): Promise<Isolation> {
  if (globalThis.crossOriginIsolated) {
    try {
      sessionStorage.removeItem(RELOADED);
    } catch {
      // Nothing to forget.
    }
    return 'isolated';
  }
  const framed = window.top !== window.self;
  if (framed || !window.isSecureContext || !('serviceWorker' in navigator) || reloadedBefore())
    return 'unshared';
  try {
    await navigator.serviceWorker.register(serviceWorkerUrl);
    const controlled = navigator.serviceWorker.controller !== null || (await controllerWithin(PATIENCE_MS));
    if (!controlled) return 'unshared';
    sessionStorage.setItem(RELOADED, '1');
    location.reload();
    return 'reloading';
  } catch {
    return 'unshared';
  }
}

function controllerWithin(milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    navigator.serviceWorker.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      { once: true },
    );
  });
}

/** When the lab runs: keep the whole site for offline use. */
export async function keepForOffline(serviceWorkerUrl: string): Promise<void> {
  if (!('serviceWorker' in navigator) || !window.isSecureContext || window.top !== window.self) return;
  try {
    await navigator.serviceWorker.register(serviceWorkerUrl);
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage('precache');
  } catch {
    // Offline use is a comfort; the lab does not need it.
  }
}
