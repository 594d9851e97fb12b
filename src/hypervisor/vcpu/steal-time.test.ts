/** What a guest is told of the time that was not its own (SBI 2.0, chapter 16), by bare programs and by Linux. */
import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import {
  bootHost,
  command,
  consoleText,
  copyOf,
  LINUX_SKIPPED,
  linux,
  program,
  type,
  vmOf,
  vmSpec,
} from '../fixtures/test-host.ts';
import type { Host } from '../host.ts';
import { swapOut } from '../memory/swap/swapping.ts';

const MS = 1_000_000;
const MIB = 1 << 20;
const STA = 0x53_5441;
const SHARED = RAM_BASE + 0x10_0000;
const RESULTS = RAM_BASE + 0x11_0000;

const HOG = program('hog', 'hog: j hog');
const hogs = (count: number) => Array.from({ length: count }, (_, n) => vmSpec(`hog${n}`, HOG));

/** Names memory for the steal time of this vCPU, and keeps the error in the next word of the results. */
const setMemory = (lo: string, hi = '0', flags = '0'): string =>
  `li a0, ${lo}\n li a1, ${hi}\n li a2, ${flags}\n li a6, 0\n li a7, ${STA}\n ecall\n sw a0, 0(s0)\n addi s0, s0, 4`;
const BEGIN = `li s0, ${RESULTS}\n li s1, ${SHARED}\n ${setMemory(String(SHARED))}`;

/** Reads the structure for ever as a guest has to: whole, with the sequence the same before and after; keeps what it read last. */
const TELLS = program(
  'tells',
  `${BEGIN}
  again: lw t0, 0(s1)
    andi t1, t0, 1
    bnez t1, again
    ld t2, 8(s1)
    lbu t3, 16(s1)
    lw t4, 0(s1)
    bne t0, t4, again
    sw t0, 8(s0)
    sd t2, 16(s0)
    sw t3, 24(s0)
    j again`,
);
/** As the program `tells` keeps it: its results begin with one word of an error. */
function told(host: Host, name = 'a'): { sequence: number; stealNs: number; preempted: number } {
  const at = RESULTS + 4;
  const { memory } = vmOf(host, name);
  return {
    sequence: memory.readU32(at + 8),
    stealNs: memory.readU32(at + 16) + memory.readU32(at + 20) * 2 ** 32,
    preempted: memory.readU32(at + 24),
  };
}
const accountNs = (host: Host, name = 'a'): number => vmOf(host, name).vcpus[0]!.stealNs;

describe('the extension', () => {
  const outcome = (calls: readonly string[]): readonly number[] => {
    const host = bootHost([
      vmSpec('a', program('calls', `li s0, ${RESULTS}\n ${calls.join('\n')}\nend: j end`)),
    ]);
    host.advance(2 * MS);
    return calls.map((_, index) => vmOf(host).memory.readU32(RESULTS + index * 4) | 0);
  };
  test('is there', () => {
    const probe = `li a0, ${STA}\n li a6, 3\n li a7, 16\n ecall\n sw a1, 0(s0)\n addi s0, s0, 4`;
    expect(outcome([probe])).toEqual([1]);
  });
  test('refuses what is not aligned, flags, and what is no RAM; takes all ones for the end', () => {
    expect(
      outcome([
        ...[setMemory(String(SHARED)), setMemory(String(SHARED + 32)), setMemory(String(SHARED), '0', '1')],
        ...[setMemory('0x1000'), setMemory(String(SHARED), '1'), setMemory('-1', '-1')],
        ...[setMemory('-64'), setMemory('0x0fffffffffffc0')],
      ]),
    ).toEqual([0, -3, -3, -5, -5, 0, -5, -5]);
  });
  test('zeroes what it is given', () => {
    const dirty = `li s1, ${SHARED}\n li t0, -1\n sd t0, 0(s1)\n sd t0, 56(s1)\n li s0, ${RESULTS}`;
    const host = bootHost([
      vmSpec('a', program('dirty', `${dirty}\n ${setMemory(String(SHARED))}\nend: j end`)),
    ]);
    host.advance(2 * MS);
    expect([0, 4, 56, 60].map((at) => vmOf(host).memory.readU32(SHARED + at))).toEqual([0, 0, 0, 0]);
  });
});

