import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadState, stateOf } from '../device-state.mock.ts';
import { Plic } from './device.ts';
import {
  CLAIM,
  CONTEXT,
  CONTEXT_STRIDE,
  ENABLE,
  ENABLE_STRIDE,
  PENDING,
  PRIORITY,
  plicRegisters,
} from './registers.ts';

function newPlic(contexts = 2) {
  const told: string[] = [];
  const plic = new Plic({ contexts, onChange: (context, pending) => told.push(`${context}:${pending}`) });
  return {
    plic,
    told,
    priority: (source: number, value: number) => plic.write(PRIORITY + 4 * source, 4, value),
    enable: (context: number, bits: number) => plic.write(ENABLE + ENABLE_STRIDE * context, 4, bits),
    threshold: (context: number, value: number) => plic.write(CONTEXT + CONTEXT_STRIDE * context, 4, value),
    claim: (context: number) => plic.read(CONTEXT + CONTEXT_STRIDE * context + CLAIM, 4),
    complete: (context: number, id: number) => plic.write(CONTEXT + CONTEXT_STRIDE * context + CLAIM, 4, id),
    saved: () => stateOf(plic),
  };
}

test('a source interrupts the contexts that enable it, until it is claimed', () => {
  const { plic, told, priority, enable, claim } = newPlic();
  priority(10, 1);
  enable(1, 1 << 10);
  plic.line(10).set(true);
  expect(told).toEqual(['1:true']);
  expect(plic.read(PENDING, 4)).toBe(1 << 10);
  expect(claim(0)).toBe(0);
  expect(claim(1)).toBe(10);
  expect(told).toEqual(['1:true', '1:false']);
  expect(plic.read(PENDING, 4)).toBe(0);
});

test('a level that rose again before completion interrupts again; one that fell does not', () => {
  const { plic, priority, enable, claim, complete } = newPlic();
  priority(1, 1);
  enable(0, 2);
  plic.setLevel(1, true);
  claim(0);
  plic.setLevel(1, false);
  plic.setLevel(1, true);
  expect(plic.pending(0)).toBe(false);
  complete(0, 1);
  expect(plic.pending(0)).toBe(true);
  claim(0);
  plic.setLevel(1, true);
  plic.setLevel(1, false);
  complete(0, 1);
  expect(plic.pending(0)).toBe(false);
});

test('a wire that merely stays high asks no second time; one that is asserted again does', () => {
  const { plic, priority, enable, claim, complete } = newPlic();
  priority(1, 1);
  enable(0, 2);
  plic.setLevel(1, true);
  claim(0);
  complete(0, 1);
  expect([plic.source(1).level, plic.pending(0), claim(0)]).toEqual([true, false, 0]);
  plic.setLevel(1, true);
  expect([plic.pending(0), claim(0)]).toEqual([true, 1]);
  plic.setLevel(1, true);
  expect(plic.pending(0)).toBe(false);
  complete(0, 1);
  expect(plic.pending(0)).toBe(true);
});

test('a request that passed the gateway stays when the level falls', () => {
  const { plic, priority, enable, claim } = newPlic();
  priority(3, 1);
  enable(0, 8);
  plic.setLevel(3, true);
  plic.setLevel(3, false);
  expect(plic.pending(0)).toBe(true);
  expect(claim(0)).toBe(3);
});

test('priority decides, then the lower number; priority 0 never interrupts', () => {
  const { plic, priority, enable, claim } = newPlic();
  enable(0, 0xffff_fffe);
  for (const [source, value] of [
    [1, 0],
    [4, 2],
    [5, 7],
    [6, 7],
    [31, 1],
  ] as const)
    priority(source, value);
  for (const source of [1, 4, 5, 6, 31]) plic.setLevel(source, true);
  expect([claim(0), claim(0), claim(0), claim(0), claim(0)]).toEqual([5, 6, 4, 31, 0]);
});

