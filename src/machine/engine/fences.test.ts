import { describe, expect, test } from 'vitest';
import { A, CODE, D, R, RAM, Rig, U, V, W, X } from './fixtures/rig.ts';

const SV39 = 8n << 60n;
const VA = 0x4000_1000n;
const FIRST = RAM + 0x20_0000;
const SECOND = RAM + 0x40_0000;
const LEAF = V | R | W | A | D;

function paged(asid = 0n): { rig: Rig; root: number } {
  const rig = new Rig();
  const root = rig.table();
  rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
  rig.set({ satp: SV39 | (asid << 44n) | BigInt(root >>> 12) });
  rig.mode = 'S';
  rig.setX(10, VA);
  rig.setU64(FIRST, 1n);
  rig.setU64(SECOND, 2n);
  return { rig, root };
}

const value = (rig: Rig): bigint => {
  rig.execute('ld a2, 0(a0)');
  return rig.x(12);
};

describe('sfence.vma', () => {
  test('what is cached stays until the fence, and goes with it', () => {
    const fences = ['sfence.vma x0, x0', 'sfence.vma a0, x0', 'sfence.vma x0, a1', 'sfence.vma a0, a1', 'sinval.vma a0, a1'];
    for (const fence of fences) {
      const { rig, root } = paged(5n);
      rig.setX(11, 5n);
      rig.map(root, VA, FIRST, LEAF);
      expect(value(rig)).toBe(1n);
      rig.map(root, VA, SECOND, LEAF);
      expect(value(rig)).toBe(1n);
      rig.execute(fence);
      expect(value(rig), fence).toBe(2n);
    }
  });

  test('a fence for one ASID leaves another alone', () => {
    const { rig, root } = paged(5n);
    rig.map(root, VA, FIRST, LEAF);
    value(rig);
    rig.map(root, VA, SECOND, LEAF);
    rig.setX(11, 6n);
    rig.execute('sfence.vma x0, a1');
    expect(value(rig)).toBe(1n);
  });

  test('a fence by any address of a superpage covers all of it', () => {
    for (const level of [1, 2]) {
      const { rig, root } = paged();
      const va = 0x8_0000_0000n;
      const size = 1n << BigInt(12 + 9 * level);
      rig.map(root, va, RAM, LEAF, level);
      rig.setX(10, va + BigInt(FIRST - RAM) % size);
      const before = value(rig);
      rig.setU64(rig.entry(root, va, level), 0n);
      expect(value(rig)).toBe(before);
      rig.setX(11, va + size - 8n);
      rig.execute('sfence.vma a1, x0');
      expect(rig.trap('ld a2, 0(a0)').cause).toBe(13n);
    }
  });

  test('a change of satp needs no fence to show another space, and coming back finds the old one', () => {
    const { rig, root } = paged(1n);
    const other = rig.table();
    rig.map(other, BigInt(CODE), CODE, V | R | X | A | D);
    rig.map(root, VA, FIRST, LEAF);
    rig.map(other, VA + 4096n, SECOND, LEAF);
    rig.setX(5, SV39 | (1n << 44n) | BigInt(root >>> 12));
    rig.setX(6, SV39 | (2n << 44n) | BigInt(other >>> 12));
    rig.setX(11, VA + 4096n);
    expect(value(rig)).toBe(1n);
    rig.execute('csrw satp, t1\nld a2, 0(a1)');
    expect(rig.x(12)).toBe(2n);
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(13n);
    rig.mode = 'S';
    rig.map(root, VA, SECOND, LEAF);
    rig.execute('csrw satp, t0\nld a2, 0(a0)');
    expect(rig.x(12)).toBe(1n);
  });

  test('more spaces and fences than there are slots never show a stale page', () => {
    const { rig, root } = paged(0n);
    rig.map(root, VA, FIRST, LEAF);
    for (let i = 0; i < 700; i++) {
      const target = i % 2 === 0 ? FIRST : SECOND;
      rig.map(root, VA, target, LEAF);
      rig.execute('sfence.vma');
      expect(value(rig)).toBe(i % 2 === 0 ? 1n : 2n);
    }
    for (let i = 0; i < 700; i++) {
      const satp = SV39 | (BigInt(i % 300) << 44n) | BigInt(root >>> 12);
      rig.setX(5, satp);
      rig.map(root, VA, i % 2 === 0 ? FIRST : SECOND, LEAF);
      rig.execute('csrw satp, t0\nsfence.vma');
      expect(value(rig)).toBe(i % 2 === 0 ? 1n : 2n);
    }
  });

  test('when the numbers of spaces run out, what is in use stays cached', () => {
    const { rig, root } = paged(1n);
    rig.map(root, VA, FIRST, LEAF);
    expect(value(rig)).toBe(1n);
    rig.map(root, VA, SECOND, LEAF);
    const own = SV39 | (1n << 44n) | BigInt(root >>> 12);
    rig.setX(5, own);
    rig.setX(6, SV39 | (2n << 44n) | BigInt(root >>> 12));
    rig.setX(7, 2n);
    rig.setX(11, VA + 4096n);
    rig.map(root, VA + 4096n, FIRST, LEAF);
    for (let i = 0; i < 700; i++) {
      // A space that is fenced again and again, and finds the present mapping each time.
      rig.setU64(FIRST + 8, BigInt(i));
      rig.execute('csrw satp, t1\nsfence.vma x0, t2\nld a2, 8(a1)');
      expect(rig.x(12)).toBe(BigInt(i));
    }
    // The other one was never fenced: the old mapping is allowed, and must still be there.
    rig.execute('csrw satp, t0\nld a2, 0(a0)');
    expect(rig.x(12)).toBe(1n);
    rig.setX(7, 1n);
    rig.execute('sfence.vma x0, t2\nld a2, 0(a0)');
    expect(rig.x(12)).toBe(2n);
  });

  test('a superpage that is in use when the numbers run out is still found by a fence of one of its addresses', () => {
    const { rig, root } = paged(1n);
    const va = 0x8_0000_0000n;
    rig.map(root, va, RAM, LEAF, 2);
    rig.setX(10, va + BigInt(FIRST - RAM));
    expect(value(rig)).toBe(1n);
    rig.setX(5, SV39 | (1n << 44n) | BigInt(root >>> 12));
    rig.setX(6, SV39 | (2n << 44n) | BigInt(root >>> 12));
    rig.setX(7, 2n);
    for (let i = 0; i < 300; i++) rig.execute('csrw satp, t1\nsfence.vma x0, t2');
    rig.execute('csrw satp, t0');
    rig.setU64(rig.entry(root, va, 2), 0n);
    expect(value(rig)).toBe(1n);
    rig.setX(11, va + 8n);
    rig.execute('sfence.vma a1, x0');
    expect(rig.trap('ld a2, 0(a0)').cause).toBe(13n);
  });

  test('a table that a walk has found is forgotten with its space, or with an address in it', () => {
    for (const fence of ['sfence.vma', 'sfence.vma a0, x0']) {
      const { rig, root } = paged();
      rig.map(root, VA, FIRST, LEAF);
      rig.map(root, VA + 4096n, FIRST, LEAF);
      value(rig);
      // Another last-level table for the same 2 MiB; the neighbour has not been cached, its table has.
      const pointer = rig.entry(root, VA, 1);
      rig.setU64(pointer, 0n);
      rig.map(root, VA + 4096n, SECOND, LEAF);
      rig.map(root, VA, SECOND, LEAF);
      rig.setX(11, VA + 4096n);
      rig.execute(`${fence}\nld a2, 0(a1)`);
      expect(rig.x(12)).toBe(2n);
      expect(value(rig)).toBe(2n);
    }
  });

  test('is illegal in U-mode and, with TVM, in S-mode', () => {
    const { rig, root } = paged();
    rig.map(root, BigInt(CODE), CODE, V | R | X | U | A | D);
    rig.mode = 'U';
    expect(rig.trap('sfence.vma')).toMatchObject({ cause: 2n, tval: 0x12000073n });
    rig.mode = 'M';
    rig.set({ mstatus: 1n << 20n });
    rig.execute('sfence.vma\nhfence.gvma\nhfence.vvma');
    expect(rig.mode).toBe('M');
    rig.map(root, BigInt(CODE), CODE, V | R | X | A | D);
    for (const fence of ['sfence.vma', 'sinval.vma x0, x0', 'hfence.gvma', 'hinval.gvma x0, x0', 'csrr a0, satp', 'csrr a0, hgatp']) {
      rig.mode = 'S';
      expect(rig.trap(fence).cause, fence).toBe(2n);
    }
    rig.mode = 'S';
    rig.execute('hfence.vvma\nsfence.w.inval\nsfence.inval.ir\ncsrr a0, vsatp');
    expect(rig.mode).toBe('S');
  });
});

