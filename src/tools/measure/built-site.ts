/** The page as it is built and served, and Chromium to look at it, for measurements. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import type { PreviewServer } from 'vite';

const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

export class BuiltSite {
  readonly browser: Browser;
  readonly #folder: string;
  readonly #server: PreviewServer;

  /** Builds the page, serves it, and starts the browser. */
  static async open(executablePath: string): Promise<BuiltSite> {
    const { build, preview } = await import('vite');
    const folder = mkdtempSync(join(tmpdir(), 'virtlab-page-'));
    const site = { root: ROOT, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } } as const;
    await build(site);
    const server = await preview({ ...site, preview: { port: 0, host: 'localhost' } });
    const { chromium } = await import('playwright');
    // Chromium refuses its sandbox to root, and root is who runs containers.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', ...sandbox] });
    return new BuiltSite(folder, server, browser);
  }

  private constructor(folder: string, server: PreviewServer, browser: Browser) {
    this.#folder = folder;
    this.#server = server;
    this.browser = browser;
  }

  /** The address of the page. */
  get url(): string {
    return this.#server.resolvedUrls?.local[0] ?? '';
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}
