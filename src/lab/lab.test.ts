/** The lab over real hosts with the teaching kernel: the same whatever the slices, and again from its log. */
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS, type VirtualNs } from '#base/virtual-time';
import type { Command } from '#hypervisor/commands';
import { expectSameLab } from './fixtures/same-lab.ts';
import { hostOf, startLab as start } from './fixtures/test-lab.ts';
import type { Lab } from './lab.ts';
import { decodeLink, encodeLink } from './link.ts';
import type { Scenario, TimedCommand } from './scenario.ts';
import { busyNeighbour } from './scenarios/busy-neighbour.ts';
import { firstVisit } from './scenarios/first-visit.ts';

const END: VirtualNs = 400 * NS_PER_MS;

function consoleOf(lab: Lab, vm: string, host = 0): string {
  return new TextDecoder().decode(hostOf(lab, host).vm(vm)?.console.since(0).bytes);
}

function typed(at: VirtualNs, vm: string, text: string, host = 0): TimedCommand {
  return { op: 'console.input', args: { vm, text }, at, host };
}

/** Four VMs that ping each other, compute, are paused, reset and joined by a fifth. Times are no quantum boundaries. */
const BUSY: Scenario = {
  ...firstVisit({ linux: false }),
  commands: [
    typed(100 * NS_PER_MS + 1, 'teach-1', 'ping 10.0.0.2\n'),
    typed(100 * NS_PER_MS + 1, 'teach-3', 'cpu 50 1\n'),
    { op: 'vm.pause', args: { vm: 'teach-4' }, at: 150 * NS_PER_MS + 77, host: 0 },
    { op: 'vm.resume', args: { vm: 'teach-4' }, at: 180 * NS_PER_MS + 99_999, host: 0 },
    { op: 'vm.reset', args: { vm: 'teach-2' }, at: 250 * NS_PER_MS, host: 0 },
    {
      op: 'vm.create',
      args: { vm: { ...firstVisit({ linux: false }).hosts[0]!.vms[0]!, name: 'late' } },
      at: 260 * NS_PER_MS,
      host: 0,
    },
    { op: 'vm.start', args: { vm: 'late' }, at: 261 * NS_PER_MS, host: 0 },
  ],
};

test('the first visit boots four VMs to their shells', async () => {
  const lab = await start(firstVisit({ linux: false }));
  await lab.advance(200 * NS_PER_MS);
  for (const vm of ['teach-1', 'teach-2', 'teach-3', 'teach-4'])
    expect(consoleOf(lab, vm)).toContain(`${vm}$ `);
});

test('a busy neighbour: one VM wants 30 % of the hart, one all of it, one nothing', async () => {
  const lab = await start(busyNeighbour());
  await lab.advance(2000 * NS_PER_MS);
  const share = (name: string): number => (hostOf(lab).vm(name)?.measure().cpu ?? 0) / lab.now;
  expect(share('steady')).toBeGreaterThan(0.27);
  expect(share('steady')).toBeLessThan(0.33);
  expect(share('busy')).toBeGreaterThan(0.6);
  expect(share('idle')).toBeLessThan(0.05);
});

describe('the same scenario gives the same state', async () => {
  const whole = await start(BUSY);
  await whole.advance(END);
  const [expected] = await whole.hashes();

  test('and something happened in it', async () => {
    expect(consoleOf(whole, 'teach-1')).toContain('10.0.0.2');
    expect(whole.log.map(({ command: { op }, error }) => [op, error])).toEqual(
      BUSY.commands.map(({ op }) => [op, undefined]),
    );
    expect(hostOf(whole).vm('late')?.state).toBe('running');
  });

  test('in slices of 1 ms', async () => {
    const lab = await start(BUSY);
    for (let at = NS_PER_MS; at <= END; at += NS_PER_MS) await lab.advance(at);
    await expectSameLab(lab, whole);
  });

  test('in slices of 50 ms', async () => {
    const lab = await start(BUSY);
    for (let at = 0; at <= END; at += 50 * NS_PER_MS) await lab.advance(at);
    await expectSameLab(lab, whole);
  });

  test.each([1, 2, 3])('in slices of random length, seed %d', async (seed) => {
    const lab = await start(BUSY);
    for (let at = 0, random = seed; lab.now < END; ) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      at = Math.min(END, at + 1 + (random % (20 * NS_PER_MS)));
      await lab.advance(at);
    }
    await expectSameLab(lab, whole);
  });

  test('on shared memory', async () => {
    const lab = await start(BUSY, true);
    await lab.advance(END);
    await expectSameLab(lab, whole);
  });

  test('with the keys of its objects in another order', async () => {
    const turned = JSON.parse(JSON.stringify(BUSY), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as Scenario;
    const lab = await start(turned);
    await lab.advance(END);
    await expectSameLab(lab, whole);
  });

  test('and another seed gives another state', async () => {
    const lab = await start({ ...BUSY, seed: 2 });
    await lab.advance(END);
    expect(await lab.hashes()).not.toEqual([expected]);
  });
});