const GPA = 0x9000_2000n;
const G_LEAF = V | R | W | X | U | A | D;

function guest(): { rig: Rig; vs: number; g: number } {
  const rig = new Rig();
  const g = rig.table(4);
  const vs = rig.table();
  for (let page = RAM; page < RAM + (2 << 20); page += 4096) rig.map(g, BigInt(page), page, G_LEAF, 0, true);
  rig.map(vs, BigInt(CODE), CODE, V | R | X | A | D);
  rig.map(vs, VA, GPA, LEAF);
  rig.map(g, GPA, FIRST, G_LEAF, 0, true);
  rig.set({ vsatp: SV39 | (7n << 44n) | BigInt(vs >>> 12), hgatp: SV39 | (3n << 44n) | BigInt(g >>> 12) });
  rig.mode = 'VS';
  rig.setX(10, VA);
  rig.setU64(FIRST, 1n);
  rig.setU64(SECOND, 2n);
  return { rig, vs, g };
}

const asHost = (rig: Rig, text: string): void => {
  rig.mode = 'S';
  rig.execute(text);
  rig.mode = 'VS';
};

describe('hypervisor fences', () => {
  test('hfence.gvma makes a change of G-stage visible, for the VMID that it names', () => {
    const { rig, g } = guest();
    expect(value(rig)).toBe(1n);
    rig.map(g, GPA, SECOND, G_LEAF, 0, true);
    expect(value(rig)).toBe(1n);
    rig.setX(11, 4n);
    asHost(rig, 'hfence.gvma x0, a1');
    expect(value(rig)).toBe(1n);
    rig.setX(11, 3n);
    asHost(rig, 'hfence.gvma x0, a1');
    expect(value(rig)).toBe(2n);
    rig.map(g, GPA, FIRST, G_LEAF, 0, true);
    rig.setX(12, GPA >> 2n);
    asHost(rig, 'hfence.gvma a2, x0');
    expect(value(rig)).toBe(1n);
  });

  test('hfence.gvma forgets where the guest’s tables lie', () => {
    const { rig, vs, g } = guest();
    value(rig);
    const table = rig.entry(vs, VA) & -4096;
    const copy = rig.table();
    rig.machine.ram.copy(table >>> 0, copy, 4096);
    rig.setU64(copy + Number((VA >> 12n) & 511n) * 8, ((GPA + 4096n) >> 2n) | BigInt(LEAF));
    rig.map(g, GPA + 4096n, SECOND, G_LEAF, 0, true);
    rig.map(g, BigInt(table >>> 0), copy, G_LEAF, 0, true);
    asHost(rig, 'hfence.gvma');
    expect(value(rig)).toBe(2n);
  });

  test('hfence.vvma and the guest’s own sfence.vma are about VS-stage', () => {
    for (const fence of ['hfence.vvma', 'hfence.vvma a0, x0', 'hfence.vvma x0, a1', 'hinval.vvma a0, a1']) {
      const { rig, vs, g } = guest();
      expect(value(rig)).toBe(1n);
      rig.map(g, GPA + 4096n, SECOND, G_LEAF, 0, true);
      rig.map(vs, VA, GPA + 4096n, LEAF);
      expect(value(rig)).toBe(1n);
      rig.setX(11, 7n);
      asHost(rig, fence);
      expect(value(rig), fence).toBe(2n);
      rig.map(vs, VA, GPA, LEAF);
      rig.execute('sfence.vma a0, x0');
      expect(value(rig)).toBe(1n);
    }
  });

  test('a change of mode or of VM flushes nothing', () => {
    const { rig } = guest();
    value(rig);
    const misses = rig.machine.counters().tlbMisses;
    rig.mode = 'S';
    rig.mode = 'VS';
    const hgatp = rig.get('hgatp');
    rig.set({ hgatp: hgatp | (1n << 44n) });
    rig.set({ hgatp });
    value(rig);
    expect(rig.machine.counters().tlbMisses).toBe(misses);
  });

  test('are virtual instructions in a guest, illegal in U-mode', () => {
    const { rig, vs } = guest();
    rig.set({ medeleg: 0xf0b7ffn });
    for (const fence of ['hfence.vvma', 'hfence.gvma', 'hinval.vvma x0, x0', 'hinval.gvma x0, x0']) {
      rig.mode = 'VS';
      expect(rig.trap(fence), fence).toMatchObject({ to: 'S', cause: 22n });
      rig.mode = 'U';
      expect(rig.trap(fence), fence).toMatchObject({ to: 'S', cause: 2n });
    }
    rig.set({ hstatus: 1n << 20n });
    rig.mode = 'VS';
    expect(rig.trap('sfence.vma')).toMatchObject({ to: 'S', cause: 22n });
    rig.mode = 'VS';
    expect(rig.trap('csrr a0, satp')).toMatchObject({ to: 'S', cause: 22n });
    rig.map(vs, BigInt(CODE), CODE, V | R | X | U | A | D);
    for (const fence of ['sfence.vma', 'sfence.w.inval', 'sinval.vma x0, x0', 'hfence.gvma']) {
      rig.mode = 'VU';
      expect(rig.trap(fence), fence).toMatchObject({ to: 'S', cause: 22n });
    }
  });
});

