/** A bit of a page-table entry that is changed under a running Linux: it mends its own table, and the hardware sets A again. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { bootLinux, waitFor } from '../fixtures/linux-host.ts';
import { command, consoleText, LINUX_SKIPPED, type, vmOf } from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { VcpuRegisters } from '../vcpu/questions/registers.ts';
import type { WalkResult } from './questions/walk.ts';

const S = 1000 * NS_PER_MS;
const BIT = { V: 0, W: 2, A: 6 } as const;

/** A Linux whose shell counts for ever; it stands where its vCPU executes the shell. */
function counting(): Host {
  const host = bootLinux();
  type(host, 'a', 'i=0; while [ $i -lt 3000000 ]; do i=$((i+1)); done\n');
  host.advance(host.now + S);
  standInShell(host);
  return host;
}
function standInShell(host: Host): void {
  for (let left = 1000; left > 0 && walk(host, '0x0').mode !== 'VU'; left--)
    host.advance(host.now + NS_PER_MS);
}
function walk(host: Host, address: string, access = 'store'): WalkResult {
  return must(host.ask('walk', { vm: 'a', address, access })).value as WalkResult;
}
function stackOf(host: Host): string {
  const { x } = must(host.ask('registers', { vm: 'a' })).value as VcpuRegisters;
  return x[2]!;
}
function leafOf({ steps }: WalkResult, stage: 'VS' | 'G'): WalkResult['steps'][number] {
  return steps.findLast((step) => step.stage === stage)!;
}

/** A goes and comes; V stays. */
function noted(host: Host): void {
  const { gpa = '0x0' } = walk(host, stackOf(host));
  command(host, 'vm.editEntry', { vm: 'a', stage: 'G', gpa, bit: BIT.A, set: false });
  expect(leafOf(walk(host, stackOf(host), 'load'), 'G').flags.a).toBe(false);
  const refused = host.execute({
    ...{ op: 'vm.editEntry', args: { vm: 'a', stage: 'G', gpa, bit: BIT.V, set: false } },
  });
  expect(refused).toMatchObject({ ok: false, error: { code: 'vm.entryIsHosts' } });
  const address = stackOf(host);
  host.advance(host.now + 100 * NS_PER_MS);
  expect(leafOf(walk(host, address, 'load'), 'G').flags.a).toBe(true);
  standInShell(host);
}

test.skipIf(LINUX_SKIPPED)(
  'A of the G-stage is set again, and Linux gives a page of its shell its W back',
  () => {
    const host = counting();
    noted(host);
    const before = walk(host, stackOf(host));
    expect(before.mode).toBe('VU');
    expect(before.fault).toBeUndefined();
    const gpa = leafOf(before, 'VS').entryGpa!;
    command(host, 'vm.editEntry', { vm: 'a', stage: 'VS', gpa, bit: BIT.W, set: false });
    expect(walk(host, stackOf(host)).fault).toMatchObject({ stage: 'VS', why: 'permission' });
    host.advance(host.now + 50 * NS_PER_MS);
    const from = consoleText(vmOf(host)).length;
    type(host, 'a', '\x03');
    host.advance(host.now + S);
    type(host, 'a', 'echo still-"here"\n');
    expect(waitFor(host, 'a', 'still-here', from)).toContain('still-here');
    expect(consoleText(vmOf(host))).not.toMatch(/Oops|panic|segfault/i);
  },
);