test('the threshold masks the interrupt but not the claim', () => {
  const { plic, priority, enable, threshold, claim } = newPlic();
  priority(2, 3);
  enable(0, 4);
  threshold(0, 3);
  plic.setLevel(2, true);
  expect(plic.pending(0)).toBe(false);
  threshold(0, 2);
  expect(plic.pending(0)).toBe(true);
  threshold(0, 7);
  expect(claim(0)).toBe(2);
});

test('a completion by a context that does not enable the source is ignored', () => {
  const { plic, priority, enable, claim, complete } = newPlic();
  priority(2, 1);
  enable(0, 4);
  plic.setLevel(2, true);
  claim(0);
  plic.setLevel(2, true);
  complete(1, 2);
  complete(0, 0);
  complete(0, 77);
  expect(plic.pending(0)).toBe(false);
  complete(0, 2);
  expect(plic.pending(0)).toBe(true);
});

test('every register of the table reads 0 after reset, and source 0 cannot be set', () => {
  const { plic, enable, priority } = newPlic();
  priority(0, 7);
  enable(0, 0xffff_ffff);
  expect(plic.read(ENABLE, 4)).toBe(0xffff_fffe);
  plic.reset();
  for (const row of plicRegisters(1)) expect(plic.read(row.offset, 4), row.name).toBe(0);
});

test('a reset lowers all wires: no interrupt from before it remains', () => {
  const { plic, priority, enable, told, claim } = newPlic();
  priority(1, 1);
  enable(0, 2);
  plic.setLevel(1, true);
  plic.reset();
  plic.setLevel(1, false);
  priority(1, 1);
  enable(0, 2);
  expect([told, claim(0)]).toEqual([['0:true', '0:false'], 0]);
});

test('property: any accesses leave a state that saves, loads and saves equal, and output matches the state', () => {
  const offset = fc.oneof(
    fc.nat(0x80).map((n) => n * 4),
    fc.nat(4).map((n) => PENDING + 4 * n),
    fc.nat(8).map((n) => ENABLE + ENABLE_STRIDE * n),
    fc.nat(8).map((n) => CONTEXT + 0x800 * n),
    fc.nat(8).map((n) => CONTEXT + 0x800 * n + CLAIM),
    fc.nat(0x60_0000),
  );
  const step = fc.tuple(fc.constantFrom('read', 'write', 'level'), offset, fc.nat(0xffff_ffff));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { plic, saved, told } = newPlic(3);
      for (const [kind, at, value] of steps) {
        if (kind === 'read') plic.read(at, 4);
        else if (kind === 'write') plic.write(at, 4, value);
        else plic.setLevel(1 + (at % 31), value % 2 === 0);
      }
      const last = new Map(told.map((line) => line.split(':') as [string, string]));
      for (let c = 0; c < 3; c++) expect(plic.pending(c)).toBe(last.get(String(c)) === 'true');
      const bytes = saved();
      const other = newPlic(3);
      loadState(other.plic, bytes);
      expect(other.saved()).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

test('each field changes the saved bytes', () => {
  const changes: ((p: ReturnType<typeof newPlic>) => void)[] = [
    () => {},
    (p) => p.priority(1, 1),
    (p) => p.enable(1, 2),
    (p) => p.threshold(0, 1),
    (p) => p.plic.setLevel(1, true),
    (p) => {
      p.plic.setLevel(1, true);
      p.plic.setLevel(1, false);
    },
    (p) => {
      p.priority(1, 1);
      p.enable(0, 2);
      p.plic.setLevel(1, true);
      p.claim(0);
    },
    (p) => {
      p.priority(1, 1);
      p.enable(0, 2);
      p.plic.setLevel(1, true);
      p.claim(0);
      p.plic.setLevel(1, true);
    },
  ];
  const hex = changes.map((change) => {
    const p = newPlic();
    change(p);
    return p.saved();
  });
  expect(new Set(hex).size).toBe(changes.length);
});
