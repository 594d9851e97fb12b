/** Watched addresses, conditions and counts stop a host where they say, and a host that goes on from there is the host that never stopped. */
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { translatingAt } from '#machine/usual-policy';
import { expectSameState } from '../fixtures/same-state.ts';
import { bootHost, ENVIRONMENT, program, vmOf, vmSpec } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { type Breakpoint, breakpointsOf, debugHost } from './debugger.ts';
import { stopOf } from './stop-report.ts';

const MS = 1_000_000;
/** Counts in memory, in s0 and in a byte, and adds up what it has counted, 64 times between two calls of SBI. */
const COUNTER: string = program(
  'watched',
  `
    li s1, 0x80001000
    li s2, 0x80001020
    li s0, 0
  again:
    addi s0, s0, 1
    sd s0, 0(s1)
    sb s0, 9(s1)
    lw t0, 4(s1)
    amoadd.d t1, s0, (s2)
    andi t2, s0, 63
    bnez t2, again
    li a7, 0x10
    li a6, 0
    ecall
    j again
  `,
);
const DATA = RAM_BASE + 0x1000;
const hex = (value: number): string => `0x${value.toString(16)}`;
const watch = (address: number, length: number, more: Partial<Breakpoint> = {}): Breakpoint =>
  ({ kind: 'watch', vm: 'a', address: hex(address), length, access: 'write', ...more }) as Breakpoint;

function host(isTranslating = true): Host {
  const translate = translatingAt({ sampleEvery: 64, hot: 2 });
  const environment = isTranslating ? { ...ENVIRONMENT, translate } : ENVIRONMENT;
  return bootHost([vmSpec('a', COUNTER), vmSpec('b', COUNTER)], { harts: 2, timeSliceNs: MS }, environment);
}
function must(done: { readonly ok: boolean }): void {
  expect(done).toMatchObject({ ok: true });
}
const counted = (each: Host): number => vmOf(each).registers(vmOf(each).vcpus[0]!).x[8 * 2] ?? 0;

/** What is stopped at, so many times. */
function stops(each: Host, breakpoint: Breakpoint, times: number): (readonly [number, string | undefined])[] {
  must(debugHost(each, { kind: 'breakpoints', breakpoints: [breakpoint] }));
  const seen: (readonly [number, string | undefined])[] = [];
  while (seen.length < times && each.now < 20 * MS) {
    must(debugHost(each, { kind: 'go-on' }));
    each.advance(each.now + MS);
    const stop = stopOf(each);
    if (stop !== undefined) seen.push([counted(each), stop.kind]);
  }
  return seen;
}

test.each([
  ['each store to bytes, before it', watch(DATA, 8), [1, 2, 3, 4]],
  ['of a part of them, too', watch(DATA + 3, 1), [1, 2, 3, 4]],
  ['not where only others are accessed', watch(DATA + 8, 1), undefined],
  ['bytes', watch(DATA + 9, 1), [1, 2, 3, 4]],
  ['loads', watch(DATA, 8, { access: 'read' }), [1, 2, 3, 4]],
  ['not what is stored, where loads are watched', watch(DATA, 4, { access: 'read' }), undefined],
  ['either', watch(DATA + 4, 1, { access: 'any' }), [1, 1, 2, 2]],
  ['atomic operations do both', watch(DATA + 0x20, 8, { access: 'read' }), [1, 2, 3, 4]],
  ['where a condition holds', watch(DATA, 8, { condition: 's0 & 1 == 0 && u64[s1] != 3' }), [2, 6, 8, 10]],
] as const)('stops at %s', (_, breakpoint, wanted) => {
  const [plain, watched] = [host(), host()];
  if (wanted === undefined) {
    must(debugHost(watched, { kind: 'breakpoints', breakpoints: [breakpoint] }));
    watched.advance(MS / 2);
    expect(stopOf(watched)).toBeUndefined();
  } else expect(stops(watched, breakpoint, 4)).toEqual(wanted.map((count) => [count, 'watch']));
  expect(breakpointsOf(watched)).toEqual([breakpoint]);
  must(debugHost(watched, { kind: 'breakpoints', breakpoints: [] }));
  must(debugHost(watched, { kind: 'go-on' }));
  for (const each of [plain, watched]) each.advance(5 * MS);
  expectSameState(watched, plain);
});

test('a breakpoint with a condition counts only where that holds, and changes nothing elsewhere', () => {
  const [plain, broken] = [host(), host()];
  const other = host();
  stops(other, watch(DATA, 8), 1);
  const again: Breakpoint = { kind: 'address', vm: 'a', address: stopOf(other)?.pc ?? '' };
  const seen = stops(broken, { ...again, condition: 's0 == 100 || s0 == 5' }, 2);
  const [first = [0], second = [0]] = seen;
  expect([first[0], second[0]]).toEqual([5, 100]);
  must(debugHost(broken, { kind: 'breakpoints', breakpoints: [] }));
  must(debugHost(broken, { kind: 'go-on' }));
  for (const each of [plain, broken]) each.advance(5 * MS);
  expectSameState(broken, plain);
  const bad = debugHost(broken, { kind: 'breakpoints', breakpoints: [{ ...again, condition: 'a0 = 3' }] });
  expect(bad).toMatchObject({ ok: false, error: { code: 'policy.badExpression', data: { at: 3 } } });
});

test('a vCPU runs to a count of instructions or of exits, translated or not', () => {
  const plain = host();
  plain.advance(5 * MS);
  for (const isTranslating of [false, true]) {
    const counted = host(isTranslating);
    const [vcpu] = vmOf(counted).vcpus;
    for (const count of [1, 77, 12_345]) {
      must(debugHost(counted, { kind: 'run-to-count', vm: 'a', vcpu: 0, unit: 'instruction', count }));
      counted.advance(5 * MS);
      expect(stopOf(counted)?.kind).toBe('count');
      for (const cpu of counted.cpus) cpu.settle();
      expect(vcpu?.instructions).toBe(count);
    }
    must(debugHost(counted, { kind: 'run-to-count', vm: 'a', vcpu: 0, unit: 'exit', count: 40 }));
    counted.advance(5 * MS);
    expect(stopOf(counted)).toMatchObject({ kind: 'step', vm: 'a' });
    expect(vcpu?.exitCounts.reduce((sum, each) => sum + each, 0)).toBe(40);
    must(debugHost(counted, { kind: 'go-on' }));
    counted.advance(5 * MS);
    expectSameState(counted, plain);
  }
});
