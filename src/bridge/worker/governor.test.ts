/** The governor over a clock that tests move: by hand, or by what a real lab has done, so that no test waits or flickers. */
import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '#base/virtual-time';
import { Host } from '#hypervisor/host';
import { LocalHost } from '#hypervisor/local-host';
import { Lab } from '#lab/lab';
import { softwareResolver } from '#lab/software';
import { EngineModule } from '#machine/engine-module';
import { ENGINE, hostSpec, KERNEL, scenario, vmSpec } from './fixtures/service.ts';
import { type Advance, Governor, SLICE_MS } from './governor.ts';

/** A lab that takes a fixed wall time for each millisecond of virtual time, in quanta of 0.1 ms. */
class Lagging {
  wallMs = 0;
  now = 0;
  readonly #wallPerVirtual: number;

  constructor(wallPerVirtual: number) {
    this.#wallPerVirtual = wallPerVirtual;
  }
  readonly advance: Advance = async (until, deadlineMs) => {
    while (this.now < until) {
      this.now += NS_PER_MS / 10;
      this.wallMs += this.#wallPerVirtual / 10;
      if (this.wallMs >= deadlineMs) return;
    }
  };
}

/** Slices for a stretch of wall time, waiting as long as they say. */
async function runFor(governor: Governor, lab: Lagging, wallMs: number): Promise<void> {
  for (const end = lab.wallMs + wallMs; lab.wallMs < end; ) {
    const waitMs = await governor.slice(() => lab.now, lab.advance);
    lab.wallMs = Math.min(end, lab.wallMs + waitMs);
  }
}

function governed(wallPerVirtual: number): { lab: Lagging; governor: Governor } {
  const lab = new Lagging(wallPerVirtual);
  return { lab, governor: new Governor(() => lab.wallMs) };
}

describe('speed', () => {
  test.each([1, 0.1, 10])(
    'at rate %s virtual time keeps to wall time, one quantum and one look aside',
    async (rate) => {
      const { lab, governor } = governed(0.01);
      governor.setSpeed({ running: true, rate }, 0);
      await runFor(governor, lab, 1000);
      const ahead = lab.now / NS_PER_MS - rate * lab.wallMs;
      expect(ahead).toBeLessThanOrEqual(0.1);
      expect(ahead).toBeGreaterThan(-2 * Math.max(1, rate));
    },
  );

  test('hosts that wait are looked at when they have something to do, and ten times a second', async () => {
    const { lab, governor } = governed(0.01);
    governor.setSpeed({ running: true, rate: 2 }, 0);
    lab.wallMs = 10;
    const waitFor = (ms: number): Promise<number> =>
      governor.slice(
        () => lab.now,
        lab.advance,
        () => lab.now + ms * NS_PER_MS,
      );
    const caughtUp = await waitFor(40);
    expect(caughtUp).toBeGreaterThan(18);
    expect(caughtUp).toBeLessThanOrEqual(20.1);
    expect(await waitFor(Number.POSITIVE_INFINITY)).toBe(100);
    expect(await waitFor(0)).toBe(1);
  });

  test('in calm hosts that wait are looked at once a second, and no virtual time is lost by that', async () => {
    const { lab, governor } = governed(0.001);
    governor.setSpeed({ running: true, rate: 1 }, 0);
    governor.pace = 'calm';
    let turns = 0;
    for (let waitMs = 0; lab.wallMs < 10_000; lab.wallMs += waitMs, turns++)
      waitMs = await governor.slice(
        () => lab.now,
        lab.advance,
        // Something is due all the time.
        () => lab.now,
      );
    expect(turns).toBeLessThanOrEqual(11);
    expect(lab.now / NS_PER_MS).toBeGreaterThan(8_900);
  });

  test('in calm hosts that work, and time at full speed, are not kept waiting', async () => {
    const { lab, governor } = governed(2);
    governor.setSpeed({ running: true, rate: 1 }, 0);
    governor.pace = 'calm';
    lab.wallMs = 50;
    const slice = (): Promise<number> => governor.slice(() => lab.now, lab.advance);
    expect(await slice()).toBe(0);
    expect(await slice()).toBe(0);
    governor.setSpeed({ running: true, rate: 'max' }, lab.now);
    expect(await slice()).toBeLessThanOrEqual(100);
  });

  test('what cannot be kept up with is given up: no race afterwards', async () => {
    const { lab, governor } = governed(0.01);
    governor.setSpeed({ running: true, rate: 1 }, 0);
    await runFor(governor, lab, 100);
    // The tab slept.
    lab.wallMs += 60_000;
    const { now } = lab;
    await runFor(governor, lab, 100);
    expect((lab.now - now) / NS_PER_MS).toBeLessThanOrEqual(102);
  });

  test('a machine that is too slow runs all the time, and the ratio says so', async () => {
    const { lab, governor } = governed(4);
    governor.setSpeed({ running: true, rate: 1 }, 0);
    governor.measure(lab.now, 0);
    await runFor(governor, lab, 2000);
    expect(governor.measure(lab.now, 0).ratio).toBeCloseTo(0.25, 1);
  });

  test('paused, nothing happens, and it asks for no turn', async () => {
    const { lab, governor } = governed(0.01);
    expect(await governor.slice(() => lab.now, lab.advance)).toBe(Number.POSITIVE_INFINITY);
    governor.setSpeed({ running: true, rate: 'max' }, 0);
    await governor.slice(() => lab.now, lab.advance);
    governor.pause(lab.now);
    const { now } = lab;
    expect(await governor.slice(() => lab.now, lab.advance)).toBe(Number.POSITIVE_INFINITY);
    expect([lab.now, governor.speed]).toEqual([now, { running: false, rate: 'max' }]);
  });

  test('at full speed idle time passes sixty times as fast as the clock, but to a time that is named at once', async () => {
    const { lab, governor } = governed(1e-6);
    governor.setSpeed({ running: true, rate: 'max' }, 0);
    await runFor(governor, lab, 2000);
    expect(lab.now / NS_PER_MS / 2000).toBeGreaterThan(50);
    expect(lab.now / NS_PER_MS / 2000).toBeLessThan(70);
    governor.runTo(3600_000 * NS_PER_MS, lab.now);
    await governor.slice(() => lab.now, lab.advance);
    expect(lab.now).toBe(3600_000 * NS_PER_MS);
  });

  test('a run to a time ends at it and shows the rate from before', async () => {
    const { lab, governor } = governed(0.5);
    governor.setSpeed({ running: true, rate: 2 }, 0);
    governor.runTo(50 * NS_PER_MS, 0);
    let turns = 0;
    while (governor.speed.running) {
      await governor.slice(() => lab.now, lab.advance);
      turns++;
    }
    expect([lab.now, governor.speed]).toEqual([50 * NS_PER_MS, { running: false, rate: 2 }]);
    expect(turns).toBe(4);
  });
});

