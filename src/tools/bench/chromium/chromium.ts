/**
 * Chromium with one page and one worker in it, isolated as the product's page is, so that the engine runs on shared memory. It serves
 * files to the worker and carries commands; it does not know what they measure.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import type { Message } from '../message.ts';
import type { WorkerCommand } from './commands.ts';

const WORKER: string = fileURLToPath(new URL('./worker.ts', import.meta.url));
const ROOT: string = fileURLToPath(new URL('../../../..', import.meta.url));

/** As the page of the product is served. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Nothing that the browser does for itself. */
const ARGUMENTS = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/** One command at a time goes to the worker, and its answer comes back. */
const PAGE = `<!doctype html><html lang="en"><title>virtlab bench</title><link rel="icon" href="data:,"><script>
const worker = new Worker('worker.js', { type: 'module' });
let problem;
let done = (answer) => { problem = answer; };
worker.onmessage = ({ data }) => done(data);
worker.onerror = (event) => done({ error: event.message ?? 'the worker could not be loaded' });
globalThis.command = (message) => new Promise((resolve) => {
  // A worker that could not even be loaded has said so before anything was asked.
  if (problem !== undefined) return resolve(problem);
  done = resolve;
  worker.postMessage(message);
});
</script></html>`;

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', js: 'text/javascript' };

/** The worker and all that it imports, as one file. */
async function bundledWorker(): Promise<string> {
  const { build } = await import('vite');
  const built = await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      ...{ write: false, target: 'es2022', lib: { entry: WORKER, formats: ['es'] } },
      // What the product fetches later comes at once: there is one file.
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  for (const each of outputs) {
    const chunk = 'output' in each ? each.output.find(({ type }) => type === 'chunk') : undefined;
    if (chunk !== undefined && 'code' in chunk) return chunk.code;
  }
  throw new Error('the worker of the bench could not be bundled');
}

interface Answer {
  readonly value?: Message;
  readonly error?: string;
}

export class Chromium {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #page: Page;
  readonly #files: Map<string, string | Uint8Array>;

  private constructor(browser: Browser, server: Server, page: Page, files: Map<string, string | Uint8Array>) {
    this.#browser = browser;
    this.#server = server;
    this.#page = page;
    this.#files = files;
  }

  /** Starts the browser, and the engine in it. */
  static async start(executablePath: string, engine: Uint8Array): Promise<Chromium> {
    const files = new Map<string, string | Uint8Array>([
      ['index.html', PAGE],
      ['worker.js', await bundledWorker()],
    ]);
    const server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1) || 'index.html';
      const content = files.get(name);
      const type = TYPES[name.split('.').pop() ?? ''] ?? 'application/octet-stream';
      response.writeHead(content === undefined ? 404 : 200, { ...HEADERS, 'Content-Type': type });
      response.end(content);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { chromium } = await import('playwright');
    // Chromium refuses its sandbox to root, and root is who runs containers.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args: [...ARGUMENTS, ...sandbox] });
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const started = new Chromium(browser, server, page, files);
    await started.command({ op: 'start', engine: started.serve('engine.wasm', engine) });
    return started;
  }

  /** Makes a file known to the worker; the result is its address. */
  serve(name: string, bytes: Uint8Array): string {
    this.#files.set(name, bytes);
    return `/${name}`;
  }

  /** Lets the worker do something; what goes wrong there is thrown here. */
  async command(command: WorkerCommand): Promise<Message | undefined> {
    const answer = (await this.#page.evaluate(`command(${JSON.stringify(command)})`)) as Answer;
    if (answer.error !== undefined) throw new Error(`in Chromium: ${answer.error}`);
    return answer.value;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
