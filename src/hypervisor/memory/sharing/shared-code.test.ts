/** Code in a shared frame is translated once: a translation belongs to a frame, whoever maps it. */
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { must } from '#base/fixtures/must';
import { USUAL_POLICY } from '#machine/usual-policy';
import type { MachineState } from '../../cpu/questions/machine.ts';
import { bootHost, command, ENVIRONMENT, program, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';

const MS = 1_000_000;

/** Sums without an end; what it has is in registers, so that its page of code is the same in every VM. */
const SUMMING = program(
  'summing',
  `
  li s0, 1
loop:
  mul s1, s0, s0
  xor s2, s2, s1
  andi t0, s2, 7
  beqz t0, skip
  add s3, s3, s2
skip:
  addi s0, s0, 1
  j loop`,
);

function translator(host: Host): MachineState['translator'] {
  return (must(host.ask('machine', {})).value as MachineState).translator;
}

/** Lets VM a run until its code is translated, then b beside it; regions of both times, and b's share of translated instructions. */
function regionsOf(isSharing: boolean): { first: number; second: number; sameFrame: boolean } {
  const host = bootHost(
    ['a', 'b'].map((name) => vmSpec(name, SUMMING)),
    {},
    { ...ENVIRONMENT, translate: USUAL_POLICY },
  );
  command(host, 'vm.pause', { vm: 'b' });
  host.advance(100 * MS);
  if (isSharing) command(host, 'host.setSharing', { on: true, pages: 4096, periodNs: 10 * MS });
  host.advance(host.now + 100 * MS);
  const first = translator(host).regions;
  const sameFrame = vmOf(host, 'a').memory.peek(RAM_BASE) === vmOf(host, 'b').memory.peek(RAM_BASE);
  command(host, 'vm.pause', { vm: 'a' });
  command(host, 'vm.resume', { vm: 'b' });
  const before = host.cpus[0]!.translated;
  host.advance(host.now + 100 * MS);
  expect(vmOf(host, 'b').vcpus[0]!.instructions).toBeGreaterThan(1_000_000);
  expect(host.cpus[0]!.translated - before).toBeGreaterThan(1_000_000);
  return { first, second: translator(host).regions, sameFrame };
}

test('a second VM with the same code runs what was translated for the first', () => {
  expect(regionsOf(true)).toEqual({ first: 1, second: 1, sameFrame: true });
});

test('without sharing it has a translation of its own', () => {
  expect(regionsOf(false)).toEqual({ first: 1, second: 2, sameFrame: false });
});
