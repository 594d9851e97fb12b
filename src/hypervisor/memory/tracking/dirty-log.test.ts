/** The dirty log of a running guest: what it writes is found, what it does not write is not, and it runs on. */
import { expect, test } from 'vitest';
import { PAGE_SIZE, RAM_BASE } from '#base/addresses';
import { bootHost, program, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { MEASURED_METRICS } from '../../monitor/measures.ts';
import { backHuge } from '../huge-leaf.ts';
import { ROUND_NS } from './dirty-log.ts';

const MIB = 1 << 20;
const AREA = RAM_BASE + 2 * MIB;
/** How many pages the guest writes in each turn, from {@link AREA} on; it reads 64 pages besides. */
const COUNT_AT = RAM_BASE + 0x18_0000;

const WRITER = program(
  'writer',
  `
  li s0, ${COUNT_AT}
  li s4, 4096
turn:
  lw s2, 0(s0)
  li s1, ${AREA}
each:
  beqz s2, look
  sw s2, 8(s1)
  add s1, s1, s4
  addi s2, s2, -1
  j each
look:
  li s1, ${AREA + MIB}
  li s2, 64
read:
  lw t0, 0(s1)
  add s1, s1, s4
  addi s2, s2, -1
  bnez s2, read
  j turn`,
);

function writing(pages: number): { host: Host; memory: ReturnType<typeof vmOf>['memory'] } {
  const host = bootHost([vmSpec('a', WRITER, { memoryBytes: 6 * MIB })]);
  host.advance(10_000_000);
  const { memory } = vmOf(host);
  memory.writeU32(COUNT_AT, pages);
  host.execute({ op: 'vm.setDirtyLog', args: { vm: 'a', on: true } });
  return { host, memory };
}
function ask(host: Host, from?: number) {
  const answer = host.ask('dirty', from === undefined ? { vm: 'a' } : { vm: 'a', from });
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.value as {
    round: number;
    latest: number;
    perSecond: number;
    distinct: number;
    slots: { bitmap: Uint8Array }[];
  };
}
/** Numbers of the pages of the area in a bitmap, and how many others there are. */
function pagesIn(bitmap: Uint8Array): { area: number[]; others: number } {
  const area: number[] = [];
  let others = 0;
  for (let page = 0; page < bitmap.length * 8; page++) {
    if ((bitmap[page >>> 3]! & (1 << (page & 7))) === 0) continue;
    const at = page - (AREA - RAM_BASE) / PAGE_SIZE;
    if (at >= 0) area.push(at);
    else others += 1;
  }
  return { area, others };
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, page) => page);

test('a round finds the pages that the guest writes, and not those that it reads', () => {
  const { host } = writing(20);
  host.advance(host.now + 3 * ROUND_NS);
  const { latest, perSecond, slots, round } = ask(host);
  expect(round).toBeGreaterThanOrEqual(2);
  expect(pagesIn(slots[0]!.bitmap)).toEqual({ area: upTo(20), others: 0 });
  expect([latest, perSecond]).toEqual([20, 200]);
});

test('what is written later is found later; since an earlier round there is the sum of it', () => {
  const { host, memory } = writing(30);
  host.advance(host.now + 2 * ROUND_NS);
  memory.writeU32(COUNT_AT, 5);
  host.advance(host.now + 2 * ROUND_NS);
  expect(pagesIn(ask(host).slots[0]!.bitmap).area).toEqual(upTo(5));
  expect(pagesIn(ask(host, 1).slots[0]!.bitmap).area).toEqual(upTo(30));
  // The page with the count was written by a device, so to speak.
  expect(ask(host, 1).distinct).toBe(31);
});

test('a huge leaf is split, so that it does not tell of all of its pages', () => {
  const host = bootHost([vmSpec('a', WRITER, { memoryBytes: 6 * MIB })]);
  host.advance(10_000_000);
  const { memory } = vmOf(host);
  host.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  host.execute({ op: 'vm.start', args: { vm: 'a' } });
  expect(backHuge(memory, AREA)).toBe(true);
  host.execute({ op: 'vm.setDirtyLog', args: { vm: 'a', on: true } });
  memory.writeU32(COUNT_AT, 7);
  host.advance(host.now + 2 * ROUND_NS);
  expect(pagesIn(ask(host).slots[0]!.bitmap).area).toEqual(upTo(7));
});

test('rounds take time of a physical CPU, which the guest does not have', () => {
  const { host } = writing(10);
  const instructions = (): number => vmOf(host).vcpus[0]!.instructions;
  host.advance(host.now + 10 * ROUND_NS);
  expect(host.management.spentNs('dirty-log')).toBeGreaterThan(10 * 70 * 10);
  const with_ = instructions();
  host.advance(host.now + 10 * ROUND_NS);
  expect(instructions()).toBeGreaterThan(with_);
});

test('an image of the host has its logs; another VM in the same slot has none', () => {
  const { host } = writing(10);
  host.advance(host.now + 3 * ROUND_NS);
  const hash = host.hash();
  const before = ask(host, 1);
  host.management.restore(host.management.capture());
  expect([host.hash(), ask(host, 1)]).toEqual([hash, before]);
  host.execute({ op: 'vm.powerOff', args: { vm: 'a' } });
  host.execute({ op: 'vm.delete', args: { vm: 'a' } });
  host.execute({ op: 'vm.create', args: { vm: vmSpec('a', WRITER, { memoryBytes: 8 * MIB }) } });
  expect(host.ask('dirty', { vm: 'a' })).toMatchObject({ error: { code: 'vm.noDirtyLog' } });
  host.advance(host.now + 3 * ROUND_NS);
  expect(host.management.dirtyLogs.periodNs).toBeUndefined();
});

test('the log is told and taken back by commands, and a metric has its pages', () => {
  const { host } = writing(12);
  host.advance(host.now + 3 * ROUND_NS);
  const dirty = (): number | undefined =>
    MEASURED_METRICS.find(({ id }) => id === 'dirty')?.measure(vmOf(host));
  expect(dirty()).toBe(12 * PAGE_SIZE);
  host.execute({ op: 'vm.setDirtyLog', args: { vm: 'a', on: false } });
  expect(dirty()).toBe(0);
  expect(host.ask('dirty', { vm: 'a' })).toMatchObject({ error: { code: 'vm.noDirtyLog' } });
});
