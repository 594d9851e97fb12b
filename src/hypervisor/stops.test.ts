/** A host that stops in the middle of a quantum and goes on is the host that never stopped: the same hash, with or without a translator. */
import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import type { TranslationPolicy } from '#machine/translation-policy';
import { translatingAt } from '#machine/usual-policy';
import { expectSameState } from './fixtures/same-state.ts';
import {
  bootHost,
  consoleText,
  ENVIRONMENT,
  program,
  teachingKernel,
  type,
  vmOf,
  vmSpec,
} from './fixtures/test-host.ts';
import type { Host } from './host.ts';

const MS = 1_000_000;
const EAGER: TranslationPolicy = translatingAt({ sampleEvery: 64, hot: 2 });

/** Two loops with calls of SBI, on two harts, with a hot inner loop. */
const LOOP: string = program(
  'loop',
  `
    li s0, 0
  again:
    li t0, 500
  inner:
    addi s0, s0, 3
    xor s1, s1, s0
    addi t0, t0, -1
    bnez t0, inner
    li a7, 0x10
    li a6, 0
    ecall
    j again
  `,
);
/** Address of the label `inner`. */
const INNER = RAM_BASE + 8;

function host(translate?: TranslationPolicy, harts = 2): Host {
  const environment = translate === undefined ? ENVIRONMENT : { ...ENVIRONMENT, translate };
  return bootHost([vmSpec('a', LOOP), vmSpec('b', LOOP)], { harts, timeSliceNs: 1 * MS }, environment);
}
const pcOf = (each: Host, vm = 'a'): number => {
  const { pc } = vmOf(each, vm).registers(vmOf(each, vm).vcpus[0]!);
  return pc[0];
};

describe.each([
  { name: 'interpreted', policy: undefined },
  { name: 'translated', policy: EAGER },
])('$name', ({ policy }) => {
  test('a breakpoint that is hit a thousand times changes nothing', () => {
    const plain = host(policy);
    const broken = host(policy);
    plain.advance(20 * MS);
    broken.advance(5 * MS);
    const { slot } = vmOf(broken);
    broken.stops.setBreakpoints([{ slot, lo: INNER, hi: 0 }], []);
    let hits = 0;
    while (broken.now < 20 * MS) {
      broken.advance(20 * MS);
      const { stopped } = broken.stops;
      if (stopped === undefined) continue;
      expect(stopped).toMatchObject({ kind: 'address', vcpu: slot * 8 });
      expect(pcOf(broken)).toBe(INNER);
      hits += 1;
      if (hits === 1000) broken.stops.setBreakpoints([], []);
      broken.stops.resume();
    }
    expect(hits).toBe(1000);
    expectSameState(broken, plain);
    if (policy !== undefined) expect(broken.machine.counters().translated).toBeGreaterThan(10_000);
  });

  test('steps by instruction follow the program, exits and all', () => {
    const plain = host(policy);
    const stepped = host(policy);
    plain.advance(10 * MS);
    stepped.advance(5 * MS);
    const vcpu = vmOf(stepped).vcpus[0]!;
    const seen = new Set<number>();
    let before = vcpu.instructions;
    for (let n = 0; n < 3000; n++) {
      stepped.stops.step(vcpu.id, 'instruction');
      while (stepped.stops.stopped === undefined) stepped.advance(stepped.now + MS);
      expect(stepped.stops.stopped).toMatchObject({ kind: 'step', vcpu: vcpu.id });
      expect(vcpu.instructions - before).toBeLessThanOrEqual(1);
      before = vcpu.instructions;
      seen.add(pcOf(stepped) - RAM_BASE);
    }
    expect([...seen].filter((offset) => offset >= 8 && offset < 24).length).toBe(4);
    stepped.stops.resume();
    stepped.advance(10 * MS);
    expectSameState(stepped, plain);
  });

  test('steps by exit, and a breakpoint on a reason', () => {
    const plain = host(policy);
    const broken = host(policy);
    plain.advance(10 * MS);
    const { slot, vcpus } = vmOf(broken, 'b');
    const vcpu = vcpus[0]!;
    broken.stops.setBreakpoints([], [{ slot, reason: 'timer' }]);
    for (let n = 0; n < 50; n++) {
      if (n < 25) broken.stops.step(vcpu.id, 'exit');
      else broken.stops.resume();
      while (broken.stops.stopped === undefined) broken.advance(broken.now + MS);
      const { stopped } = broken.stops;
      expect(stopped.vcpu).toBe(vcpu.id);
      expect(stopped.reason).toMatch(n < 25 ? /./ : /timer/);
      if (broken.now > 8 * MS) break;
    }
    broken.stops.setBreakpoints([], []);
    broken.stops.resume();
    broken.advance(10 * MS);
    expectSameState(broken, plain);
  });

  test('a command or a hash in the middle of a quantum waits for its end', () => {
    const broken = host(policy);
    const { slot } = vmOf(broken);
    broken.stops.runTo({ slot, lo: INNER, hi: 0 });
    broken.advance(5 * MS);
    expect(broken.stops.stopped?.kind).toBe('address');
    const plain = host(policy);
    plain.advance(broken.now + broken.restOfQuantumNs);
    expectSameState(broken, plain);
    expect(broken.now).toBe(plain.now);
    expect(broken.stops.stopped).toBe(undefined);
  });
});

test('a breakpoint in another VM at the same address, and one in another space, are not hit', () => {
  const broken = host();
  const a = vmOf(broken);
  broken.stops.setBreakpoints(
    [
      { slot: a.slot + 2, lo: INNER, hi: 0 },
      { slot: a.slot, lo: INNER, hi: 0, space: [1, 0x8000_0000] },
    ],
    [],
  );
  broken.advance(5 * MS);
  expect(broken.stops.stopped).toBe(undefined);
  expect(broken.now).toBe(5 * MS);
});

test('in the teaching kernel, with paging, user programs and devices', () => {
  const make = (): Host => bootHost([vmSpec('a', teachingKernel())]);
  const plain = make();
  const broken = make();
  for (const each of [plain, broken]) each.advance(100 * MS);
  for (const each of [plain, broken]) type(each, 'a', 'help; map 0x50000000\n');
  plain.advance(200 * MS);
  const vm = vmOf(broken);
  const vcpu = vm.vcpus[0]!;
  let stops = 0;
  let lo = 0;
  let hi = 0;
  for (let turn = 0; broken.now < 200 * MS; turn++) {
    if (broken.stops.stopped !== undefined) {
      if (stops % 7 === 6) expect([...vm.registers(vcpu).pc]).toEqual([lo, hi]);
      stops += 1;
      // A breakpoint where it stands is left behind; one a little further is reached.
      const { pc } = vm.registers(vcpu);
      [lo, hi] = pc;
      if (stops % 7 === 0) broken.stops.setBreakpoints([], []);
      else if (stops % 7 === 6) broken.stops.setBreakpoints([{ slot: vm.slot, lo, hi }], []);
    }
    if (stops > 400) broken.stops.resume();
    else if (stops % 7 === 6) broken.stops.resume();
    else broken.stops.step(vcpu.id, turn % 3 === 0 ? 'exit' : 'instruction');
    broken.advance(200 * MS);
  }
  expect(stops).toBeGreaterThan(100);
  expect(consoleText(vm)).toBe(consoleText(vmOf(plain)));
  expectSameState(broken, plain);
});
