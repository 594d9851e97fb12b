/** The page of code as it is answered, compared with other answers about the same machine. */

import { beforeAll, describe, expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import type { CodeView } from '#bridge/protocol/answers';
import {
  bare,
  booted,
  codeOf,
  hostSpec,
  open,
  program,
  type Started,
  scenario,
  seen,
  start,
  vmSpec,
} from './fixtures/service.ts';

const NOTHING = (): void => undefined;
const A = { host: 0, vm: 'a' };

/** Every line begins where the one before it ends. */
function expectTiled({ lines, page }: CodeView): void {
  let at = BigInt(page);
  for (const { address, bytes } of lines) {
    expect(address).toBe(`0x${at.toString(16)}`);
    at += BigInt(bytes.length / 2);
  }
  expect(at - BigInt(page)).toBeGreaterThanOrEqual(4096n);
  expect(at - BigInt(page)).toBeLessThanOrEqual(4098n);
}

describe('a teaching kernel at work', () => {
  let all: Started;
  beforeAll(async () => {
    all = await booted(scenario([hostSpec('h', [vmSpec('a')])]));
    const { service } = all;
    must(await service.command(0, { op: 'console.input', args: { vm: 'a', text: 'cpu 100\n' } }));
    must(await service.runTo(1_000_000_000, NOTHING));
  });

  test('a page is shown whole, and from pc on it reads as the registers say', async () => {
    const { service } = all;
    const view = must(await service.ask(0, 'code', { vm: 'a', vcpu: 0 })).value;
    expectTiled(view);
    const { pc, code } = must(await service.ask(0, 'registers', { vm: 'a', vcpu: 0 })).value;
    expect(view.pc).toBe(pc);
    const from = view.lines.findIndex(({ address }) => address === pc);
    const near = view.lines.slice(from, from + 8);
    expect(near.map(({ address, bytes }) => [address, bytes])).toEqual(
      code.slice(0, near.length).map(({ address, bytes }) => [address, bytes]),
    );
    expect(view.lines[from]).toMatchObject({ executed: true });
    expect(view.lines.some(({ samples }) => samples > 0)).toBe(true);
    expect(view.lines.reduce((sum, { samples }) => sum + samples, 0)).toBeLessThanOrEqual(view.samples);
  });

  test('pages of the kernel have its names, and jumps say where they lead', async () => {
    const { service } = all;
    const view = must(
      await service.ask(0, 'code', { vm: 'a', vcpu: 0, address: '0xffffffc080002790' }),
    ).value;
    expectTiled(view);
    expect(view.page).toBe('0xffffffc080002000');
    expect(view.lines.find(({ label }) => label === 'main')?.address).toBe('0xffffffc080002790');
    const calls = view.lines.filter(({ target }) => target !== undefined);
    expect(calls.length).toBeGreaterThan(20);
    for (const { text, target } of calls)
      expect(text.endsWith(target ?? '') || text.startsWith('jalr')).toBe(true);
    expect(calls.some(({ targetSymbol }) => /^\w+$/.test(targetSymbol ?? ''))).toBe(true);
    for (const { address, executed } of view.lines) if (executed) expect(BigInt(address) % 2n).toBe(0n);
  });

  test('a name leads to its code', async () => {
    const { service } = all;
    expect(must(await service.ask(0, 'symbol', { vm: 'a', name: 'main' })).value).toBe('0xffffffc080002790');
    expect(codeOf(await service.ask(0, 'symbol', { vm: 'a', name: 'mian' }))).toBe('no-such-symbol');
    expect(codeOf(await service.ask(0, 'symbol', { vm: 'x', name: 'main' }))).toBe('no-such-vm');
  });

  test('a part of a name leads to names of code and variables, those that begin with it first', async () => {
    const { service } = all;
    const { rows, total, known } = must(await service.ask(0, 'symbols', { vm: 'a', part: 'TRAP' })).value;
    expect(rows[0]?.name.startsWith('trap')).toBe(true);
    expect(rows.every(({ name }) => name.includes('trap'))).toBe(true);
    expect(total).toBeLessThan(known);
    const variables = must(await service.ask(0, 'symbols', { vm: 'a', part: 'asid_bits' })).value.rows;
    expect(variables).toMatchObject([{ name: 'asid_bits', kind: 'variable' }]);
    const { address } = variables[0]!;
    expect(must(await service.ask(0, 'symbol', { vm: 'a', name: 'asid_bits' })).value).toBe(address);
  });

  test('addresses in code and variables have names, others none', async () => {
    const { service } = all;
    const bits = must(await service.ask(0, 'symbol', { vm: 'a', name: 'asid_bits' })).value;
    const addresses = ['0xffffffc080002790', '0xffffffc080002792', bits, '0x10'];
    expect(must(await service.ask(0, 'names', { vm: 'a', addresses })).value).toEqual([
      { address: addresses[0], name: 'main', kind: 'code' },
      { address: addresses[1], name: 'main+0x2', kind: 'code' },
      { address: bits, name: 'asid_bits', kind: 'variable' },
    ]);
  });

  test('what does not translate has no lines, and no address is too odd', async () => {
    const { service } = all;
    for (const address of ['0x7777777000', '0xffffffffffffffff', '0x0', '0x1'])
      expect(must(await service.ask(0, 'code', { vm: 'a', vcpu: 0, address })).value.lines).toEqual([]);
    expect(codeOf(await service.ask(0, 'code', { vm: 'a', vcpu: 0, address: 'main' }))).toBe('bad-address');
    const odd = must(await service.ask(0, 'code', { vm: 'a', vcpu: 0, address: '0xffffffc0800013cf' })).value;
    expectTiled(odd);
  });

  test('a question changes nothing', async () => {
    const { service } = all;
    const before = must(await service.hash());
    must(await service.ask(0, 'code', { vm: 'a', vcpu: 0 }));
    must(await service.ask(0, 'machine', {}));
    expect(must(await service.hash())).toEqual(before);
  });
});

test('a kernel of the upper half that does not translate yet has its names where it was loaded', async () => {
  const all = await start();
  await open(all, scenario([hostSpec('h', [vmSpec('a')])]));
  must(await all.service.step(0, 'instruction', { vm: 'a', vcpu: 0 }));
  const ask = async (address?: string): Promise<CodeView> =>
    must(await all.service.ask(0, 'code', { vm: 'a', vcpu: 0, ...(address && { address }) })).value;
  const { page, symbol } = await ask();
  expect([page, symbol]).toEqual(['0x80000000', expect.stringMatching(/^\w+\+0x\d$/)]);
  const view = await ask(must(await all.service.ask(0, 'symbol', { vm: 'a', name: 'main' })).value);
  expect(view.page).toBe('0x80002000');
  expect(view.lines.find(({ label }) => label === 'main')?.address).toBe('0x80002790');
});

/** Halfwords that look like the beginning of a long instruction, in front of a loop that jumps over them. */
const OVERLAP = program(
  `
      li s0, 0
      j again
      .half 0x0003
    again:
      addi s0, s0, 1
      beqz zero, again
    `,
);

/** Nine instructions, of which two load and one stores; no quantum is a multiple of nine. */
const ACCESSES = program(
  `
      li s1, 0x80010000
    again:
      ld a0, 0(s1)
      lw a1, 8(s1)
      addi a0, a0, 1
      sd a0, 0(s1)
      xor a2, a0, a1
      add a3, a2, a1
      slli a3, a3, 1
      sub a4, a3, a2
      j again
    `,
);

test('what part of instructions load and store is estimated from samples', async () => {
  const all = await bare(ACCESSES);
  expect(must(await all.service.ask(0, 'machine', {})).value.tlb.accesses).toEqual({ execute: 1 });
  must(await all.service.runTo(1_000_000_000, NOTHING));
  const { load = 0, store = 0 } = must(await all.service.ask(0, 'machine', {})).value.tlb.accesses;
  expect(Math.abs(load - 2 / 9)).toBeLessThan(0.05);
  expect(Math.abs(store - 1 / 9)).toBeLessThan(0.05);
});

describe('a lab that stops where a person wants', () => {
  async function looping(): Promise<Started> {
    const all = await bare(OVERLAP);
    must(await all.service.runTo(1_000_000, NOTHING));
    return all;
  }
  const addressOf = (view: CodeView, text: string): string =>
    view.lines.find((line) => line.text.startsWith(text))?.address ?? '';

  test('data in code swallows no instruction that was executed', async () => {
    const { service } = await looping();
    const view = must(await service.ask(0, 'code', { vm: 'a', vcpu: 0 })).value;
    expect(addressOf(view, '.half 0x0003')).not.toBe('');
    expect(addressOf(view, 'addi s0, s0, 1')).not.toBe('');
  });

  test('steps by instruction count one each and go where the code leads', async () => {
    const { service } = await looping();
    for (let n = 0; n < 20; n++) {
      const before = must(await service.ask(0, 'code', { vm: 'a', vcpu: 0 })).value;
      must(await service.step(0, 'instruction', { vm: 'a', vcpu: 0 }));
      const after = must(await service.ask(0, 'code', { vm: 'a', vcpu: 0 })).value;
      expect(after.instructions).toBe(before.instructions + 1);
      const at = before.lines.findIndex(({ address }) => address === before.pc);
      expect([before.lines[at]?.target, before.lines[at + 1]?.address]).toContain(after.pc);
    }
  });

  test('a breakpoint is told from the end of a run to an address', async () => {
    const { service, page } = await looping();
    const view = must(await service.ask(0, 'code', { vm: 'a', vcpu: 0 })).value;
    const [add, branch] = [addressOf(view, 'addi s0, s0, 1'), addressOf(view, 'beq')];
    must(await service.setBreakpoints(0, [{ kind: 'address', vm: 'a', address: add }]));
    await service.setSpeed({ running: true, rate: 'max' });
    await seen(() => page.last?.status.stop !== undefined);
    expect(page.last?.status.stop).toMatchObject({ kind: 'address', host: 0, vm: 'a', vcpu: 0, pc: add });
    expect(page.last?.status.speed.running).toBe(false);
    must(await service.setBreakpoints(0, []));
    must(await service.runToAddress(A, branch));
    await seen(() => page.last?.status.stop?.pc === branch);
    expect(page.last?.status.stop).toMatchObject({ kind: 'target', pc: branch });
  });

  test('a step pauses a lab that runs; a VM that does not run cannot be stepped, and nothing is run for it', async () => {
    const { service, page } = await looping();
    await service.setSpeed({ running: true, rate: 1 });
    must(await service.step(0, 'instruction', { vm: 'a', vcpu: 0 }));
    await seen(() => page.last?.status.stop?.kind === 'step' && !page.last.status.speed.running);
    must(await service.command(0, { op: 'vm.pause', args: { vm: 'a' } }));
    const before = must(await service.ask(0, 'machine', {})).at;
    expect(codeOf(await service.step(0, 'instruction', { vm: 'a', vcpu: 0 }))).toBe('wrong-state');
    expect(codeOf(await service.runToAddress(A, '0x80000000'))).toBe('wrong-state');
    expect(must(await service.ask(0, 'machine', {})).at).toBe(before);
  });
});