describe('a session', async () => {
  /** What a person does, between slices of odd lengths. */
  const DONE: readonly (readonly [VirtualNs, Command])[] = [
    [90 * NS_PER_MS, { op: 'console.input', args: { vm: 'teach-1', text: 'p' } }],
    [97 * NS_PER_MS + 1, { op: 'console.input', args: { vm: 'teach-1', text: 'i' } }],
    [97 * NS_PER_MS + 2, { op: 'console.input', args: { vm: 'teach-1', text: 'ng 10.0.0.3\n' } }],
    [120 * NS_PER_MS + 50_001, { op: 'vm.pause', args: { vm: 'teach-2' } }],
    [200 * NS_PER_MS, { op: 'vm.powerOff', args: { vm: 'teach-4' } }],
  ];
  const live = await start(BUSY);
  for (const [at, command] of DONE) {
    await live.advance(at);
    expect(await live.execute(0, command)).toMatchObject({ ok: true });
  }
  await live.advance(END);

  test('is repeated by its log', async () => {
    const again = await start(live.record());
    await again.advance(END);
    await expectSameLab(again, live);
    expect(again.log).toEqual(live.log);
    expect(again.record()).toEqual(live.record());
  });

  test('is repeated by its link', async () => {
    const link = encodeLink(live.record());
    const opened = decodeLink(link.ok ? link.value : '');
    if (!opened.ok) throw new Error(opened.error.code);
    const again = await start(opened.value);
    await again.advance(END);
    await expectSameLab(again, live);
  });

  test('of keys at two consoles, between other commands, is repeated by its link', async () => {
    const lab = await start(firstVisit({ linux: false }));
    const keys = (vm: string, text: string): [VirtualNs, Command][] =>
      Array.from(text, (key, index) => [
        (20 + ((index * 7919) % 30)) * NS_PER_MS + index * 33_333,
        { op: 'console.input', args: { vm, text: key } },
      ]);
    const done: readonly [VirtualNs, Command][] = [
      ...keys('teach-1', 'ping 10.0.0.3\u007f2\r'),
      ...keys('teach-2', 'm\u0003mem\r\u001b[A'),
      [3 * NS_PER_MS, { op: 'vm.pause', args: { vm: 'teach-1' } }],
      ...keys('teach-1', 'p'),
      [3 * NS_PER_MS, { op: 'vm.resume', args: { vm: 'teach-1' } }],
      ...keys('teach-1', 's\r'),
    ];
    for (const [gap, command] of done) {
      await lab.advance(lab.now + gap);
      expect(await lab.execute(0, command)).toMatchObject({ ok: true });
    }
    await lab.advance(lab.now + 200 * NS_PER_MS);
    const again = await start(must(decodeLink(must(encodeLink(lab.record())))));
    await again.advance(lab.now);
    await expectSameLab(again, lab);
    expect(again.log).toEqual(lab.log);
  });

  test('recorded half-way still holds what is to come', async () => {
    const half = await start(BUSY);
    await half.advance(140 * NS_PER_MS);
    const again = await start(half.record());
    await again.advance(END);
    await half.advance(END);
    await expectSameLab(again, half);
  });

  test('a command between a boundary and a command of the scenario keeps its turn', async () => {
    // The host is at 100 ms + one quantum; the scenario's own command, due before that, has been done already.
    const lab = await start(BUSY);
    await lab.advance(100 * NS_PER_MS + 0.5);
    expect(lab.log.length).toBe(2);
    await lab.execute(0, { op: 'console.input', args: { vm: 'teach-1', text: 'x' } });
    const again = await start(lab.record());
    await lab.advance(END);
    await again.advance(END);
    await expectSameLab(again, lab);
  });
});

