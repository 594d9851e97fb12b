/** Hosts behind messages: the same as hosts of this thread, whatever messages take, and whichever thread dies. */
import { describe, expect, test } from 'vitest';
import type { Result } from '#base/result';
import { NS_PER_MS, NS_PER_US } from '#base/virtual-time';
import { serveHost } from '#hypervisor/host-server';
import type { MakeHost } from '#hypervisor/port';
import { hash } from './checkpoints/fixtures/made-up-lab.ts';
import { readLabFile, writeLabFile } from './checkpoints/lab-file.ts';
import { DelayedMessages } from './fixtures/delayed-messages.ts';
import { rowOfHosts } from './fixtures/row-of-hosts.ts';
import { expectSameLab } from './fixtures/same-lab.ts';
import { KERNEL, localMaker, startLab } from './fixtures/test-lab.ts';
import { Lab } from './lab.ts';
import { workerHosts } from './worker-hosts.ts';

const TOOLS = { hash, pause: async () => undefined };
const DELAY_NS = 500 * NS_PER_US;
/** What is run again and again. */
const SPAN_NS = 12 * NS_PER_MS;

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Hosts behind channels of delayed messages. */
function delayedHosts(messages: DelayedMessages): MakeHost {
  return workerHosts({
    ...{ engine: new Uint8Array(0), shared: false, wallMs: () => 0 },
    software: { bytes: (key) => (key === 'teaching' ? KERNEL : undefined) },
    startThread: () => {
      const [here, there] = messages.channel();
      // As `serveLabHost` does, with an engine that is compiled once for all.
      serveHost(there, (start, software) => localMaker(software)(start));
      return here;
    },
  });
}

/** Hosts of this thread. */
const localHosts: MakeHost = (spec, settings, image) =>
  localMaker(new Map([['teaching', KERNEL]]))({
    ...{ spec, settings },
    ...(image === undefined ? {} : { image }),
  });

describe('three hosts in a row that ping each other', async () => {
  const before = await startLab(rowOfHosts(3, DELAY_NS, {}, ' 1000 2'));
  // In the middle of a window, with frames on the wires.
  await before.advance(350 * NS_PER_MS + 200 * NS_PER_US);
  const taken = await before.checkpoint([]);
  if (taken === undefined) throw new Error('no checkpoint');
  const image = must(await readLabFile(must(await writeLabFile(taken, TOOLS)), TOOLS));
  const end = before.now + SPAN_NS;
  await before.advance(end);
  const expected = await before.hashes();

  test('a checkpoint goes on as the lab did', async () => {
    const again = must(await Lab.restore(image, localHosts));
    await again.advance(end);
    await expectSameLab(again, before);
  });

  test('from a checkpoint on, ten schedules of messages give one hash', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 10; seed++) {
      const messages = new DelayedMessages(seed);
      const lab = must(await messages.until(Lab.restore(image, delayedHosts(messages))));
      await messages.until(lab.advance(end));
      seen.add((await messages.until(lab.hashes())).join());
      lab.close();
    }
    expect([...seen]).toEqual([expected.join()]);
  });

  test('1,000 schedules of messages, one after the other, change nothing', async () => {
    const messages = new DelayedMessages(1);
    const [here, there] = [
      must(await Lab.restore(image, localHosts)),
      must(await messages.until(Lab.restore(image, delayedHosts(messages)))),
    ];
    for (let seed = 1; seed <= 1000; seed++) {
      messages.seed(seed);
      // Not a multiple of a window: hosts stand in the middle of one as often as not.
      const until = here.now + 700 * NS_PER_US;
      await here.advance(until);
      await messages.until(there.advance(until));
      await messages.until(expectSameLab(there, here, { what: `schedule ${seed}:` }));
    }
    expect(there.instructions).toBe(here.instructions);
  }, 600_000);
});

describe('a host behind messages', () => {
  test('begins, is commanded and asked as one of this thread', async () => {
    const messages = new DelayedMessages(5);
    const scenario = rowOfHosts(2, NS_PER_MS);
    const [remote, local] = [
      await messages.until(Lab.create(scenario, delayedHosts(messages))),
      await startLab(scenario),
    ];
    const late = { ...scenario.hosts[0]!.vms[0]!, name: 'late', nics: [] };
    for (const lab of [remote, local])
      await messages.until(
        (async () => {
          await lab.advance(50 * NS_PER_MS);
          must(await lab.execute(1, { op: 'vm.create', args: { vm: late } }));
          must(await lab.execute(1, { op: 'vm.start', args: { vm: 'late' } }));
          expect(await lab.execute(0, { op: 'vm.resume', args: { vm: 'vm-left' } })).toMatchObject({
            error: { code: 'wrong-state' },
          });
          await lab.advance(400 * NS_PER_MS);
        })(),
      );
    await messages.until(expectSameLab(remote, local));
    expect(remote.instructions).toBe(local.instructions);
    const asked = { vm: 'late', address: '0xffffffc080001000' };
    expect(await messages.until(remote.ask(1, 'walk', asked))).toEqual(await local.ask(1, 'walk', asked));
    const [news, same] = [await messages.until(remote.hosts[1]!.news()), await local.hosts[1]!.news()];
    expect(news).toEqual(same);
    expect(
      await messages.until(remote.debug(0, { kind: 'step', vm: 'vm-left', vcpu: 0, unit: 'instruction' })),
    ).toEqual(await local.debug(0, { kind: 'step', vm: 'vm-left', vcpu: 0, unit: 'instruction' }));
    for (const lab of [remote, local]) await messages.until(lab.advance(500 * NS_PER_MS));
    expect(remote.hosts[0]!.status).toEqual(local.hosts[0]!.status);
    expect(remote.stopped).toBe(local.stopped);
  });

  test('whose thread dies ends, and says why; the lab goes on', async () => {
    const messages = new DelayedMessages(9);
    const lab = await messages.until(Lab.create(rowOfHosts(2, NS_PER_MS), delayedHosts(messages)));
    await messages.until(lab.advance(20 * NS_PER_MS));
    const running = messages.until(lab.advance(100 * NS_PER_MS));
    messages.goneListeners[0]?.('out of memory');
    await running;
    expect(lab.failure(0)).toEqual({
      code: 'host.failed',
      data: { host: 'left', message: 'out of memory' },
    });
    expect(lab.failure(1)).toBeUndefined();
    expect(lab.now).toBe(100 * NS_PER_MS);
    expect(await lab.ask(0, 'vms', {})).toMatchObject({ error: { code: 'host.failed' } });
    expect(await messages.until(lab.ask(1, 'vms', {}))).toMatchObject({ ok: true });
    expect(await messages.until(lab.hashes())).toEqual(['', expect.stringMatching(/^[0-9a-f]{16}$/)]);
  });
});
