/**
 * Two busy hosts that exchange ether frames, each in a thread of its own, against the same lab in one thread. Both labs are alive in
 * one process and run in turns, as the page has a lab run at full speed. Two threads need two processors: rounds in which somebody
 * else used the machine, or in which it gave less than two, do not count.
 */
import { cpus } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HostSpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import { engineModule } from '#cli/engine';
import { GuestFiles } from '#cli/guest-files';
import { startHostThread } from '#cli/host-thread';
import type { MakeHost } from '#hypervisor/port';
import { inThreads } from '#lab/in-threads';
import { Lab } from '#lab/lab';
import { inThisThread } from '#lab/placing';
import type { Scenario, TimedCommand } from '#lab/scenario';
import { vmsOf } from '#lab/software';
import { type Figure, type FigureGroup, median, rounded } from '../figure.ts';
import { TwoProcessors } from '../two-processors.ts';

/** As the page: a slice, and how often the page is told what is new. */
const SLICE_MS = 8;
const NEWS_EVERY_MS = 16;
/** A turn of one of the two labs. */
const TURN_MS = 1000;
const ROUNDS = 9;
/** Rounds that are tried to get so many. */
const MOST_ROUNDS = 90;
/** What two threads that have nothing to do with each other do at least, before and after a round that counts. */
const LEAST_PROCESSORS = 1.9;
/** Part of one processor that others may use meanwhile. */
const MOST_OF_OTHERS = 0.1;
/**
 * Guests are at work, and what they run is translated, by then: while a host translates, those that it keeps together with wait for it,
 * so nothing is gained by a second thread. That takes some seconds of a clock.
 */
const WARM_NS = 30_000 * NS_PER_MS;

interface Variant {
  readonly name: string;
  readonly delayNs: number;
  readonly shared: boolean;
}

const VARIANTS: readonly Variant[] = [
  { name: 'link of 5 ms', delayNs: 5 * NS_PER_MS, shared: true },
  { name: 'link of 500 µs', delayNs: NS_PER_MS / 2, shared: true },
  { name: 'unshared memory', delayNs: 5 * NS_PER_MS, shared: false },
];

const HOSTS = ['left', 'right'] as const;

function vmOf(name: string, address?: string): VmSpec {
  return {
    ...{ name, image: { kind: 'builtin', name: 'teaching' }, memoryBytes: 2 << 20, vcpus: 1 },
    ...{ allocation: 'on-demand', disks: [], autostart: true },
    nics: address === undefined ? [] : [{ switch: 'lan', address }],
  } as const;
}

/** On each host a VM that computes, and one that exchanges ether frames with its like on the other host. */
function busyHosts(delayNs: number): Scenario {
  const host = (name: string, index: number): HostSpec => ({
    ...{ name, ramBytes: 32 << 20, harts: 1, switches: [{ name: 'lan' }], timeSliceNs: 10 * NS_PER_MS },
    vms: [vmOf(`busy-${name}`), vmOf(`net-${name}`, `10.0.0.${index + 1}/24`)],
  });
  const typed = (index: number, vm: string, text: string): TimedCommand => ({
    ...{ op: 'console.input', args: { vm, text: `${text}\n` } },
    ...{ at: 300 * NS_PER_MS, host: index },
  });
  return {
    ...{ version: 1, title: '', seed: 1, nsPerInstruction: 10, quantumInstructions: 10_000 },
    hosts: HOSTS.map(host),
    links: [{ a: 'left/lan', b: 'right/lan', delayNs }],
    commands: HOSTS.flatMap((name, index) => [
      typed(index, `busy-${name}`, 'cpu 100'),
      typed(index, `net-${name}`, `ping 10.0.0.${2 - index} 1000000 2`),
    ]),
  };
}

