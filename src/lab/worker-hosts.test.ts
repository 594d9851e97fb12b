/** Hosts behind messages: the same as hosts of this thread, whatever messages take, and whichever thread dies. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { serveHost } from '#hypervisor/host-server';
import { DelayedMessages } from './fixtures/delayed-messages.ts';
import { rowOfHosts } from './fixtures/row-of-hosts.ts';
import { expectSameLab } from './fixtures/same-lab.ts';
import { delayedHosts, Schedules } from './fixtures/schedules.ts';
import { ENGINE, KERNEL, localMaker, startLab } from './fixtures/test-lab.ts';
import { Lab } from './lab.ts';
import { workerHosts } from './worker-hosts.ts';

/** How many schedules of messages are tried here; the measurement tries many more. */
const SCHEDULES = 8;

test('three hosts that exchange packets are the same under every schedule of messages, and in one thread', async () => {
  const schedules = await Schedules.prepare();
  for (let seed = 1; seed <= SCHEDULES; seed++)
    expect([seed, ...(await schedules.run(seed))]).toEqual([seed, ...schedules.expected]);
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
    expect(await messages.until(remote.hashes())).toEqual(await local.hashes());
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

/** Answers of threads, which can be held on their way. */
class Answers {
  given = 0;
  #held: (() => void)[] | undefined;

  hold(): void {
    this.#held = [];
  }
  letGo(): void {
    for (const tell of this.#held ?? []) tell();
    this.#held = undefined;
  }
  tell(tell: () => void): void {
    this.given += 1;
    if (this.#held === undefined) setImmediate(tell);
    else this.#held.push(tell);
  }
}

test('a host that shares memory with others takes nothing off the wires when it is asked: nobody else would know what is on its way to it', async () => {
  const scenario = rowOfHosts(2, 5 * NS_PER_MS);
  const software = new Map([['teaching', KERNEL]]);
  const here = localMaker(software);
  const answers = new Answers();
  const apart = workerHosts({
    ...{ engine: ENGINE, shared: true, wallMs: () => 0, software: { bytes: (key) => software.get(key) } },
    startThread: () => {
      let [toHost, toLab] = [(_: unknown): void => undefined, (_: unknown): void => undefined];
      const close = (): void => undefined;
      const inside = {
        post: (reply: unknown): void => {
          const copy: unknown = structuredClone(reply);
          answers.tell(() => toLab(copy));
        },
        listen: (hear: typeof toHost): void => {
          toHost = hear;
        },
      };
      serveHost({ ...inside, close }, here);
      return {
        post: (request) => toHost(structuredClone(request)),
        listen: (hear) => {
          toLab = hear;
        },
        close,
      };
    },
  });
  // As the product places them: the first one in the thread of the lab.
  const lab = await Lab.create(scenario, (spec, settings, image, place) =>
    place?.number === 0
      ? here({ spec, settings, wiring: place.wiring() })
      : apart(spec, settings, image, place),
  );
  // The first one has asked who has the other's address, and both wait.
  await lab.advance(301 * NS_PER_MS);
  answers.hold();
  const { given } = answers;
  const asked = lab.ask(1, 'vms', {});
  await vi.waitFor(() => expect(answers.given).toBe(given + 1));
  // How far both are idle is looked at before the answer is heard.
  const running = lab.advance(500 * NS_PER_MS);
  await nextTurn();
  answers.letGo();
  must(await asked);
  await running;
  const local = await startLab(scenario);
  await local.advance(500 * NS_PER_MS);
  await expectSameLab(lab, local);
});
