/**
 * Whether a machine gives two processors at the moment. A virtual machine may be given less than it shows, and no counter tells: so
 * two threads that have nothing to do with each other count, one alone and both at once.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** How long a thread counts. */
const COUNT_MS = 50;
/** Counts as long as it is told to, and answers how far it came. */
const COUNTER = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (ms) => {
    const end = performance.now() + ms;
    let count = 0;
    let word = 1;
    for (; performance.now() < end; count++)
      for (let i = 0; i < 20000; i++) word = Math.imul(word ^ (word >>> 13), 0x5bd1e995) + i;
    parentPort.postMessage(word === 0 ? 0 : count);
  });`;

export class TwoProcessors {
  readonly #threads: readonly Worker[] = [0, 1].map(() => new Worker(COUNTER, { eval: true }));

  /** How much more two threads do than one: 2 on two processors of their own. */
  async ratio(): Promise<number> {
    const [first, second] = this.#threads as [Worker, Worker];
    const alone = (await count(first)) + (await count(second));
    const both = (await Promise.all(this.#threads.map(count))).reduce((sum, each) => sum + each, 0);
    return (2 * both) / alone;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

async function count(thread: Worker): Promise<number> {
  thread.postMessage(COUNT_MS);
  const [found] = (await once(thread, 'message')) as [number];
  return found;
}
