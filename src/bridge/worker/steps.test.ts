/** Steps of a vCPU that has nothing to do: no time passes unasked, what it waits for is said, and one can wait with it. */
import { describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { AnswerOf } from '#bridge/protocol/answers';
import {
  bare,
  booted,
  codeOf,
  hostSpec,
  open,
  program,
  type Started,
  scenario,
  seen,
  start,
  vmSpec,
} from './fixtures/service.ts';

const A = { vm: 'a', vcpu: 0 };
const NOTHING = (): void => undefined;
const MS = 1_000_000;

/** Waits for a timer of 3 s (ticks of 100 ns), then works for ever. */
const ALARM = program(
  `
      csrr a0, time
      li t0, 30000000
      add a0, a0, t0
      csrw stimecmp, a0
      li t0, 0x20
      csrw sie, t0
      wfi
    again:
      addi s0, s0, 1
      j again
    `,
);
/** Waits, and wants nothing to wake it. */
const NEVER = program('csrw sie, zero\nagain:\nwfi\nj again');
/** Waits for a device. */
const DEVICE = program('li t0, 0x200\ncsrw sie, t0\nagain:\nwfi\nj again');
/** Works, and never exits: its timer is not set. */
const BUSY = program('again:\naddi s0, s0, 1\nj again');

async function timeOf({ service }: Started): Promise<number> {
  return must(await service.ask(0, 'machine', {})).at;
}
async function waitOf({ service }: Started, vcpu = 0): Promise<AnswerOf<'wait'>> {
  return must(await service.ask(0, 'wait', { vm: 'a', vcpu })).value;
}
async function waiting(image: Uint8Array): Promise<Started> {
  const all = await bare(image);
  must(await all.service.runTo(MS, NOTHING));
  return all;
}

describe.each(['instruction', 'exit'] as const)('a step by %s of a vCPU that waits', (unit) => {
  test('for its timer says when that is due, and no time passes', async () => {
    const all = await waiting(ALARM);
    const before = must(await all.service.hash());
    const answer = await all.service.step(0, unit, A);
    expect(codeOf(answer)).toBe('wait.timer');
    const { seconds = 0, after = 0 } = answer.ok ? {} : answer.error.data;
    expect(Number(seconds)).toBeCloseTo(3, 2);
    expect(Number(after)).toBeCloseTo(Number(seconds) - 0.001, 5);
    expect(must(await all.service.hash())).toEqual(before);
  });

  test('for something that nobody knows says so, and no time passes', async () => {
    for (const [image, code] of [
      [NEVER, 'wait.nothing'],
      [DEVICE, 'wait.interrupt'],
    ] as const) {
      const all = await waiting(image);
      const before = await timeOf(all);
      expect(codeOf(await all.service.step(0, unit, A))).toBe(code);
      expect(await timeOf(all)).toBe(before);
    }
  });

  test('for another vCPU to start it says so', async () => {
    const all = await start();
    await open(all, scenario([hostSpec('h', [vmSpec('a', { vcpus: 2 })])]));
    expect(codeOf(await all.service.step(0, unit, { vm: 'a', vcpu: 1 }))).toBe('wait.start');
    expect(await timeOf(all)).toBe(0);
  });

  test('pauses a lab that runs', async () => {
    const all = await waiting(ALARM);
    await all.service.setSpeed({ running: true, rate: 0.01 });
    expect(codeOf(await all.service.step(0, unit, A))).toBe('wait.timer');
    await seen(() => all.page.last?.status.speed.running === false);
  });
});

test('what a vCPU waits for can be asked; one that works waits for nothing', async () => {
  const alarm = await waitOf(await waiting(ALARM));
  expect(alarm).toMatchObject({ state: 'waiting', waitsFor: { code: 'wait.timer' } });
  expect(alarm.dueAt).toBeCloseTo(3e9, -7);
  expect(await waitOf(await waiting(BUSY))).toEqual({ state: 'running' });
  const all = await waiting(ALARM);
  must(await all.service.command(0, { op: 'vm.pause', args: { vm: 'a' } }));
  expect(await waitOf(all)).toMatchObject({ state: 'paused', waitsFor: { code: 'wrong-state' } });
});

test('to its next instruction: the lab runs to it, however long it waits, and stands there', async () => {
  const all = await waiting(ALARM);
  const retired = async (): Promise<number> => must(await all.service.ask(0, 'code', A)).value.instructions;
  const before = await retired();
  must(await all.service.step(0, 'next', A));
  expect(await timeOf(all)).toBeGreaterThan(2_900 * MS);
  expect(await retired()).toBe(before + 1);
  await seen(() => all.page.last?.status.stop?.kind === 'step');
  expect(all.page.last?.status.goal).toBeUndefined();
  expect(all.page.last?.status.speed.running).toBe(false);
});

test('to its next instruction: there is a bound, which is named, and an end before it', async () => {
  const all = await waiting(NEVER);
  const from = await timeOf(all);
  const answer = await all.service.step(0, 'next', A);
  expect(answer).toMatchObject({ error: { code: 'step.stillWaits', data: { seconds: 600 } } });
  const passed = (await timeOf(all)) - from;
  expect(passed).toBeGreaterThanOrEqual(600_000 * MS);
  expect(passed).toBeLessThan(600_001 * MS);

  const running = all.service.step(0, 'next', A);
  await all.service.cancel();
  expect(codeOf(await running)).toBe('cancelled');
  expect(await timeOf(all)).toBeLessThan(from + passed + 600_000 * MS);
});

test('a vCPU of a VM that does not run has no next instruction', async () => {
  const all = await booted(scenario([hostSpec('h', [vmSpec('a')])]));
  must(await all.service.command(0, { op: 'vm.pause', args: { vm: 'a' } }));
  const before = await timeOf(all);
  expect(codeOf(await all.service.step(0, 'next', A))).toBe('wrong-state');
  expect(await timeOf(all)).toBe(before);
});

test('a step to an exit that does not come ends within half a second of virtual time', async () => {
  // With shorter slices of time the end of one would be its exit.
  const all = await bare(BUSY, { timeSliceNs: 1_000 * MS });
  const before = await timeOf(all);
  expect(codeOf(await all.service.step(0, 'exit', A))).toBe('step.noEnd');
  expect((await timeOf(all)) - before).toBeLessThanOrEqual(501 * MS);
});
