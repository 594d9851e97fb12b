/**
 * Serves the built site as the hosts of this world do: bare (GitHub Pages), with the headers of isolation, and a page of
 * another origin that shows it in a frame. Keeps a list of what it was asked for.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTENT_SECURITY_POLICY, ISOLATION_HEADERS } from '../src/bridge/protocol/web-headers.ts';

/** The built site. */
export const SITE: string = resolve(
  process.env['VIRTLAB_SITE'] ?? fileURLToPath(new URL('../dist/site', import.meta.url)),
);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** How the site is served. */
export type SiteForm = 'plain' | 'isolated';

export interface Site {
  /** Ends with a slash. */
  readonly url: string;
  /** Paths that were asked for, in order, without the leading slash; `index.html` for the page itself. */
  readonly asked: string[];
  close(): Promise<void>;
}

async function listen(server: Server, host: string): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://${host}:${(server.address() as AddressInfo).port}/`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}

/** The file that a path of a request names, inside of the site. */
function nameOf(requestUrl: string): string {
  const { pathname } = new URL(requestUrl, 'http://site');
  const path = normalize(decodeURIComponent(pathname)).replace(/^[/\\.]+/, '');
  return path === '' ? 'index.html' : path;
}

async function sendFile(path: string, headers: Readonly<Record<string, string>>, response: ServerResponse) {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    response.writeHead(404, headers).end();
    return;
  }
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  // As on GitHub Pages, where everything may be kept for ten minutes.
  response.writeHead(200, { ...headers, 'Content-Type': type, 'Cache-Control': 'max-age=600' }).end(bytes);
}

/** Serves a site, the built one unless another folder is named, at an origin of its own. */
export async function serveSite(form: SiteForm, folder: string = SITE): Promise<Site> {
  const headers =
    form === 'plain' ? {} : { ...ISOLATION_HEADERS, 'Content-Security-Policy': CONTENT_SECURITY_POLICY };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = nameOf(request.url ?? '/');
    asked.push(name);
    void sendFile(join(folder, name), headers, response);
  });
  const url = await listen(server, 'localhost');
  return { url, asked, close: () => closed(server) };
}

/** A page of another site with a frame for the address that stands behind its `?`. */
export async function serveFramePage(): Promise<Site> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { search } = new URL(request.url ?? '/', 'http://frame');
    const address = decodeURIComponent(search.slice(1)).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    asked.push(address);
    response
      .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
      .end(
        '<!doctype html><html lang="en"><title>A course</title><link rel="icon" href="data:,">' +
          '<style>body { margin: 0 } iframe { border: 0; width: 100vw; height: 100vh }</style>' +
          `<iframe title="lab" src="${address}"></iframe>`,
      );
  });
  // Another site, not just another port: the same name with two ports would share storage.
  const url = await listen(server, '127.0.0.1');
  return { url, asked, close: () => closed(server) };
}
