/** What is kept has bounds: descriptors, decoded pages, memory for compiled code. When one is reached, the oldest goes, unnoticed; work that takes long is cut up. */
import { expect, test } from 'vitest';
import { assemble } from '#isa/assemble';
import type { Machine } from '../machine.ts';
import { USUAL_POLICY } from '../usual-policy.ts';
import { CodeBuffer } from './fixtures/code-buffer.ts';
import { Pair, RAM, RELENTLESS, type SetUp } from './fixtures/pair.ts';
import { Random } from './fixtures/random.ts';
import { worldFor } from './fixtures/worlds.ts';
import { FlowGraph } from './plan/flow-graph.ts';

const PAGE = 4096;

function slices(pair: Pair, instructions: number, seed: number): void {
  const random = new Random(seed);
  for (let done = 0; done < instructions; ) {
    const length = random.between(1, random.pick([100, 10_000, 100_000]));
    pair.run(length);
    done += length;
  }
  pair.checkSaved();
}

test('entries run out: every fourth byte of 24 pages is one', () => {
  const code = new CodeBuffer();
  const first = code.here();
  // Each call is followed by a place to return to, which is an entry.
  for (let i = 0; i < 24 * 1024 - 8; i++) {
    const next = code.label();
    code.jump(1, next);
    code.place(next);
  }
  code.i('addi', 15, 15, 1);
  code.jump(0, first);
  const program = { build: (base: bigint) => code.build(base), starts: () => [0] };
  const pair = new Pair(worldFor('VS', program, 1, { calm: true }).setUp, { policy: RELENTLESS });
  const killed = (): number => pair.on.translator?.counters.killed ?? 0;
  for (let turn = 0; turn < 100 && killed() === 0; turn++) slices(pair, 20_000, turn);
  expect(killed()).toBeGreaterThan(0);
  slices(pair, 20_000, 1);
  expect(pair.on.translator?.counters.bytes).toBeLessThan(8 << 20);
});

/** Pages with a loop in each, of which the last goes on with the first. */
function manyLoops(pages: number): SetUp {
  const page = (isLast: boolean): Uint8Array => {
    const assembled = assemble(
      `
        addi a0, x0, 30
      loop:
        addi a1, a1, 3
        xor a2, a2, a1
        addi a0, a0, -1
        bne a0, x0, loop
        auipc a3, 1
        ${isLast ? 'lui a3, 0x80000\nslli a3, a3, 32\nsrli a3, a3, 32' : 'addi a3, a3, -20'}
        jalr x0, 0(a3)
      `,
      0,
    );
    if (!assembled.ok) throw new Error(JSON.stringify(assembled.error));
    return assembled.value.bytes;
  };
  const [inner, last] = [page(false), page(true)];
  return (machine: Machine): void => {
    for (let i = 0; i < pages; i++) machine.ram.write(RAM + i * PAGE, i === pages - 1 ? last : inner);
    const hart = machine.harts[0];
    hart?.setPc(RAM, 0);
  };
}

test('decoded pages run out: 1,300 pages, a loop in each', () => {
  const pages = 1300;
  const pair = new Pair(manyLoops(pages), { policy: RELENTLESS, ramBytes: 8 << 20 });
  slices(pair, 2 * pages * 130, 2);
  // A page has a region for its loop, and may have others for the ways between loops.
  expect(pair.on.translator?.counters.live).toBeLessThanOrEqual(3 * 1024);
  expect(pair.work.regions).toBeGreaterThan(1024);
});

test('a jump to every halfword of a page, which is no entry of any other', () => {
  const code = new CodeBuffer();
  const start = code.here();
  const table = code.label();
  code.address(26, table);
  const again = code.here();
  code.r('mul', 24, 24, 25);
  code.i('addi', 24, 24, 77);
  code.i('srli', 27, 24, 40);
  code.i('andi', 27, 27, 0x7fc);
  code.r('add', 27, 27, 26);
  code.i('jalr', 1, 27, 0);
  code.jump(0, again);
  code.gap(PAGE, 0);
  code.place(table);
  // 32-bit instructions whose upper halves are instructions too: `addi a5, a5, 0x…`, seen from the middle.
  for (let i = 0; i < 1023; i++)
    code.raw(0x0000_0013 | (15 << 7) | (15 << 15) | ((i & 3) << 20) | (0x785 << 20));
  code.raw(0x8082, 2);
  code.raw(0x8082, 2);
  const program = { build: (base: bigint) => code.build(base), starts: () => [code.offset(start)] };
  const pair = new Pair(worldFor('S', program, 3).setUp, { policy: { ...USUAL_POLICY, sampleEvery: 64 } });
  slices(pair, 500_000, 3);
  expect(pair.on.translator?.counters.bytes).toBeLessThan(8 << 20);
  expect(pair.work.regions).toBeGreaterThan(0);
});

test('compiled code may take little memory: the oldest goes, and comes back', () => {
  const cacheBytes = 1 << 20;
  const pair = new Pair(manyLoops(100), { policy: { ...RELENTLESS, cacheBytes } });
  let most = 0;
  for (let turn = 0; turn < 20; turn++) {
    slices(pair, 5_000, turn);
    most = Math.max(most, pair.on.translator?.counters.cost ?? 0);
  }
  expect(pair.on.translator?.counters.killed).toBeGreaterThan(100);
  expect(most).toBeGreaterThan(cacheBytes / 2);
  expect(most).toBeLessThan(1.5 * cacheBytes);
});

test('loops that are too entangled are given up, those of programs are not', () => {
  const random = new Random(7);
  const nodes = Array.from({ length: 300 }, (_, i) => i);
  const tangled = new FlowGraph({
    successors: nodes.map(() => nodes.filter(() => random.oneIn(10))),
    ...{ entries: nodes, toRoot: [], jumpsBack: [] },
  });
  expect(tangled.isTangled).toBe(true);
  // Ten loops, each in the one before.
  const nested = new FlowGraph({
    successors: nodes.map((i) => [...(i < 299 ? [i + 1] : []), ...(i >= 290 ? [299 - i] : [])]),
    ...{ entries: [0], toRoot: [], jumpsBack: [] },
  });
  expect(nested.isTangled).toBe(false);
  expect(nested.depthOf(150)).toBe(10);
});

test('where only a dispatch enters, what the longest jump back leads to is the outer loop', () => {
  // 0 begins the outer loop, 1 and 3 are loops in it; 5 goes back to 0. All three heads are entries.
  const jumpsBack = [
    { from: 1, to: 1, bytes: 8 },
    { from: 3, to: 3, bytes: 8 },
    { from: 5, to: 0, bytes: 40 },
  ];
  const graph = new FlowGraph({
    successors: [[1], [1, 2], [3], [3, 4], [5], [0]],
    ...{ entries: [3, 1, 0], toRoot: [], jumpsBack },
  });
  expect([0, 1, 2, 3, 5].map((node) => graph.depthOf(node))).toEqual([1, 2, 1, 2, 1]);
  expect(graph.innermost.map(({ head }) => head).sort()).toEqual([1, 3]);
});
