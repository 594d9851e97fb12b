/** Hosts in real threads: the same run as in one thread, and a thread that is killed ends its host alone. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS, NS_PER_US } from '#base/virtual-time';
import { LocalHost } from '#hypervisor/local-host';
import type { MakeHost } from '#hypervisor/port';
import { rowOfHosts } from '#lab/fixtures/row-of-hosts';
import { inThreads } from '#lab/in-threads';
import { Lab } from '#lab/lab';
import { softwareResolver, vmsOf } from '#lab/software';
import { workerHosts } from '#lab/worker-hosts';
import type { DiskChange } from '#machine/devices/disk/layers/keeper';
import { engineModule } from './engine.ts';
import { GuestFiles } from './guest-files.ts';
import { startHostThread } from './host-thread.ts';

const SCENARIO = rowOfHosts(3, 500 * NS_PER_US);
/** Packets have crossed all links by then, forth and back. */
const END_NS = 450 * NS_PER_MS;
const ENGINE = engineModule();
const FILES = new GuestFiles('.');
FILES.load(vmsOf(SCENARIO));

const threads = new Set<{ close(): void }>();
const apart: MakeHost = workerHosts({
  ...{ engine: ENGINE, software: FILES, shared: true, wallMs: () => performance.now() },
  startThread: () => {
    const endpoint = startHostThread();
    threads.add(endpoint);
    return endpoint;
  },
});

test('three linked hosts in three threads are what they are in one, also in slices', async () => {
  const local = await Lab.create(
    SCENARIO,
    LocalHost.maker(ENGINE, { software: softwareResolver(FILES), shared: false }),
  );
  await local.advance(END_NS);
  const expected = await local.hashes();
  const whole = await Lab.create(SCENARIO, apart);
  await whole.advance(END_NS);
  expect(await whole.hashes()).toEqual(expected);
  whole.close();
  // As the product places them: the first one here.
  const place = inThreads(startHostThread, nextTurn);
  const needs = { engine: ENGINE, software: FILES, wallMs: () => performance.now() };
  const sliced = await Lab.create(SCENARIO, place({ ...needs, shared: true }, SCENARIO.hosts.length));
  while (sliced.now < END_NS) await sliced.advance(END_NS, { deadlineMs: performance.now() + 3 });
  expect(await sliced.hashes()).toEqual(expected);
  sliced.close();
});

test('a thread that is killed ends its host with a reason, and no other', async () => {
  threads.clear();
  const lab = await Lab.create(SCENARIO, apart);
  await lab.advance(20 * NS_PER_MS);
  const [first] = threads;
  const running = lab.advance(100 * NS_PER_MS);
  first?.close();
  await running;
  expect(lab.failure(0)).toMatchObject({ code: 'host.failed', data: { host: 'left' } });
  expect([lab.failure(1), lab.failure(2), lab.now]).toEqual([undefined, undefined, 100 * NS_PER_MS]);
  lab.close();
});

test('a disk of a host in a thread is kept by the thread that has the files, which the host waits for', async () => {
  const [host] = SCENARIO.hosts;
  const disks = [{ sizeBytes: 1 << 20, content: { kind: 'layered', keep: 'data' } }];
  const scenario = {
    ...{ ...SCENARIO, links: [] },
    hosts: [{ ...host!, uplinks: [], vms: [{ ...host!.vms[0]!, nics: [], disks }] }],
  };
  const kept: number[] = [];
  const keeper = {
    commit: ({ blocks }: DiskChange) => {
      kept.push(blocks.size);
      return kept.length === 2 ? ('unavailable' as const) : ('kept' as const);
    },
  };
  const software = { bytes: FILES.bytes.bind(FILES), keeper: () => keeper };
  const needs = { engine: ENGINE, software, shared: true, wallMs: () => performance.now() };
  const lab = await Lab.create(scenario, workerHosts({ ...needs, startThread: startHostThread }));
  await lab.advance(60 * NS_PER_MS);
  const { name } = host!.vms[0]!;
  for (const text of ['disk 0 write 2\n', 'disk 0 write 2\n']) {
    must(await lab.execute(0, { op: 'console.input', args: { vm: name, text } }));
    await lab.advance(lab.now + 50 * NS_PER_MS);
  }
  expect(kept.length).toBeGreaterThan(2);
  expect(lab.log.filter(({ command }) => command.op === 'vm.refuseFlush')).toHaveLength(1);
  const local = await Lab.create(
    lab.record(),
    LocalHost.maker(ENGINE, { software: softwareResolver(FILES), shared: false }),
  );
  await local.advance(lab.now);
  expect(await local.hashes()).toEqual(await lab.hashes());
  lab.close();
});
