/** What the TLBs of harts hold of a VM is what its walks lead to, and of other VMs nothing. */
import { expect, test } from 'vitest';
import { bootHost, command, shellVm, vmOf } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import type { TlbAnswer } from './tlb.ts';
import type { WalkResult } from './walk.ts';

const MS = 1_000_000;

/** The same software in each has the same addresses: who ran last has taken the places of the others. */
function running(names: readonly string[]): Host {
  const host = bootHost(names.map((name) => shellVm(name, { nics: [], append: 'run=spin' })));
  host.advance(200 * MS);
  return host;
}
function tlb(host: Host, vm: string): TlbAnswer {
  const answer = host.ask('tlb', { vm });
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.value as TlbAnswer;
}

test('each entry leads where a walk in its space leads, and an access that it serves hits', () => {
  const host = running(['a']);
  const { entries, held, pages } = tlb(host, 'a');
  expect(pages).toBeGreaterThan(20);
  expect(held.load).toBeGreaterThan(10);
  for (const access of ['load', 'store', 'execute'] as const)
    expect(entries.filter(({ accesses }) => accesses.includes(access)).length).toBe(held[access]);
  let compared = 0;
  for (const { gva, spa, accesses, mode } of entries) {
    const answer = host.ask('walk', { vm: 'a', address: gva, access: accesses[0], mode });
    const walk = (answer.ok ? answer.value.value : {}) as WalkResult;
    if (walk.tlb !== 'hit') continue;
    expect(walk.spa).toBe(spa);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(0);
});

test('a VM’s entries lead to frames of its own, and are gone when it is off', () => {
  const host = running(['a', 'b']);
  for (const vm of ['a', 'b']) {
    const { memory } = vmOf(host, vm);
    const own = new Set(memory.slots.flatMap(({ frames }) => [...frames]));
    for (const { spa } of tlb(host, vm).entries) expect(own.has(Number(spa) / 4096)).toBe(true);
  }
  expect(tlb(host, 'a').pages + tlb(host, 'b').pages).toBeGreaterThan(20);
  command(host, 'vm.powerOff', { vm: 'a' });
  host.advance(host.now + 20 * MS);
  expect(tlb(host, 'a')).toMatchObject({ pages: 0, held: { load: 0, store: 0, execute: 0 } });
});

test('misses are those of the VM that ran, and together those of the host', () => {
  const host = bootHost(
    [
      shellVm('a', { nics: [], append: 'run=spin' }),
      shellVm('b', { nics: [], append: 'run=spin' }),
      shellVm('idle', { nics: [] }),
    ],
    { harts: 2 },
  );
  host.advance(500 * MS);
  const all = ['a', 'b', 'idle'].map((vm) => tlb(host, vm));
  const { fills, references } = host.machine.counters();
  for (const [at, access] of (['load', 'store', 'execute'] as const).entries())
    expect(all.reduce((sum, { misses }) => sum + misses[access], 0)).toBe(fills[at]);
  expect(all.reduce((sum, { references: { g } }) => sum + g, 0)).toBe(references[1]);
  const before = all[2]!;
  host.advance(host.now + 200 * MS);
  // Who does nothing misses nothing, or nearly; the others are told apart.
  const growth = tlb(host, 'idle').instructions - before.instructions;
  expect(tlb(host, 'idle').misses.execute - before.misses.execute).toBeLessThanOrEqual(growth);
  expect(tlb(host, 'a').instructions).toBeGreaterThan(100 * growth);
  expect(tlb(host, 'a').accesses.execute).toBe(1);
});
