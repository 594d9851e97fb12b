/** What the dispatcher tells a scheduler, and that a scheduler of one's own decides. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { HostSpec, VmSpec } from '#base/scenario';
import { declare } from '#base/state/declare';
import { partState } from '#base/state/part';
import { defineKind } from '#machine/kind';
import { ENGINE, ENVIRONMENT, program, SETTINGS, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { Host } from '../host.ts';
import { REGISTRIES } from '../registries.ts';
import { SPIN, sleeperText } from './fixtures/scheduled-host.ts';
import { NOBODY, type Scheduler, type SchedulerKind } from './schedulers/scheduler.ts';

const MS = 1_000_000;
/** Sleeps 1 ms, and counts in s0 how often. */
const SLEEPER = sleeperText(1, '  addi s0, s0, 1');

interface Told {
  readonly ran: Map<number, number>;
  ticks: number;
  wakes: number;
}

const WAKERS_FIRST = declare<object>('wakers first', {});

/** First in, first out, and whoever wakes is first: with `preempts`, at once. */
function wakersFirst(told: Told): SchedulerKind {
  const kind = defineKind({
    id: 'wakers-first',
    settings: { preempts: v.optional(v.boolean(), true) },
    create: ({ preempts }, { timeSliceNs, preempt }): Scheduler => {
      const queue: number[] = [];
      return {
        get ready() {
          return queue.length;
        },
        enqueue: (vcpu) => void queue.push(vcpu),
        woke: (vcpu) => {
          told.wakes += 1;
          queue.unshift(vcpu);
          if (preempts) preempt(0);
        },
        slept: () => {},
        due: () => {},
        longestWaitNs: () => Number.POSITIVE_INFINITY,
        remove: (vcpu) => void (queue.includes(vcpu) && queue.splice(queue.indexOf(vcpu), 1)),
        pick: () => queue.shift() ?? NOBODY,
        sliceNs: () => timeSliceNs,
        ran: (vcpu, ns) => void told.ran.set(vcpu, (told.ran.get(vcpu) ?? 0) + ns),
        tick: () => {
          told.ticks += 1;
          return queue.length > 0 ? 'slice' : undefined;
        },
        capture: () => partState(WAKERS_FIRST, {}),
        restore: () => {},
      };
    },
  });
  return { ...kind, state: WAKERS_FIRST };
}

function boot(vms: readonly VmSpec[], scheduler: HostSpec['scheduler'], told: Told): Host {
  const spec: HostSpec = {
    ...{ name: 'host', ramBytes: 32 << 20, harts: 1, switches: [], vms, timeSliceNs: 10 * MS },
    ...(scheduler === undefined ? {} : { scheduler }),
  };
  const registries = { ...REGISTRIES, schedulers: [...REGISTRIES.schedulers, wakersFirst(told)] };
  return Host.create(ENGINE, spec, SETTINGS, { ...ENVIRONMENT, registries });
}

const noTold = (): Told => ({ ran: new Map(), ticks: 0, wakes: 0 });
const TWO = [vmSpec('a', SPIN), vmSpec('b', program('sleeper', SLEEPER))];
const sleeps = (host: Host): number => {
  const vm = vmOf(host, 'b');
  return vm.registers(vm.vcpus[0]!).x[16]!;
};

test('a host runs the scheduler that its specification names, with its settings', () => {
  const told = noTold();
  const host = boot(TWO, { kind: 'wakers-first', preempts: false }, told);
  host.advance(100 * MS);
  expect(told.wakes).toBeGreaterThan(3);
  expect(told.ticks).toBeGreaterThan(3);
  const [a, b] = host.vms().map(({ vcpus }) => vcpus[0]!);
  expect(told.ran.get(a!.id)).toBe(a!.runNs);
  expect(told.ran.get(b!.id)).toBe(b!.runNs);
});

test('a wake takes the hart from another when the scheduler says so, and only then', () => {
  const counts = [true, false].map((preempts) => {
    const host = boot(TWO, { kind: 'wakers-first', preempts }, noTold());
    host.advance(100 * MS);
    return sleeps(host);
  });
  // Without, each sleep of 1 ms ends with the slice of the other.
  expect(counts[0]).toBeGreaterThan(5 * counts[1]!);
});

test('round robin is the scheduler of a host that names none, with the host’s slice unless it has one', () => {
  const hashes = [undefined, { kind: 'round-robin' }, { kind: 'round-robin', sliceNs: MS }].map(
    (scheduler) => {
      const host = boot(TWO, scheduler, noTold());
      host.advance(100 * MS);
      return [vmOf(host, 'a').vcpus[0]!.runNs, sleeps(host)];
    },
  );
  expect(hashes[1]).toEqual(hashes[0]);
  expect(hashes[2]).not.toEqual(hashes[0]);
});
