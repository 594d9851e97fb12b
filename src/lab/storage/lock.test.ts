import { expect, test } from 'vitest';
import { LEASE_MS, LeaseLocks } from './lock.ts';
import { MemoryStorage } from './memory-storage.ts';

/** Holders in one browser, with a clock that the test moves. */
class Tabs {
  readonly storage = new MemoryStorage();
  nowMs = 0;
  readonly #turns = new Map<string, Set<() => void>>();

  tab(holder: string): LeaseLocks {
    const turns = new Set<() => void>();
    this.#turns.set(holder, turns);
    const repeat = (turn: () => void): (() => void) => {
      turns.add(turn);
      return () => turns.delete(turn);
    };
    return new LeaseLocks({ storage: this.storage, holder, nowMs: () => this.nowMs, repeat });
  }

  /** Time passes for those tabs that are awake. */
  async pass(ms: number, ...awake: string[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      this.nowMs += 500;
      for (const holder of awake) for (const turn of this.#turns.get(holder) ?? []) turn();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const code = (result: { ok: boolean; error?: { code: string } }): string => result.error?.code ?? 'held';

test('a lease belongs to one tab as long as it lives', async () => {
  const tabs = new Tabs();
  const [one, two] = [tabs.tab('one'), tabs.tab('two')];
  expect(code(await one.take('lab'))).toBe('held');
  await tabs.pass(10 * LEASE_MS, 'one');
  expect(code(await two.take('lab'))).toBe('storage.locked');
  expect(code(await two.take('other'))).toBe('held');
});

test('a lease that is given back, or whose holder is gone, is free', async () => {
  const tabs = new Tabs();
  const [one, two, three] = [tabs.tab('one'), tabs.tab('two'), tabs.tab('three')];
  const held = await one.take('lab');
  if (held.ok) await held.value.release();
  expect(code(await two.take('lab'))).toBe('held');
  await tabs.pass(LEASE_MS + 500);
  expect(code(await three.take('lab'))).toBe('held');
  // The second wakes up, and does not take back what the third has now.
  await tabs.pass(LEASE_MS, 'two', 'three');
  expect(code(await two.take('lab'))).toBe('storage.locked');
});
