/** How soon a page answers, as the browser itself reports it: its longest task, and how long clicks took. */
import type { Page } from 'playwright';

/** Runs in the page; of clicks the browser reports only those that took it 16 ms or more. */
const IN_PAGE = `(() => {
  const found = { longest: 0, clicks: [] };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) found.longest = Math.max(found.longest, duration);
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'click') found.clicks.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  globalThis.measured = found;
})()`;

export class Responsiveness {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Watches from now on. */
  static async of(page: Page): Promise<Responsiveness> {
    await page.evaluate(IN_PAGE);
    return new Responsiveness(page);
  }

  /** Forgets what was until now. */
  async forget(): Promise<void> {
    await this.#page.evaluate('(measured.longest = 0, measured.clicks = [], null)');
  }
  /** Milliseconds of the longest task; 0: none took 50. */
  async longest(): Promise<number> {
    return (await this.#page.evaluate('measured.longest')) as number;
  }
  /** What 95 of a hundred clicks took at most, of so many that there were; 0: those took less than 16 ms. */
  async slowClick(clicks: number): Promise<number> {
    const seen = (await this.#page.evaluate('measured.clicks')) as readonly number[];
    return [...seen].sort((a, b) => b - a)[Math.floor(clicks * 0.05)] ?? 0;
  }
}
