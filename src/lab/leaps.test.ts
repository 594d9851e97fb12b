/** Hosts that are all idle pass the windows in which nothing happens without meeting: what happens is the same. */
import { describe, expect, test } from 'vitest';
import { NS_PER_MS, NS_PER_US, type VirtualNs } from '#base/virtual-time';
import type { MakeHost } from '#hypervisor/port';
import { DelayedMessages } from './fixtures/delayed-messages.ts';
import { rowOfHosts } from './fixtures/row-of-hosts.ts';
import { delayedHosts } from './fixtures/schedules.ts';
import { KERNEL, localMaker, startLab } from './fixtures/test-lab.ts';
import { Lab } from './lab.ts';
import type { Scenario } from './scenario.ts';

const END_NS: VirtualNs = 800 * NS_PER_MS;
/** Between pings, all hosts are idle; the second one begins at no boundary of anything. */
const AGAIN = { op: 'console.input', args: { vm: 'vm-left', text: 'ping 10.0.0.3\n' } } as const;
const SOFTWARE = new Map([['teaching', KERNEL]]);

function lab(seed: number, delayNs: VirtualNs): Scenario {
  const scenario = rowOfHosts(3, delayNs);
  const again = { ...AGAIN, at: 612_345_678, host: 0 };
  return { ...scenario, seed, commands: [...scenario.commands, again] };
}

/** A window at a time there is nothing to leap over. */
async function withoutLeaps(scenario: Scenario, windowNs: VirtualNs): Promise<readonly string[]> {
  const running = await startLab(scenario);
  while (running.now < END_NS) await running.advance(Math.min(END_NS, running.now + windowNs));
  return running.hashes();
}

async function withLeaps(scenario: Scenario): Promise<readonly string[]> {
  const running = await startLab(scenario);
  await running.advance(END_NS);
  return running.hashes();
}

/** Hosts that share memory, by a clock that makes them stop at any place; whoever drives them asks them meanwhile, now and then. */
function wired(scenario: Scenario, seed: number): Promise<readonly string[]> {
  const messages = new DelayedMessages(seed);
  return messages.until(
    (async () => {
      const running = await Lab.create(scenario, delayedHosts(messages, true));
      while (running.now < END_NS) {
        const advanced = running.advance(Math.min(END_NS, running.now + messages.under(200 * NS_PER_MS)), {
          deadlineMs: messages.wallMs() + messages.under(300),
        });
        if (messages.under(2) === 0) await running.answer(messages.under(3), 'vms', {});
        await advanced;
      }
      const hashes = await running.hashes();
      running.close();
      return hashes;
    })(),
  );
}

describe('a run with leaps has the hash of one without', () => {
  test.for([100 * NS_PER_US, 730 * NS_PER_US, 3 * NS_PER_MS, 40 * NS_PER_MS])(
    'links of %d ns',
    async (delayNs) => {
      for (let seed = 1; seed <= 3; seed++) {
        const scenario = lab(seed, delayNs);
        const expected = await withoutLeaps(scenario, Math.min(delayNs, 100 * NS_PER_US));
        expect([seed, await withLeaps(scenario)]).toEqual([seed, expected]);
        expect([seed, await wired(scenario, seed)]).toEqual([seed, expected]);
      }
    },
  );
});

describe('hosts that are all idle', () => {
  /** Counts how often hosts are called to let time pass. */
  async function calls(areWired: boolean): Promise<number> {
    let count = 0;
    const make: MakeHost = async (spec, settings, _, place) => {
      const wiring = areWired && place !== undefined ? { wiring: place.wiring() } : {};
      const host = await localMaker(SOFTWARE)({ spec, settings, ...wiring });
      const advance = host.advance.bind(host);
      host.advance = (...given) => {
        count += 1;
        return advance(...given);
      };
      return host;
    };
    const running = await Lab.create({ ...rowOfHosts(3, 100 * NS_PER_US), commands: [] }, make);
    await running.advance(300 * NS_PER_MS);
    count = 0;
    await running.advance(1300 * NS_PER_MS);
    return count;
  }

  test('are called for what happens, and neither for each of 10,000 windows nor for each sample', async () => {
    expect(await calls(false)).toBeLessThan(20);
    expect(await calls(true)).toBeLessThan(20);
  });
});