describe('a guest', () => {
  test('is told what its host has counted, to the nanosecond, as of its last time on a hart', () => {
    const host = bootHost([vmSpec('a', TELLS), ...hogs(3)]);
    host.advance(1000 * MS);
    while (vmOf(host).vcpus[0]!.state !== 'running') host.advance(host.now + MS);
    host.advance(host.now + MS);
    const { sequence, stealNs, preempted } = told(host);
    expect(stealNs / (700 * MS)).toBeGreaterThan(1);
    expect(stealNs).toBe(accountNs(host) - vmOf(host).capture().vcpus[0]!.stealTime.fromNs);
    expect([sequence % 2, preempted]).toEqual([0, 0]);
  });

  test('sees while it is off its hart that it was preempted', () => {
    const host = bootHost([vmSpec('a', TELLS), ...hogs(1)]);
    host.advance(100 * MS);
    while (vmOf(host).vcpus[0]!.state !== 'ready') host.advance(host.now + MS);
    expect(vmOf(host).memory.readU32(SHARED + 16)).toBe(1);
  });

  test('alone is told of nothing, and time that it waits for an interrupt is its own', () => {
    const host = bootHost([vmSpec('a', TELLS), vmSpec('b', program('sleeps', `${BEGIN}\nend: wfi\n j end`))]);
    host.advance(300 * MS);
    expect(told(host).stealNs).toBeLessThan(2 * MS);
    expect(vmOf(host, 'b').memory.readU32(SHARED + 8)).toBeLessThan(2 * MS);
  });

  test('that ended it, or was started anew, is written to no more', () => {
    const host = bootHost([
      vmSpec('a', program('ends', `${BEGIN}\n ${setMemory('-1', '-1')}\n sd zero, 0(s1)\nend: j end`)),
      ...hogs(1),
    ]);
    host.advance(300 * MS);
    expect(vmOf(host).memory.readU32(SHARED)).toBe(0);
    expect(accountNs(host)).toBeGreaterThan(100 * MS);
    const again = bootHost([vmSpec('a', TELLS), ...hogs(1)]);
    again.advance(100 * MS);
    command(again, 'vm.powerOff', { vm: 'a' });
    command(again, 'vm.start', { vm: 'a' });
    expect(vmOf(again).capture().vcpus[0]!.stealTime.gpa).toBe(-1);
  });

  test('goes on being told where its host was saved and taken up again', () => {
    const host = bootHost([vmSpec('a', TELLS), ...hogs(1)]);
    host.advance(115 * MS);
    const restored = copyOf(host);
    for (const each of [host, restored]) each.advance(200 * MS);
    expect(restored.hash()).toBe(host.hash());
    expect(told(restored).stealNs).toBeGreaterThan(80 * MS);
  });

  test('finds all of it when the page had to be brought first', () => {
    const host = bootHost([vmSpec('a', TELLS), ...hogs(1)]);
    host.advance(100 * MS);
    while (vmOf(host).vcpus[0]!.state !== 'ready') host.advance(host.now + MS);
    expect(swapOut(vmOf(host).memory, SHARED)).toBe(true);
    host.advance(host.now + 300 * MS);
    while (vmOf(host).vcpus[0]!.state !== 'running') host.advance(host.now + MS);
    host.advance(host.now + MS);
    expect(told(host).stealNs).toBe(accountNs(host) - vmOf(host).capture().vcpus[0]!.stealTime.fromNs);
  });
});

test.skipIf(LINUX_SKIPPED)('/proc/stat of a Linux beside others agrees with its host within 1 %', () => {
  const linuxVm = vmSpec('a', linux('Image-tiny'), { memoryBytes: 32 * MIB, append: 'quiet console=hvc0' });
  const later = hogs(3).map((hog) => ({ ...hog, autostart: false }));
  // What the guest counts at its next tick is missing at both ends: with short slices that is little.
  const host = bootHost([linuxVm, ...later], { ramBytes: 64 * MIB, timeSliceNs: MS });
  /** Types a line and waits for what the guest answers to it. */
  const ask = (line: string, answer: RegExp): RegExpExecArray => {
    const from = consoleText(vmOf(host)).length;
    type(host, 'a', `${line}\n`);
    for (const until = host.now + 20_000 * MS; host.now < until; host.advance(host.now + MS / 2)) {
      const found = answer.exec(consoleText(vmOf(host)).slice(from));
      if (found !== null) return found;
    }
    throw new Error(`no answer to ${line}`);
  };
  const read = (): { guestNs: number; hostNs: number } => {
    const [, steal] = ask('head -1 /proc/stat', /cpu +(?:\d+ ){7}(\d+) /);
    return { guestNs: Number(steal) * 10 * MS, hostNs: accountNs(host) };
  };
  ask('', /# /);
  for (const { name } of later) command(host, 'vm.start', { vm: name });
  const before = read();
  ask('i=0; while [ $i -lt 9000 ]; do i=$((i + 1)); done; echo done-$i', /done-9000/);
  const after = read();
  const hostNs = after.hostNs - before.hostNs;
  expect(hostNs).toBeGreaterThan(3000 * MS);
  expect(Math.abs((after.guestNs - before.guestNs) / hostNs - 1)).toBeLessThan(0.01);
});
