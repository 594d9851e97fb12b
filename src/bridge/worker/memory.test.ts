/** A worker that opens many labs keeps one: memories of the others are given back, whatever was done with them. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { booted, hostSpec, open, type Started, scenario, seen, vmSpec } from './fixtures/service.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const OPENS = 20;

/** Everything that a page does with a lab, then another one. */
async function use(all: Started, shared: boolean): Promise<void> {
  const { service, page } = all;
  const hosts = [hostSpec('h', [vmSpec('a'), vmSpec('b')]), hostSpec('g', [vmSpec('a')])];
  await open(all, scenario(hosts), { shared });
  await service.setSpeed({ running: true, rate: 'max' });
  must(await service.command(0, { op: 'console.input', args: { vm: 'a', text: 'help\n' } }));
  const { serial } = page.last ?? { serial: 0 };
  await seen(() => page.last!.serial > serial && page.console('a').includes('ping'));
  await service.ask(0, 'registers', { vm: 'a' });
  await service.ask(0, 'frames', { from: 0, count: 100 });
  await service.hash();
  await service.share('start');
  // Opened anew while this one runs to a time that it will not reach.
  void service.runTo(1e15, () => undefined);
  page.batches.length = 0;
}

test.each([false, true])('no memory is left behind by labs that were open (shared: %s)', async (shared) => {
  const alive = new Set<number>();
  const registry = new FinalizationRegistry<number>((memory) => alive.delete(memory));
  const { Memory } = WebAssembly;
  let made = 0;
  class Counted extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made += 1;
      alive.add(made);
      registry.register(this, made);
      registry.register(this.buffer, -made);
    }
  }
  WebAssembly.Memory = Counted;
  try {
    const all = await booted();
    for (let round = 0; round < OPENS; round++) await use(all, shared);
    await all.service.cancel();
    all.page.batches.length = 0;
  } finally {
    WebAssembly.Memory = Memory;
  }
  expect(made).toBeGreaterThanOrEqual(2 * OPENS);
  for (let round = 0; round < 20 && alive.size > 2; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // The two hosts of the lab that is open, and they are the newest.
  expect([...alive].sort((a, b) => a - b)).toEqual([made - 1, made]);
});
