/**
 * What a device under test needs from a host: a clock, events, and pages that may be given back.
 */
import { PAGE_SIZE } from '#base/addresses';
import { EventQueue } from '../../event-queue.ts';
import type { GivenPage, GuestPages } from '../guest-memory.ts';

export class TestHost {
  readonly events: EventQueue = new EventQueue();
  readonly pages: TestPages = new TestPages(256);
  time = 0;
  readonly now = (): number => this.time;

  /** Runs all events up to a time, each at its instant. */
  runTo(time: number): void {
    while (this.events.nextAt() <= time) {
      this.time = this.events.nextAt();
      this.events.runDue(this.time);
    }
    this.time = time;
  }
}

/** Pages from 0x8000_0000 on that a guest may give back, by number: lent, reported, or its own. */
export class TestPages implements GuestPages {
  readonly pages: number;
  readonly given: Map<number, 'lent' | 'reported'> = new Map();
  readonly #base: number;

  constructor(pages: number, base = 0x8000_0000) {
    this.pages = pages;
    this.#base = base;
  }

  lend(gpa: number): GivenPage {
    return this.#give(gpa, 'lent');
  }
  report(gpa: number): GivenPage {
    return this.#give(gpa, 'reported');
  }
  takeBack(gpa: number): boolean {
    const page = (gpa - this.#base) / PAGE_SIZE;
    return this.given.get(page) === 'lent' && this.given.delete(page);
  }
  takeAllBack(): void {
    for (const [page, how] of this.given) if (how === 'lent') this.given.delete(page);
  }
  #give(gpa: number, how: 'lent' | 'reported'): GivenPage {
    const page = (gpa - this.#base) / PAGE_SIZE;
    if (page < 0 || page >= this.pages) return 'outside';
    if (this.given.has(page)) return 'already';
    this.given.set(page, how);
    return 'given';
  }
}
