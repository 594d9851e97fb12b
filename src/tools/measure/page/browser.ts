/** The built page in Chromium, and what its renderer takes of a core by the system's own account of threads. */
import { readdirSync, readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright';
import { requirement } from '../../prerequisites.ts';
import { BuiltSite } from '../built-site.ts';
import { rounded } from '../figure.ts';

/** A tick of the system's account of processes. */
const MS_PER_TICK = 10;
/** What happens while a lab starts is not what it costs. */
const SETTLE_MS = 4000;
const LOOK_MS = 8000;

/** Waits in the page, whose policy lets nothing evaluate text, until its lab runs. */
export const UNTIL_IT_RUNS = `new Promise((resolve) => {
  const look = () => (globalThis.virtlab?.status().virtualNs > 0 ? resolve(null) : setTimeout(look, 20));
  look();
})`;

/** Shares of one core, in percent. */
export interface Cost {
  readonly renderer: number;
  readonly page: number;
  readonly workers: number;
}

/** Milliseconds of processor time. */
interface Spent {
  readonly all: number;
  readonly main: number;
  readonly workers: number;
}

/** The site, built once and served; each place is looked at in a page of its own. */
export class MeasuredSite {
  readonly #site: BuiltSite;

  static async open(): Promise<MeasuredSite> {
    const { path: executablePath } = requirement('browser');
    if (executablePath === undefined) throw new Error('no browser');
    return new MeasuredSite(await BuiltSite.open(executablePath));
  }

  private constructor(site: BuiltSite) {
    this.#site = site;
  }

  get url(): string {
    return this.#site.url;
  }

  /** A browser that has seen nothing but the tour. */
  async visitor(): Promise<BrowserContext> {
    const context = await this.#site.browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addInitScript("try { localStorage.setItem('virtlab.tour', 'seen'); } catch {}");
    return context;
  }

  /** Opens a place of a lab in a browser that has seen nothing, and lets it come to rest. */
  async show(address: string, link: string): Promise<MeasuredPage> {
    const context = await this.visitor();
    const page = await context.newPage();
    await page.goto(`${this.#site.url}${address}#${link}`);
    await page.evaluate(UNTIL_IT_RUNS);
    await page.waitForTimeout(SETTLE_MS);
    return new MeasuredPage(page, context, await this.#busiestRenderer());
  }

  /** Of the renderers that the browser has, the one that has worked: it keeps one in reserve. */
  async #busiestRenderer(): Promise<number> {
    const session = await this.#site.browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    const [busiest] = renderers.sort((a, b) => b.cpuTime - a.cpuTime);
    if (busiest === undefined) throw new Error('no renderer');
    return busiest.id;
  }

  close(): Promise<void> {
    return this.#site.close();
  }
}

export class MeasuredPage {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #process: number;

  constructor(page: Page, context: BrowserContext, process: number) {
    this.page = page;
    this.#context = context;
    this.#process = process;
  }

  async cost(): Promise<Cost> {
    const before = spentBy(this.#process);
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const after = spentBy(this.#process);
    const wallMs = performance.now() - from;
    const share = (of: keyof Spent): number => rounded(((after[of] - before[of]) / wallMs) * 100, 1);
    return { renderer: share('all'), page: share('main'), workers: share('workers') };
  }

  /** Processor time of the workers so far. */
  workersMs(): number {
    return spentBy(this.#process).workers;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

/** User and system time of a process's threads, as /proc has it: the first one is the page's. */
function spentBy(process: number): Spent {
  let all = 0;
  let main = 0;
  let workers = 0;
  for (const thread of readdirSync(`/proc/${process}/task`)) {
    const text = readFileSync(`/proc/${process}/task/${thread}/stat`, 'utf8');
    // The name, in brackets, may hold anything; user and system time are the 12th and 13th field behind it.
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ms = (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
    all += ms;
    if (Number(thread) === process) main += ms;
    if (name.startsWith('DedicatedWorker')) workers += ms;
  }
  return { all, main, workers };
}
