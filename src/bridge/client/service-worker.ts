/**
 * The one service worker: keeps the site for offline use and adds the isolation headers on hosts that cannot send
 * them. It never touches the document of a frame: whether that can be isolated is its embedder's choice.
 */
import { CONTENT_SECURITY_POLICY, ISOLATION_HEADERS } from '#bridge/protocol/web-headers';

/** The parts of the service worker's world that are used here (the project compiles against the page's types). */
interface WaitableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface RequestEvent extends WaitableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface ServiceWorkerWorld {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WaitableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: RequestEvent) => void): void;
  addEventListener(
    type: 'message',
    listener: (event: WaitableEvent & { readonly data: unknown }) => void,
  ): void;
}
const world = self as unknown as ServiceWorkerWorld;

// The build replaces both texts.
const VERSION = '__VIRTLAB_VERSION__';
const FILES = '__VIRTLAB_FILES__';
const CACHE = `virtlab-${VERSION}`;
const GUESTS = 'virtlab-guests';

/** Files with a hash in their name never change. */
function isImmutable(url: URL): boolean {
  return url.href.startsWith(`${world.registration.scope}assets/`);
}

/** What a response has to carry: documents and workers also take the policy. */
function headersFor(destination: RequestDestination): [name: string, value: string][] {
  const headers = Object.entries(ISOLATION_HEADERS);
  if (destination === 'document' || destination === 'worker' || destination === 'sharedworker')
    headers.push(['Content-Security-Policy', CONTENT_SECURITY_POLICY]);
  return headers;
}

/**
 * The same response with the headers of isolation. One that has them, from its host or because it was kept so, goes through untouched:
 * what is put together here goes through this thread byte by byte.
 */
function isolated(response: Response, destination: RequestDestination): Response {
  // An opaque response or an error carries no readable headers.
  if (response.status === 0 || response.type === 'opaque') return response;
  const wanted = headersFor(destination);
  if (wanted.every(([name, value]) => response.headers.get(name) === value)) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of wanted) headers.set(name, value);
  const body = [101, 204, 205, 304].includes(response.status) ? null : response.body;
  return new Response(body, { status: response.status, statusText: response.statusText, headers });
}

async function keep(cacheName: string, request: Request, response: Response): Promise<void> {
  if (!response.ok) return;
  const cache = await caches.open(cacheName);
  await cache.put(request, isolated(response, request.destination));
}

/** From the cache when the name says that it cannot change; otherwise from the net, the cache being the way out. */
async function answer(event: RequestEvent, url: URL): Promise<Response> {
  const { request } = event;
  const cacheName = url.pathname.includes('/guests/') ? GUESTS : CACHE;
  if (isImmutable(url)) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept !== undefined) return kept;
  }
  try {
    const response = await fetch(request);
    event.waitUntil(keep(cacheName, request, response.clone()).catch(() => undefined));
    return response;
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: request.mode === 'navigate' });
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** Fetches what the first visit has not needed, so that the lab works offline. */
async function precache(): Promise<void> {
  const files = FILES.startsWith('[') ? (JSON.parse(FILES) as string[]) : [];
  const cache = await caches.open(CACHE);
  for (const file of ['', ...files]) {
    const url = new URL(file, world.registration.scope).href;
    if ((await cache.match(url)) === undefined) await keep(CACHE, new Request(url), await fetch(url));
  }
}

world.addEventListener('install', (event) => event.waitUntil(world.skipWaiting()));
world.addEventListener('activate', (event) => event.waitUntil(world.clients.claim()));

world.addEventListener('message', (event) => {
  // The page says that its lab runs: the net is free now. Older builds are forgotten only then.
  if (event.data !== 'precache') return;
  event.waitUntil(
    (async () => {
      await precache();
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith('virtlab-') && name !== CACHE && name !== GUESTS);
      await Promise.all(old.map((name) => caches.delete(name)));
    })(),
  );
});

world.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const inFrame = request.destination === 'iframe' || request.destination === 'frame';
  if (request.method !== 'GET' || url.origin !== location.origin || inFrame) return;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  event.respondWith(answer(event, url).then((response) => isolated(response, request.destination)));
});