describe('code and data in one frame', () => {
  test('a store to code is seen, through any alias, with the write TLB warm', () => {
    const { rig, root } = paged();
    rig.map(root, VA, FIRST, V | R | W | X | A | D);
    rig.map(root, VA + 4096n, FIRST, V | R | W | X | A | D);
    rig.setX(11, VA + 4096n);
    rig.code('addi a3, x0, 1\naddi a4, x0, 1', FIRST);
    rig.setX(12, 0x00200693n); // addi a3, x0, 2
    rig.execute('sw x0, 64(a1)');
    rig.setPc(VA);
    rig.step(2);
    expect(rig.x(13)).toBe(1n);
    rig.execute('sw a2, 0(a1)');
    rig.setPc(VA);
    rig.step();
    expect(rig.x(13)).toBe(2n);
  });

  test('a translation that puts A and D into a page of code is seen as well', () => {
    const { rig, root } = paged();
    // The page of the entries itself is mapped and "executed": illegal until the hart sets A in the entry there.
    const at = rig.map(root, VA, FIRST, V | R | W);
    const page = BigInt(at) & ~0xfffn;
    rig.map(root, 0x5000_0000n, page, V | R | X | A | D);
    const pc = 0x5000_0000n + (BigInt(at) & 0xfffn);
    const before = rig.trapAt(pc).tval;
    rig.mode = 'S';
    value(rig);
    const after = rig.trapAt(pc).tval;
    expect(after).toBe(before | BigInt(A));
  });
});

