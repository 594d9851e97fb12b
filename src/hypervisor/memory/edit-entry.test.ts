/** A bit of a page-table entry that is changed under a running guest: the walk shows it, and the next access does as it says. */
import { expect, test } from 'vitest';
import { bootHost, consoleText, outcomeOf, shellVm, type, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { WalkResult } from './questions/walk.ts';

const MS = 1_000_000;
const MIB = 1 << 20;
/** What its shell maps for itself, and a page of its memory that it writes when it is told to. */
const GVA = '0x50001000';
const PAGE = '0x80400000';
const BIT = { V: 0, R: 1, W: 2, X: 3, U: 4, A: 6, D: 7, PPN: 10 } as const;

function running(): Host {
  const host = bootHost([shellVm('a', { memoryBytes: 8 * MIB, nics: [] })]);
  host.advance(100 * MS);
  return host;
}
function say(host: Host, command: string): string {
  const at = consoleText(vmOf(host)).length;
  type(host, 'a', `${command}\n`);
  host.advance(host.now + 100 * MS);
  return consoleText(vmOf(host)).slice(at);
}
function edit(host: Host, stage: 'VS' | 'G', gpa: string, bit: keyof typeof BIT, set: boolean): string {
  return outcomeOf(host, 'vm.editEntry', { vm: 'a', stage, gpa, bit: BIT[bit], set });
}
function walkIn(host: Host, space: string, access: 'load' | 'store'): WalkResult {
  const answer = host.ask('walk', { vm: 'a', address: GVA, access, space });
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.value as WalkResult;
}
/** The shell maps a page; the result walks to it from then on, in the shell's space: the vCPU has gone on to the idle one. */
function mapped(host: Host): (access?: 'load' | 'store') => WalkResult {
  say(host, `map ${GVA}`);
  const { space, elsewhere } = walkIn(host, 'now', 'load');
  const { id } = elsewhere?.[0] ?? space;
  return (access = 'load') => walkIn(host, id, access);
}
/** The last VS-stage entry of a walk. */
function leafOf({ steps }: WalkResult): WalkResult['steps'][number] {
  return steps.findLast(({ stage }) => stage === 'VS')!;
}

test('a VS-stage leaf without V is a page fault of the guest, and with it the page is there again', () => {
  const host = running();
  const walk = mapped(host);
  expect(say(host, `peek ${GVA}`)).toContain(`${GVA}: 0x`);
  const { entryGpa } = leafOf(walk());
  expect(edit(host, 'VS', entryGpa!, 'V', false)).toBe('done');
  expect(walk().fault).toMatchObject({ stage: 'VS', level: 0, why: 'not-valid' });
  expect(say(host, `peek ${GVA}`)).not.toContain(`${GVA}: 0x`);
  expect(edit(host, 'VS', entryGpa!, 'V', true)).toBe('done');
  expect(walk().fault).toBeUndefined();
  expect(say(host, `peek ${GVA}`)).toContain(`${GVA}: 0x`);
});

test('any bit of a guest’s own entry can be changed: another page number leads to another page', () => {
  const host = running();
  const walk = mapped(host);
  const before = walk();
  expect(edit(host, 'VS', leafOf(before).entryGpa!, 'PPN', true)).toBe('done');
  const after = walk();
  const page = (gpa: string | undefined): number => Number(gpa) / 4096;
  expect(page(after.gpa)).toBe(page(before.gpa) | 1);
});

test('a G-stage leaf without W stops stores, by the mechanism of vm.protect, until it has W again', () => {
  const host = running();
  say(host, `attack memory ${PAGE}`);
  expect(edit(host, 'G', PAGE, 'W', false)).toBe('done');
  expect(vmOf(host).memory.writeU32(Number(PAGE), 1)).toBe(false);
  const denied = (): number =>
    vmOf(host)
      .exitDetails.list()
      .reduce((sum, { detail, count }) => sum + (detail === 'denied' ? count : 0), 0);
  say(host, `attack memory ${PAGE}`);
  expect(denied()).toBe(1);
  expect(edit(host, 'G', PAGE, 'R', false)).toBe('done');
  expect(edit(host, 'G', PAGE, 'W', true)).toBe('vm.entryReserved');
  expect(edit(host, 'G', PAGE, 'R', true)).toBe('done');
  expect(edit(host, 'G', PAGE, 'W', true)).toBe('done');
  say(host, `attack memory ${PAGE}`);
  expect(denied()).toBe(1);
});

test('A and D that are cleared in the G-stage are set by the next access, and one that was taken is kept for who asks', () => {
  const host = running();
  const walk = mapped(host);
  const { gpa } = walk();
  const { memory } = vmOf(host);
  say(host, `peek ${GVA}`);
  expect(edit(host, 'G', gpa!, 'A', false)).toBe('done');
  expect(edit(host, 'G', gpa!, 'D', false)).toBe('done');
  expect(walk('store').steps.at(-1)).toMatchObject({ flags: { a: false, d: false }, sets: 'AD' });
  expect(memory.accessed.take((Number(gpa) - 0x8000_0000) / 4096, 1)).toBe(true);
  say(host, `peek ${GVA}`);
  expect(walk().steps.at(-1)).toMatchObject({ flags: { a: true, d: false } });
  expect(edit(host, 'G', gpa!, 'D', true)).toBe('done');
  expect(walk().steps.at(-1)).toMatchObject({ flags: { d: true } });
});

test.each(['V', 'U', 'PPN'] as const)(
  '%s of a G-stage entry is the hypervisor’s own: refused, and nothing has changed',
  (bit) => {
    const host = running();
    const walk = mapped(host);
    const before = walk();
    for (const set of [true, false]) expect(edit(host, 'G', before.gpa!, bit, set)).toBe('vm.entryIsHosts');
    expect(walk().steps).toEqual(before.steps);
  },
);

test('what the state of a page withholds is not given by hand, and a log of writes loses none', () => {
  const host = running();
  expect(edit(host, 'G', '0x80700000', 'A', true)).toBe('vm.entryNone');
  say(host, `attack memory ${PAGE}`);
  host.execute({ op: 'vm.setDirtyLog', args: { vm: 'a', on: true } });
  expect(edit(host, 'G', PAGE, 'D', false)).toBe('vm.entryLogged');
  expect(edit(host, 'G', '0x80700000', 'W', true)).toBe('vm.entryByState');
});

test('what is no entry is refused', () => {
  const host = running();
  expect(edit(host, 'VS', '0x80400001', 'V', false)).toBe('bad-address');
  expect(edit(host, 'VS', 'here', 'V', false)).toBe('bad-address');
  expect(edit(host, 'VS', '0x70000000', 'V', false)).toBe('vm.noSuchRange');
  expect(edit(host, 'G', '0x70000000', 'W', false)).toBe('vm.noSuchRange');
  // A page that nobody has touched is in no frame.
  expect(edit(host, 'VS', '0x80700000', 'V', true)).toBe('vm.entryAway');
});

test('an edit is logged, and can be taken back', () => {
  const host = running();
  const walk = mapped(host);
  const before = walk();
  const { entryGpa } = leafOf(before);
  edit(host, 'VS', entryGpa!, 'R', false);
  expect(walk().fault?.why).toBe('reserved');
  edit(host, 'VS', entryGpa!, 'R', true);
  expect(walk().steps).toEqual(before.steps);
  expect(host.log.since(0).map(({ code }) => code)).toContain('vm-editEntry');
});
