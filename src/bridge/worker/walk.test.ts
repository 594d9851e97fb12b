/** A walk in an address space that is not the vCPU's now, compared with what the guest itself says of its processes. */

import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { AnswerOf, ArgumentsOf } from '#bridge/protocol/answers';
import { booted, codeOf, hostSpec, type Started, scenario, seen, vmSpec } from './fixtures/service.ts';

const MIB = 1 << 20;
const SECOND = 1e9;
/** Of the heap, of shared text, of the stack, of nothing, of the kernel. */
const ADDRESSES = ['0x400000', '0x400123', '0x10000', '0x1ffff8', '0x7000000000', '0xffffffc080001008'];
const NOTHING = (): void => undefined;

/** Which entries, page and address the guest's `walk` names. */
interface GuestWalk {
  readonly satp: bigint;
  readonly entries: readonly { readonly at: bigint; readonly value: bigint }[];
  readonly physical: bigint | undefined;
}

/** Reads what the teaching kernel's `walk` has printed. */
function guestWalk(text: string): GuestWalk {
  const [, satp = '0'] = /satp (0x[0-9a-f]+)/.exec(text) ?? [];
  const entries = [...text.matchAll(/entry at (0x[0-9a-f]+) = (0x[0-9a-f]+)/g)];
  const [, physical] = /PA (0x[0-9a-f]+)/.exec(text) ?? [];
  return {
    satp: BigInt(satp),
    entries: entries.map(([, at = '', value = '']) => ({ at: BigInt(at), value: BigInt(value) })),
    physical: physical === undefined ? undefined : BigInt(physical),
  };
}

