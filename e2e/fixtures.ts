/**
 * What every test of the page has: the three forms of the site, and a guard that lets no test pass whose page asked
 * another origin for something, wrote an error or broke its own policy.
 */
import { existsSync } from 'node:fs';
import {
  type BrowserContext,
  test as base,
  type Page,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from 'playwright/test';
import { isCi } from '../src/tools/prerequisites.ts';
import { SITE, type Site, serveFramePage, serveSite } from './site-server.ts';

/** True where Linux images are part of the site, as they must be in CI. */
export const HAS_LINUX: boolean = isCi() || existsSync(`${SITE}/guests/guests.json`);

export interface Sites {
  /** Without special headers: the service worker gives isolation after one reload. */
  readonly plain: Site;
  /** With the headers of isolation. */
  readonly isolated: Site;
  /** A page of another site, with the plain one in a frame: no isolation, unshared memory. */
  readonly frame: Site;
}

/** What may not happen during a visit, in words; empty when all is well. */
export class Guard {
  readonly #origins: Set<string>;
  readonly found: string[] = [];

  constructor(sites: Sites) {
    this.#origins = new Set([sites.plain, sites.isolated, sites.frame].map(({ url }) => new URL(url).origin));
  }

  /** A site of the test's own belongs to its visit. */
  allow({ url }: Site): void {
    this.#origins.add(new URL(url).origin);
  }

  async watch(context: BrowserContext): Promise<void> {
    // The console says most violations; those of `report-only` kinds and of workers it may not.
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI}`);
      });
    });
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (['data:', 'blob:'].includes(url.protocol) || this.#origins.has(url.origin)) return;
      this.found.push(`request to another origin: ${request.url()}`);
    });
    context.on('console', (message) => {
      if (message.type() !== 'error' || isMissingLinux(message.text(), message.location().url)) return;
      this.found.push(`console error: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => {
      this.found.push(`uncaught: ${error.error().stack ?? error.error().message}`);
    });
  }
}

/** A site without Linux has no list of its images, and a browser reports every file that is not there. */
function isMissingLinux(text: string, url: string): boolean {
  return !HAS_LINUX && text.includes('404') && url.endsWith('/guests.json');
}

export interface NewVisit {
  /** For the tour, which a person sees once. */
  readonly firstVisit?: boolean;
  readonly phone?: boolean;
  /**
   * With the service worker, which gives isolation where no headers do, and fetches and keeps the whole site once the lab
   * runs: as much work as to open the page.
   */
  readonly keepsSite?: boolean;
  /** With what fades and slides, which costs a tenth of a page's work, and which every click waits for. */
  readonly moves?: boolean;
}

interface TestFixtures {
  readonly guard: Guard;
  /** A new page in a browser context of its own: another person. */
  readonly visit: (options?: NewVisit) => Promise<Page>;
}
interface WorkerFixtures {
  readonly sites: Sites;
}

const PHONE = {
  viewport: { width: 393, height: 851 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const;

export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & TestFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & WorkerFixtures
> = base.extend<TestFixtures, WorkerFixtures>({
  sites: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
    async ({}, use) => {
      const sites: Sites = {
        plain: await serveSite('plain'),
        isolated: await serveSite('isolated'),
        frame: await serveFramePage(),
      };
      await use(sites);
      await Promise.all(Object.values(sites).map((site: Site) => site.close()));
    },
    { scope: 'worker' },
  ],
  guard: [
    async ({ sites }, use) => {
      const guard = new Guard(sites);
      await use(guard);
      base.expect(guard.found, 'what no visit may do').toEqual([]);
    },
    { auto: true },
  ],
  visit: async ({ browser, guard }, use, info) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ firstVisit = false, phone = false, keepsSite = false, moves = false } = {}) => {
      const { locale } = info.project.use;
      const context = await browser.newContext({
        viewport: info.project.use.viewport ?? null,
        ...(phone ? PHONE : {}),
        ...(locale === undefined ? {} : { locale }),
        colorScheme: 'light',
        reducedMotion: moves ? 'no-preference' : 'reduce',
        serviceWorkers: keepsSite ? 'allow' : 'block',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      contexts.push(context);
      await guard.watch(context);
      if (!firstVisit)
        await context.addInitScript(() => {
          // In a frame of another site storage can be forbidden; there is no tour then either way.
          try {
            localStorage.setItem('virtlab.tour', 'seen');
          } catch {}
        });
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect } from 'playwright/test';