describe('turns at full speed, measured in what was done: 100 instructions a microsecond, 3 µs an exit', () => {
  const engine = new EngineModule(ENGINE);
  const store = { bytes: (key: string) => (key === 'teaching' ? KERNEL : undefined) };
  const QUANTUM_MS = 0.1;
  /** What one hart may run alone: 50,000 instructions, and their exits. */
  const RUN_MS = 0.7;
  const guests = ['a', 'b', 'c', 'd'].map((name) => vmSpec(name));

  interface Busy {
    readonly lab: Lab;
    readonly running: readonly Host[];
    readonly workMs: () => number;
  }
  async function labOf(hosts: number, harts: number): Promise<Busy> {
    const specs = Array.from({ length: hosts }, (_, n) => hostSpec(`h${n}`, guests, { harts }));
    const source = scenario(specs);
    if (source.kind !== 'scenario') throw new Error('a document');
    const running: Host[] = [];
    const exits = (): number =>
      running.reduce((sum, host) => host.vms().reduce((part, vm) => part + vm.measure().exits, sum), 0);
    const instructions = (): number => running.reduce((sum, host) => sum + host.instructions, 0);
    const workMs = (): number => instructions() / 100_000 + exits() * 0.003;
    const environment = { software: softwareResolver(store), shared: false, wallMs: workMs };
    const lab = await Lab.create(source.scenario, async (spec, settings) => {
      const host = Host.create(engine, spec, settings, environment);
      running.push(host);
      return new LocalHost(host, false);
    });
    return { lab, running, workMs };
  }
  async function type(lab: Lab, text: string): Promise<void> {
    for (const host of lab.hosts.keys())
      for (const { name } of guests)
        await lab.execute(host, { op: 'console.input', args: { vm: name, text } });
  }
  /** Work done in each turn. */
  async function turns({ lab, workMs }: Busy, count: number): Promise<number[]> {
    const governor = new Governor(workMs);
    governor.setSpeed({ running: true, rate: 'max' }, lab.now);
    const lengths: number[] = [];
    for (let turn = 0; turn < count; turn++) {
      const before = workMs();
      await governor.slice(
        () => lab.now,
        (until, deadlineMs) => lab.advance(until, { deadlineMs }),
      );
      lengths.push(workMs() - before);
    }
    return lengths;
  }

  test.each([
    [1, 1],
    [1, 4],
    [2, 4],
  ])(
    '%i hosts of %i harts, all busy: no turn is longer than a slice and a quantum of each, or a run of one',
    async (hosts, harts) => {
      const busy = await labOf(hosts, harts);
      await busy.lab.advance(100 * NS_PER_MS);
      await type(busy.lab, 'cpu 100\n');
      const lengths = await turns(busy, 60);
      // Exits take their time besides the instructions of a quantum: twice as much is ample.
      const longest = harts === 1 ? RUN_MS : 2 * QUANTUM_MS * harts;
      const most = SLICE_MS + longest * hosts;
      expect(Math.max(...lengths)).toBeLessThanOrEqual(most);
      expect(most).toBeLessThan(20);
      // They are full turns, not ones that hardly do anything.
      expect(Math.min(...lengths.slice(5))).toBeGreaterThanOrEqual(SLICE_MS);
    },
  );

  test('guests that wake from idling do not make a long turn either', async () => {
    const busy = await labOf(1, 4);
    await busy.lab.advance(100 * NS_PER_MS);
    await busy.lab.advance(2000 * NS_PER_MS);
    // Idle before, or this would say nothing of waking.
    expect(busy.running[0]!.cpus[0]!.idleNs).toBeGreaterThan(1800 * NS_PER_MS);
    await type(busy.lab, 'cpu 100\n');
    const lengths = await turns(busy, 20);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(SLICE_MS + 1);
  });
});