describe('a teaching kernel with three processes that use the same address', () => {
  let all: Started;
  /** Virtual time, which begins here when the guest has booted. */
  let now = SECOND;
  const walk = async (args: Partial<ArgumentsOf<'walk'>>): Promise<AnswerOf<'walk'>> =>
    must(await all.service.ask(0, 'walk', { vm: 'a', address: '0x400000', ...args })).value;
  const spaces = async (): Promise<AnswerOf<'spaces'>> =>
    must(await all.service.ask(0, 'spaces', { vm: 'a' })).value;

  async function types(line: string): Promise<void> {
    must(await all.service.command(0, { op: 'console.input', args: { vm: 'a', text: `${line}\n` } }));
    now += SECOND / 2;
    must(await all.service.runTo(now, NOTHING));
  }
  /** What the guest prints for a line that is typed. */
  async function says(line: string): Promise<string> {
    const before = all.page.console('a').length;
    const printed = () => all.page.console('a').slice(before);
    await types(line);
    // The page is told a little later.
    await seen(() => printed().endsWith('$ '));
    return printed();
  }

  /** The guest's processes as `ps` has them: number and name. */
  let processes: readonly (readonly [number, string])[];
  /** What the guest prints for a process and an address. */
  const walks: { readonly pid: number; readonly address: string; readonly said: GuestWalk }[] = [];

  beforeAll(async () => {
    all = await booted(scenario([hostSpec('h', [vmSpec('a', { memoryBytes: 16 * MIB })])]));
    await says('map 0x400000');
    await says('mem touch 2560');
    await says('dirty 640 1000');
    const rows = (await says('ps')).matchAll(/^ +(\d+) .* (\w+)\r?$/gm);
    processes = [...rows].map(([, pid, name = '']) => [Number(pid), name] as const);
    for (const [pid] of processes)
      for (const address of ADDRESSES)
        walks.push({ pid, address, said: guestWalk(await says(`walk ${address} ${pid}`)) });
  });

  test('the guest’s list of processes is read from its memory', async () => {
    const { namesProcesses, spaces: list } = await spaces();
    expect(namesProcesses).toBe(true);
    expect(processes.length).toBe(3);
    expect(list.flatMap(({ pid, name }) => (pid === undefined ? [] : [[pid, name]]))).toEqual(processes);
    expect(list.find(({ id }) => id === 'kernel')?.name).toBe('kernel');
  });

  test('for each of them a walk reads the entries that the guest reads, and finds the page that it finds', async () => {
    for (const { pid, address, said } of walks) {
      const { space, steps, gpa } = await walk({ space: `pid:${pid}`, address });
      const read = steps
        .filter(({ stage }) => stage === 'VS')
        .map(({ entryGpa = '', value }) => ({ at: BigInt(entryGpa), value: BigInt(value) }));
      const physical = gpa === undefined ? undefined : BigInt(gpa);
      expect({ pid, address, satp: BigInt(space.vsatp), entries: read, physical }).toEqual({
        ...{ pid, address, ...said },
      });
    }
    const pages = walks.filter(({ address }) => address === '0x400000').map(({ said }) => said.physical);
    expect(new Set(pages).size, 'a page each').toBe(3);
    expect(pages).not.toContain(undefined);
  });

  test('the vCPU waits in the kernel’s own space, where the address leads nowhere', async () => {
    await types('dirty 0');
    const shown = await walk({});
    expect(shown.space).toMatchObject({ id: 'kernel', isNow: true });
    expect(shown).toMatchObject({ mode: 'VS', fault: { why: 'not-valid', stage: 'VS' }, tlb: 'unknown' });
    expect(shown.vcpu).toEqual({ state: 'waiting', lastHart: 0 });
    // It says in which spaces it would lead somewhere.
    expect(shown.elsewhere?.map(({ pid }) => pid)).toEqual([1, 2]);
    expect((await walk({ address: '0x7000000000' })).elsewhere).toBeUndefined();
  });

  test('a fault names the entry that ends the walk', async () => {
    const { fault, steps } = await walk({});
    expect(steps[fault?.step ?? -1]).toMatchObject({
      stage: fault?.stage,
      level: fault?.level,
      kind: 'fault',
    });
    const far = await walk({ address: '0x4000000000000000' });
    expect([far.fault?.why, far.fault?.step]).toEqual(['range', undefined]);
  });

  test('the mode is that of the vCPU in its own space, elsewhere that for which the page is, unless it is said', async () => {
    expect((await walk({ space: 'pid:1' })).mode).toBe('VU');
    expect((await walk({ space: 'pid:1', address: '0xffffffc080001000' })).mode).toBe('VS');
    expect((await walk({ space: 'pid:1', mode: 'VS' })).fault).toMatchObject({ why: 'user' });
    expect((await walk({ space: 'kernel', address: '0xffffffc080001000', mode: 'VU' })).fault?.why).toBe(
      'user',
    );
  });

  test('each space in which the vCPU ran lately is there, with when, and can be walked by its value', async () => {
    const { at, value } = must(await all.service.ask(0, 'spaces', { vm: 'a' }));
    const shell = value.spaces.find(({ pid }) => pid === 1);
    const hold = value.spaces.find(({ name }) => name === 'hold');
    expect(shell?.lastNs).toBeGreaterThan(hold?.lastNs ?? Number.POSITIVE_INFINITY);
    expect(shell?.lastNs).toBeLessThanOrEqual(at);
    await types('echo later');
    const later = (await spaces()).spaces.find(({ pid }) => pid === 1);
    expect(later?.lastNs).toBeGreaterThan(shell?.lastNs ?? Number.POSITIVE_INFINITY);
    const byValue = await walk({ space: shell?.vsatp ?? '' });
    expect([byValue.space, byValue.gpa]).toEqual([later, (await walk({ space: 'pid:1' })).gpa]);
  });

  test('a space that is gone is refused by name, and one that never was walks into nothing', async () => {
    expect(codeOf(await all.service.ask(0, 'walk', { vm: 'a', address: '0x0', space: 'pid:77' }))).toBe(
      'no-such-space',
    );
    expect((await walk({ space: '0x8000000000000000' })).fault).toMatchObject({
      stage: 'G',
      why: 'not-valid',
    });
    expect((await walk({ space: '0xf000000000000000' })).fault).toMatchObject({
      stage: 'VS',
      why: 'reserved',
    });
    expect((await walk({ space: '0x0', address: '0x80000000' })).gpa).toBe('0x80000000');
  });

  test('a VM that is off says so', async () => {
    const { service } = all;
    must(await service.command(0, { op: 'vm.powerOff', args: { vm: 'a' } }));
    expect(codeOf(await service.ask(0, 'walk', { vm: 'a', address: '0x400000' }))).toBe('vm.off');
    expect(codeOf(await service.ask(0, 'spaces', { vm: 'a' }))).toBe('vm.off');
  });
});
