/** A vCPU goes back: by its steps, and to where it would have stopped last; registers, pc and hash are those that it had there. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { AnswerOf, Breakpoint } from '#bridge/protocol/answers';
import type { BackTo, VcpuBack } from '#bridge/protocol/keeping';
import {
  bare,
  booted,
  codeOf,
  hostSpec,
  program,
  type Started,
  scenario,
  vmSpec,
} from './fixtures/service.ts';

const MS = 1_000_000;
const A = { vm: 'a', vcpu: 0 } as const;
const nothing = (): void => undefined;
const to = (back: VcpuBack): BackTo => ({ kind: 'vcpu', host: 0, ...A, back });
const one = (unit: 'instruction' | 'exit'): BackTo => to({ kind: 'step', unit });

interface Place {
  readonly registers: AnswerOf<'registers'>;
  readonly instructions: number;
  readonly exits: number;
}
async function placeOf({ service }: Started): Promise<Place> {
  const registers = must(await service.ask(0, 'registers', A)).value;
  const { instructions, exits } = must(await service.ask(0, 'code', A)).value;
  return { registers, instructions, exits };
}
/** Asking for it finishes the quantum. */
async function hashOf({ service }: Started): Promise<string> {
  return must(await service.hash()).value.lab;
}

/** Calls into the firmware once for every eight rounds; writes a count to memory in each. */
const WRITER = program(`
      li s1, 0x80100000
    again:
      addi s0, s0, 1
      sd s0, 0(s1)
      andi t0, s0, 7
      bnez t0, again
      li a7, 0x10
      li a6, 0
      ecall
      j again
    `);

async function writing(): Promise<Started> {
  const all = await bare(WRITER);
  must(await all.service.runTo(MS / 25, nothing));
  return all;
}

test('so many instructions and exits forward, and as many back: the same places, and the same hash from there', async () => {
  const all = await writing();
  const units = ['instruction', 'exit', 'instruction', 'instruction', 'instruction'] as const;
  const places: Place[] = [];
  for (const unit of units) {
    must(await all.service.step(0, unit, A));
    places.push(await placeOf(all));
  }
  for (const place of places.slice(2, -1).reverse()) {
    must(await all.service.goBack(one('instruction'), nothing));
    expect(await placeOf(all)).toEqual(place);
  }
  // What was taken back is had again, at the instruction where it stood.
  must(await all.service.goBack({ kind: 'undone' }, nothing));
  expect(await placeOf(all)).toEqual(places[3]);
  must(await all.service.goBack(one('exit'), nothing));
  expect(await placeOf(all)).toEqual(places[1]);
  must(await all.service.goBack(one('exit'), nothing));
  expect((await placeOf(all)).exits).toBe(places[1]!.exits - 1);
  must(await all.service.step(0, 'exit', A));
  expect(await placeOf(all)).toEqual(places[1]);
  for (const unit of units.slice(2)) must(await all.service.step(0, unit, A));
  expect(await placeOf(all)).toEqual(places.at(-1));
  const hash = await hashOf(all);
  const straight = await writing();
  for (const unit of units) must(await straight.service.step(0, unit, A));
  expect(hash).toBe(await hashOf(straight));
});

test('to the last write of an address, and to that before; breakpoints stay', async () => {
  const all = await writing();
  const watch: Breakpoint = { kind: 'watch', vm: 'a', address: '0x80100000', length: 8, access: 'write' };
  const kept: Breakpoint = { kind: 'exit', vm: 'a', reason: 'sbi' };
  must(await all.service.setBreakpoints(0, [kept]));
  const before = (await placeOf(all)).registers.x[8]!;
  const progress: number[] = [];
  const back = to({ kind: 'stop', breakpoints: [watch] });
  must(await all.service.goBack(back, ({ done, total = 0 }) => progress.push(done / total)));
  expect(progress.every((share, at) => share >= (progress[at - 1] ?? 0) && share <= 1)).toBe(true);
  const there = await placeOf(all);
  const written = Number(there.registers.x[8]);
  expect(Number(before) - written).toBeLessThanOrEqual(1);
  must(await all.service.goBack(back, nothing));
  expect(Number((await placeOf(all)).registers.x[8])).toBe(written - 1);
  expect(must(await all.service.ask(0, 'machine', {})).value.breakpoints).toEqual([kept]);
});

test('where there is no such place, and cancelled on the way, the lab stays what it is', async () => {
  const all = await writing();
  const before = await placeOf(all);
  const never: Breakpoint = { kind: 'address', vm: 'a', address: '0x80000f00' };
  const back = to({ kind: 'stop', breakpoints: [never] });
  expect(codeOf(await all.service.goBack(back, nothing))).toBe('back.noStop');
  expect(codeOf(await all.service.goBack(back, () => void all.service.cancel()))).toBe('cancelled');
  expect(await placeOf(all)).toEqual(before);
  const unknown = { kind: 'vcpu', host: 0, vm: 'x', vcpu: 0, back: { kind: 'step', unit: 'exit' } } as const;
  expect(codeOf(await all.service.goBack(unknown, nothing))).toBe('no-such-vm');
  const begun = await bare(WRITER);
  expect(codeOf(await begun.service.goBack(one('instruction'), nothing))).toBe('back.atBegin');
});

test('what was typed after the place is no part of the lab any more, and comes again when that is taken back', async () => {
  const all = await booted(scenario([hostSpec('h', [vmSpec('a')])]));
  const from = must(await all.service.hash()).at;
  must(await all.service.runTo(from + 2 * MS, nothing));
  must(await all.service.command(0, { op: 'console.input', args: { vm: 'a', text: 'echo one\n' } }));
  must(await all.service.runTo(from + 4 * MS, nothing));
  const last = await placeOf(all);
  const log = must(await all.service.history()).length;
  for (let n = 0; n < 400 && must(await all.service.history()).length === log; n++)
    must(await all.service.goBack(one('exit'), nothing));
  expect(must(await all.service.history())).toHaveLength(log - 1);
  must(await all.service.goBack({ kind: 'undone' }, nothing));
  must(await all.service.runTo(from + 4 * MS, nothing));
  expect(await placeOf(all)).toEqual(last);
});
