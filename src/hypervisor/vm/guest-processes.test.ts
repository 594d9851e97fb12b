/** Images and guests may state anything about their processes: what makes no sense is left out, and the work is bounded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootHost, teachingKernel, vmOf, vmSpec } from '../fixtures/test-host.ts';
import { namedSpacesOf } from './guest-processes.ts';
import { type CodeNames, NO_NAMES } from './image.ts';

const MS = 1_000_000;
/** Where the teaching kernel sees all of its memory. */
const UPPER = 0xffff_ffc0;
const LAYOUT = { size: 232, pid: 4, name: 8, name_size: 16, root: 32 };

const host = bootHost([vmSpec('a', teachingKernel())]);
host.advance(20 * MS);
const vm = vmOf(host);

/** Names as an image may state them. */
function names(
  layout: Readonly<Record<string, number>>,
  table: { readonly lo: number; readonly hi: number; readonly size: number },
): CodeNames {
  const values = new Map<string, ReturnType<CodeNames['value']>>(
    Object.entries(layout).map(([name, lo]) => [`layout_process_${name}`, { lo, hi: 0, size: 0 }] as const),
  );
  return { ...NO_NAMES, value: (name) => (name === 'processes' ? table : values.get(name)) };
}

const TABLE = { lo: 0x8000_0000, hi: UPPER, size: 7424 };

test('an image that says nothing of processes, or what cannot be, has none', () => {
  expect(namedSpacesOf(vm, NO_NAMES)).toBeUndefined();
  for (const wrong of [
    { size: 0 },
    { size: 1 << 20 },
    { pid: 230 },
    { root: 225 },
    { name_size: 0 },
    { name: 220 },
  ])
    expect([wrong, namedSpacesOf(vm, names({ ...LAYOUT, ...wrong }, TABLE))]).toEqual([wrong, undefined]);
  const { root: _, ...less } = LAYOUT;
  expect(namedSpacesOf(vm, names(less, TABLE))).toBeUndefined();
});

test('a table that is not in memory has no entries', () => {
  expect(namedSpacesOf(vm, names(LAYOUT, { lo: 0x7000_0000, hi: 0, size: 7424 }))).toEqual([]);
  expect(namedSpacesOf(vm, names(LAYOUT, { lo: 0xffff_fff0, hi: 0xffff_ffff, size: 7424 }))).toEqual([]);
});

test('a guest that has no page tables yet has no processes', () => {
  const fresh = bootHost([vmSpec('a', teachingKernel())]);
  expect(namedSpacesOf(vmOf(fresh), names(LAYOUT, TABLE))).toEqual([]);
});

test('whatever stands there, no more is told than there is room for, and it is text and tables', () => {
  const before = host.hash();
  fc.assert(
    fc.property(
      ...[fc.integer({ min: -1, max: 300 }), fc.nat(64), fc.nat(64), fc.nat(80), fc.nat(64)],
      ...[fc.nat(0x2_0000), fc.nat(0xffff_ffff)],
      (size, pid, name, nameSize, root, at, bytes) => {
        const stated = names(
          { size, pid, name, name_size: nameSize, root },
          { lo: 0x8000_0000 + at, hi: UPPER, size: bytes },
        );
        const found = namedSpacesOf(vm, stated) ?? [];
        expect(found.length).toBeLessThanOrEqual(256);
        for (const each of found) expect(each.name).toMatch(/^[!-~]{0,64}$/);
      },
    ),
    { numRuns: 200 },
  );
  expect(host.hash()).toBe(before);
});
