import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from '../../event-queue.ts';
import { loadState, stateOf } from '../device-state.mock.ts';
import { Aclint } from './device.ts';
import { ACLINT_REGISTERS, MSIP, MTIME, MTIMECMP } from './registers.ts';

function newAclint(harts = 2) {
  const events = new EventQueue();
  const told: string[] = [];
  let now = 0;
  const aclint = new Aclint({
    harts,
    events,
    now: () => now,
    onTimer: (hart, pending) => told.push(`t${hart}:${pending}`),
    onSoftware: (hart, pending) => told.push(`s${hart}:${pending}`),
  });
  return {
    aclint,
    events,
    told,
    setCompare: (hart: number, lo: number, hi: number) => {
      aclint.write(MTIMECMP + 8 * hart, 4, lo);
      aclint.write(MTIMECMP + 8 * hart + 4, 4, hi);
    },
    runTo: (at: number) => {
      now = at;
      events.runDue(at);
    },
    saved: () => stateOf(aclint),
  };
}

test('mtime counts 100 ns, in both halves, and cannot be written', () => {
  const { aclint, runTo } = newAclint();
  runTo(1299);
  expect(aclint.read(MTIME, 4)).toBe(12);
  aclint.write(MTIME, 4, 7);
  runTo(0x1_0000_0005 * 100);
  expect([aclint.read(MTIME, 4), aclint.read(MTIME + 4, 4)]).toEqual([5, 1]);
});

test('MTIP rises at mtimecmp and falls when it is moved ahead', () => {
  const { told, setCompare, runTo } = newAclint();
  setCompare(1, 50, 0);
  runTo(4999);
  expect(told).toEqual([]);
  runTo(5000);
  expect(told).toEqual(['t1:true']);
  setCompare(1, 60, 0);
  expect(told).toEqual(['t1:true', 't1:false']);
  runTo(6000);
  expect(told.at(-1)).toBe('t1:true');
});

test('a restored timer fires at the same time', () => {
  const { setCompare, saved } = newAclint();
  setCompare(1, 50, 0);
  const other = newAclint();
  loadState(other.aclint, saved());
  other.runTo(4999);
  expect(other.told).toEqual([]);
  other.runTo(5000);
  expect(other.told).toEqual(['t1:true']);
});

test('a compare value in the past fires at once, "never" never', () => {
  const { told, setCompare, runTo, events } = newAclint();
  runTo(1000);
  setCompare(0, 1, 0);
  expect(told).toEqual(['t0:true']);
  setCompare(0, 0xffff_ffff, 0xffff_ffff);
  expect(told.at(-1)).toBe('t0:false');
  expect(events.length).toBe(0);
});

test('msip sets the software interrupt of a hart that exists', () => {
  const { aclint, told } = newAclint();
  aclint.write(MSIP + 4, 4, 1);
  aclint.write(MSIP + 8, 4, 1);
  expect(told).toEqual(['s1:true']);
  expect([aclint.read(MSIP + 4, 4), aclint.read(MSIP + 8, 4)]).toEqual([1, 0]);
  aclint.reset();
  expect(told).toEqual(['s1:true', 's1:false']);
});

test('every register of the table answers, and one past its array reads 0', () => {
  const { aclint } = newAclint();
  for (const row of ACLINT_REGISTERS) aclint.read(row.offset, 4);
  expect(aclint.read(MTIMECMP + 16, 4)).toBe(0);
});

test('property: at most one event per hart waits, and state round-trips', () => {
  const step = fc.tuple(
    fc.constantFrom('time', 'cmp', 'msip'),
    fc.nat(3),
    fc.nat(1000),
    fc.constantFrom(0, 0, 0, 9, 0xffff_ffff),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { aclint, events, saved, setCompare, runTo } = newAclint();
      let now = 0;
      for (const [kind, hart, lo, hi] of steps) {
        if (kind === 'time') {
          now += lo;
          runTo(now);
        }
        if (kind === 'cmp') setCompare(hart, lo, hi);
        if (kind === 'msip') aclint.write(MSIP + 4 * hart, 4, lo);
        expect(events.length).toBeLessThanOrEqual(2);
      }
      const bytes = saved();
      const other = newAclint();
      loadState(other.aclint, bytes);
      expect(other.saved()).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

test('each field changes the saved bytes', () => {
  const changes: ((a: ReturnType<typeof newAclint>) => void)[] = [
    () => {},
    (a) => a.setCompare(0, 5, 0),
    (a) => a.setCompare(1, 5, 0),
    (a) => a.setCompare(0, 0, 0),
    (a) => a.aclint.write(MSIP, 4, 1),
  ];
  const hex = changes.map((change) => {
    const a = newAclint();
    change(a);
    return a.saved();
  });
  expect(new Set(hex).size).toBe(changes.length);
});
