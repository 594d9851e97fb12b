/** A lab of several hosts in threads of their own: the same to the page as one thread, and nothing is left of a lab that is closed. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { HostRequest, HostStart } from '#hypervisor/host-messages';
import { inThreads } from '#lab/in-threads';
import { codeOf, hostSpec, OPTIONS, open, scenario, seen, start, vmSpec } from './fixtures/service.ts';
import { Threads } from './fixtures/threads.ts';

const RUN = { running: true, rate: 'max' } as const;
/** The first host stays in the thread of the lab. */
const HOSTS = [
  hostSpec('here', [vmSpec('a')]),
  hostSpec('one', [vmSpec('b')]),
  hostSpec('two', [vmSpec('c')]),
];
const THREE_HOSTS = scenario(HOSTS);

let threads = new Threads();
afterEach(() => {
  threads = new Threads();
});
const begin = () => start(undefined, { placeHosts: inThreads(threads.start, nextTurn) });

test('a lab of one host needs no thread, one of three two more; it is the same lab', async () => {
  const [alone, apart] = [await start(), await begin()];
  await open(apart);
  expect(threads.started).toBe(0);
  for (const all of [alone, apart]) {
    await open(all, THREE_HOSTS);
    must(await all.service.runTo(200_000_000, () => undefined));
    must(await all.service.command(1, { op: 'console.input', args: { vm: 'b', text: 'help\n' } }));
    must(await all.service.runTo(400_000_000, () => undefined));
    await seen(() => all.page.console('b', 1).includes('ping'));
  }
  expect(threads.started).toBe(2);
  expect(must(await apart.service.hash())).toEqual(must(await alone.service.hash()));
  await open(apart);
});

test('the hosts of a lab end with it, also while they run', async () => {
  const all = await begin();
  for (let lab = 1; lab <= 3; lab++) {
    await open(all, THREE_HOSTS, { speed: RUN });
    await seen(() => (all.page.last?.status.virtualNs ?? 0) > 0 && all.page.last?.serial === lab);
  }
  expect([threads.started, threads.ended]).toEqual([6, 4]);
  await open(all);
  expect(threads.ended).toBe(6);
});

test('a question that a closed lab leaves behind is answered', async () => {
  const all = await begin();
  await open(all, THREE_HOSTS);
  threads.hold(0);
  const asked = [all.service.ask(1, 'vms', {}), all.service.hash(), all.service.saveLab()];
  await open(all);
  for (const answer of asked) expect(codeOf(await answer)).toBe('superseded');
});

test('of an opening that is superseded no thread is left', async () => {
  const all = await begin();
  threads.hold(1);
  const first = all.service.open(THREE_HOSTS, OPTIONS, () => undefined);
  await seen(() => threads.started === 2);
  const second = all.service.open(scenario(), OPTIONS, () => undefined);
  threads.letGo();
  expect(codeOf(await first)).toBe('superseded');
  must(await second);
  expect(threads.ended).toBe(2);
});

test('when one host cannot begin, none stays', async () => {
  const all = await start(undefined, {
    placeHosts: inThreads(() => {
      const thread = threads.start();
      // What comes to the second thread is no engine.
      const post = (message: unknown): void => {
        const { start: given, ...request } = message as HostRequest & { readonly start: HostStart };
        thread.post({ ...request, start: { ...given, engine: new Uint8Array(8) } });
      };
      return threads.started === 2 ? { ...thread, post } : thread;
    }, nextTurn),
  });
  expect(codeOf(await all.service.open(THREE_HOSTS, OPTIONS, () => undefined))).toBe('engine-start');
  expect([threads.started, threads.ended]).toEqual([2, 2]);
});

const KEPT = { sizeBytes: 1 << 20, content: { kind: 'layered', keep: 'data' } };
const CREATE = { op: 'vm.create', args: { vm: vmSpec('d', { disks: [KEPT] }) } } as const;

test('a disk that is to be kept cannot be added where nobody could wait for its commits, and is told so', async () => {
  const all = await begin();
  await open(all, THREE_HOSTS);
  const refused = await all.service.command(1, CREATE);
  expect(refused).toMatchObject({ error: { code: 'disk.cannotKeep', data: { host: 'one' } } });
  must(await all.service.command(0, CREATE));
});

test('a lab that adds one on its way has its hosts where it can be kept', async () => {
  const all = await begin();
  await open(all, scenario(HOSTS, [{ at: 1_000_000, host: 1, ...CREATE }]));
  expect(threads.started).toBe(0);
  must(await all.service.runTo(2_000_000, () => undefined));
  expect(must(await all.service.ask(1, 'vms', {})).value).toMatchObject([
    { spec: { name: 'b' } },
    { spec: { name: 'd' } },
  ]);
});

test('a host that hangs keeps the sign of life from coming', async () => {
  const all = await begin();
  await open(all, THREE_HOSTS);
  await all.service.ping();
  threads.hold(0);
  let answered = false;
  const answer = all.service.ping().then(() => {
    answered = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toBe(false);
  threads.letGo();
  await answer;
});