/** The lab in one thread, and in one for each host. */
async function bothLabs({ delayNs, shared }: Variant): Promise<readonly [Lab, Lab]> {
  const scenario = busyHosts(delayNs);
  const [engine, files] = [engineModule(), new GuestFiles('.')];
  const loaded = files.load(vmsOf(scenario));
  if (!loaded.ok) throw new Error(loaded.error.code);
  const needs = { engine, software: files, shared, wallMs: (): number => performance.now() };
  const [alone, apart] = [inThisThread, inThreads(startHostThread, nextTurn)].map((place) =>
    place(needs, scenario.hosts.length),
  ) as [MakeHost, MakeHost];
  return [await Lab.create(scenario, alone), await Lab.create(scenario, apart)];
}

interface Turn {
  /** Instructions per millisecond. */
  readonly speed: number;
  /** Processors that others used. */
  readonly others: number;
}

/** Milliseconds of processors that all used, and that this process used. */
function used(): { all: number; own: number } {
  const all = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const { user, system } = process.cpuUsage();
  return { all, own: (user + system) / 1000 };
}

/** Lets a lab run for a turn. */
async function turnOf(lab: Lab): Promise<Turn> {
  const [from, before, usedBefore] = [performance.now(), lab.instructions, used()];
  let newsMs = from;
  for (let now = from; now - from < TURN_MS; now = performance.now()) {
    await lab.advance(Number.POSITIVE_INFINITY, { deadlineMs: now + SLICE_MS });
    if (performance.now() - newsMs < NEWS_EVERY_MS) continue;
    newsMs = performance.now();
    await Promise.all(lab.hosts.map((host) => host.news()));
  }
  const [ms, { all, own }] = [performance.now() - from, used()];
  const others = (all - usedBefore.all - (own - usedBefore.own)) / ms;
  return { speed: (lab.instructions - before) / ms, others };
}

/** `undefined`: the machine was never free for long enough. */
async function ratioOf(variant: Variant, say: (text: string) => void): Promise<number | undefined> {
  const { name } = variant;
  const [alone, apart] = await bothLabs(variant);
  const processors = new TwoProcessors();
  try {
    await Promise.all([alone.advance(WARM_NS), apart.advance(WARM_NS)]);
    const [expected, found] = [await alone.hashes(), await apart.hashes()];
    if (expected.join() !== found.join()) throw new Error('two labs where one was wanted');
    const ratios: number[] = [];
    for (let round = 0; round < MOST_ROUNDS && ratios.length < ROUNDS; round++) {
      // Who is first changes.
      const order = round % 2 === 0 ? ([alone, apart] as const) : ([apart, alone] as const);
      const turns = new Map<Lab, Turn>();
      const before = await processors.ratio();
      for (const lab of order) turns.set(lab, await turnOf(lab));
      const given = Math.min(before, await processors.ratio());
      const [one, two] = [turns.get(alone)!, turns.get(apart)!];
      const counts = Math.max(one.others, two.others) <= MOST_OF_OTHERS && given >= LEAST_PROCESSORS;
      if (counts) ratios.push(two.speed / one.speed);
      const texts = [one, two].map(
        ({ speed, others }) => `${(speed / 1000).toFixed(0)} MIPS (others: ${others.toFixed(2)})`,
      );
      say(
        `${name}: ${given.toFixed(2)} processors, ${texts.join(', ')}, ${(two.speed / one.speed).toFixed(2)}${counts ? '' : ', does not count'}`,
      );
    }
    return ratios.length < ROUNDS ? undefined : median(ratios);
  } finally {
    await processors.close();
    for (const lab of [alone, apart]) lab.close();
  }
}

export const TWO_WORKERS: FigureGroup = {
  id: 'two-workers',
  async measure({ say }) {
    const figures: Figure[] = [];
    for (const variant of VARIANTS) {
      const name = `instructions a second of two workers against one, ${variant.name}`;
      const value = await ratioOf(variant, say);
      figures.push(
        value === undefined
          ? { name, why: 'there were no two free processors' }
          : { name, value: rounded(value, 2) },
      );
    }
    return figures;
  },
};