describe('a command is refused, and not recorded,', async () => {
  const lab = await start(firstVisit({ linux: false }));
  const before = await lab.hashes();
  const late = { ...firstVisit({ linux: false }).hosts[0]!.vms[0]!, name: 'late' };
  const cases: readonly (readonly [string, number, unknown, string])[] = [
    ['for no host', 1, { op: 'vm.start', args: { vm: 'teach-1' } }, 'no-such-host'],
    ['for no VM', 0, { op: 'vm.start', args: { vm: 'nobody' } }, 'no-such-vm'],
    ['in the wrong state', 0, { op: 'vm.resume', args: { vm: 'teach-1' } }, 'wrong-state'],
    ['without arguments', 0, { op: 'vm.start' }, 'scenario.missing'],
    ['that nobody knows', 0, { op: 'vm.explode', args: {} }, 'scenario.choice'],
    [
      'with a hostile name',
      0,
      { op: 'vm.create', args: { vm: { ...late, name: '<b>' } } },
      'scenario.badName',
    ],
    [
      'for a VM named as a switch',
      0,
      { op: 'vm.create', args: { vm: { ...late, name: 'lan' } } },
      'scenario.duplicate',
    ],
    [
      'for a VM larger than its host',
      0,
      { op: 'vm.create', args: { vm: { ...late, memoryBytes: 1 << 29, allocation: 'fixed' } } },
      'scenario.vmTooLarge',
    ],
    [
      'for a card at no switch',
      0,
      { op: 'vm.create', args: { vm: { ...late, nics: [{ switch: 'wan' }] } } },
      'scenario.noSuchSwitch',
    ],
  ];
  test.each(cases)('%s', async (_, host, command, code) => {
    expect(await lab.execute(host, command as Command)).toMatchObject({ ok: false, error: { code } });
    expect(lab.record().commands).toEqual([]);
    expect(await lab.hashes()).toEqual(before);
  });
});

test('a long paste becomes as many commands as it needs, up to what the console takes', async () => {
  const lab = await start(firstVisit({ linux: false }));
  const paste = (length: number): Command => ({
    op: 'console.input',
    args: { vm: 'teach-1', text: '#'.repeat(length) },
  });
  expect(await lab.execute(0, paste(10_000))).toMatchObject({ ok: true });
  expect(lab.record().commands).toHaveLength(3);
  expect(await lab.execute(0, paste(10_000_000))).toMatchObject({
    ok: false,
    error: { code: 'console.full' },
  });
  const again = await start(lab.record());
  await lab.advance(50 * NS_PER_MS);
  await again.advance(50 * NS_PER_MS);
  await expectSameLab(again, lab);
});

test('two hosts live in one lab, apart from each other', async () => {
  const [first] = firstVisit({ linux: false }).hosts;
  const second = { ...first!, name: 'host-2', timeSliceNs: 3_000_000 };
  const scenario: Scenario = {
    ...firstVisit({ linux: false }),
    hosts: [first!, second],
    commands: [typed(120 * NS_PER_MS, 'teach-1', 'ping 10.0.0.4\n', 1)],
  };
  const both = await start(scenario);
  await both.advance(300 * NS_PER_MS);
  expect(both.hosts.map(({ status }) => status.now)).toEqual([300 * NS_PER_MS, 300 * NS_PER_MS]);
  expect(consoleOf(both, 'teach-1', 1)).toContain('ping 10.0.0.4');
  expect(consoleOf(both, 'teach-1', 0)).not.toContain('ping 10.0.0.4');

  const sliced = await start(scenario);
  for (let at = 0; at < 300; at += 7) await sliced.advance(at * NS_PER_MS);
  await sliced.advance(300 * NS_PER_MS);
  await expectSameLab(sliced, both);
  // The first host is as it would be alone.
  const alone = await start({ ...scenario, hosts: [first!], commands: [] });
  await alone.advance(300 * NS_PER_MS);
  expect(await alone.hashes()).toEqual([(await both.hashes())[0]]);
});