test('a fence of one VM leaves what is cached of another', () => {
  const rig = new Rig();
  const roots = [1n, 2n].map((vmid) => {
    const root = rig.table(4);
    rig.map(root, BigInt(CODE), CODE, V | R | X | U | A | D, 0, true);
    rig.map(root, 0x4000n, FIRST, V | R | W | U | A | D, 0, true);
    return { root, hgatp: (8n << 60n) | (vmid << 44n) | BigInt(root >>> 12) };
  });
  rig.setU64(FIRST, 1n);
  rig.setU64(SECOND, 2n);
  rig.mode = 'VS';
  rig.setX(10, 0x4000n);
  const seenBy = (vm: number): bigint => {
    rig.set({ hgatp: roots[vm]!.hgatp });
    return value(rig);
  };
  expect([seenBy(0), seenBy(1)]).toEqual([1n, 1n]);
  for (const { root } of roots) rig.map(root, 0x4000n, SECOND, V | R | W | U | A | D, 0, true);
  rig.hart.flushVmid(1);
  expect([seenBy(1), seenBy(0)]).toEqual([1n, 2n]);
  // The table that the walk cache knew goes too.
  const other = rig.table();
  rig.setU64(other + 4 * 8, ((BigInt(FIRST) >> 12n) << 10n) | BigInt(V | R | W | U | A | D));
  rig.setU64(rig.entry(roots[1]!.root, 0x4000n, 1, true), (BigInt(other) >> 2n) | BigInt(V));
  rig.hart.flushVmid(2);
  expect(seenBy(1)).toBe(1n);
});

test('a number that is given again finds nothing that was cached with it before', () => {
  const rig = new Rig();
  const PAGES = 256;
  const at = (page: number): bigint => 0x10_0000n + 4096n * BigInt(page);
  const hgatps = [FIRST, SECOND].map((frame, vm) => {
    const root = rig.table(4);
    rig.map(root, BigInt(CODE), CODE, V | R | X | U | A | D, 0, true);
    for (let page = 0; page < PAGES; page++) rig.map(root, at(page), frame, V | R | W | U | A | D, 0, true);
    return (8n << 60n) | (BigInt(vm + 1) << 44n) | BigInt(root >>> 12);
  });
  rig.setU64(FIRST, 1n);
  rig.setU64(SECOND, 2n);
  rig.mode = 'VS';
  const seenBy = (vm: number, page: number): bigint => {
    rig.set({ hgatp: hgatps[vm]! });
    rig.setX(10, at(page));
    return value(rig);
  };
  /** The second VM gets new numbers for its spaces, and looks at a page for the first time. */
  const look = (page: number): void => {
    rig.hart.flushVmid(2);
    expect([page, seenBy(1, page)]).toEqual([page, 2n]);
  };
  // Of 255 numbers these take 200; then the first VM gets its own, with which it caches all pages.
  for (let page = 0; page < 100; page++) look(page);
  for (let page = 0; page < PAGES; page++) expect(seenBy(0, page)).toBe(1n);
  // The numbers run out while it has them, and it loses them later; then they come to the second VM.
  for (let page = 100; page < 130; page++) look(page);
  rig.hart.flushVmid(1);
  for (let page = 130; page < PAGES; page++) look(page);
});
