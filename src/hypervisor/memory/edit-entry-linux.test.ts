/** A bit of a page-table entry that is changed under a running Linux: it mends its own table, and the hardware sets A again. */
import { expect, test } from 'vitest';
import { must } from '#base/fixtures/must';
import { NS_PER_MS } from '#base/virtual-time';
import { USUAL_POLICY } from '#machine/translation-policy';
import {
  bootHost,
  command,
  consoleText,
  ENVIRONMENT,
  LINUX_SKIPPED,
  linux,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import type { VcpuRegisters } from '../vcpu/questions/registers.ts';
import type { WalkResult } from './questions/walk.ts';

const S = 1000 * NS_PER_MS;
const BIT = { V: 0, W: 2, A: 6 } as const;

/** Runs until a console has said something more. */
function waitFor(host: Host, text: string, from = 0): string {
  const said = (): string => consoleText(vmOf(host)).slice(from);
  for (const end = host.now + 60 * S; host.now < end && !said().includes(text); )
    host.advance(host.now + 20 * NS_PER_MS);
  return said();
}
/** A Linux whose shell counts for ever; it stands where its vCPU executes the shell. */
function counting(): Host {
  const host = bootHost(
    [vmSpec('a', linux('Image-tiny'), { memoryBytes: 32 << 20, append: 'quiet console=hvc1' })],
    { ramBytes: 48 << 20 },
    { ...ENVIRONMENT, translate: USUAL_POLICY },
  );
  waitFor(host, '~ # ');
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
    expect(waitFor(host, 'still-here', from)).toContain('still-here');
    expect(consoleText(vmOf(host))).not.toMatch(/Oops|panic|segfault/i);
  },
);
