/** `virtlab vm` as a person has it: a process with piped input, its output and its exit status. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { assemble } from '#isa/assemble';

const COMMAND: string = fileURLToPath(new URL('virtlab.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'virtlab-vm-'));
afterAll(() => rmSync(folder, { recursive: true }));

function virtlab(
  args: readonly string[],
  input = '',
): { status: number | null; out: string; problem: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'vm', ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, out: stdout, problem: stderr };
}

function flatImage(name: string, text: string): string {
  const assembled = assemble(text, RAM_BASE);
  if (!assembled.ok) throw new Error(JSON.stringify(assembled.error));
  const path = join(folder, name);
  writeFileSync(path, assembled.value.bytes);
  return path;
}

test('piped lines are typed when the guest waits; its shutdown ends the command well', () => {
  const { status, out, problem } = virtlab(['teaching'], 'echo first\necho second\nshutdown\n');
  expect(out).toMatch(/echo first\r?\nfirst\r?\n(.*)echo second\r?\nsecond\r?\n/);
  expect([status, problem]).toEqual([0, '']);
});

test('the end of the input ends the command once the guest has nothing more to do', () => {
  const { status, out } = virtlab(['teaching', '--vcpus', '2'], 'echo last');
  expect(out).toContain('2 harts');
  expect(out).toContain('echo last');
  expect(status).toBe(0);
});

test('a part of the CPUs is as it was asked for: with a twentieth of a CPU the guest’s work takes longer', () => {
  /** Microseconds that 16 blocks of 4 KiB take, which the guest fills and hands over one by one. */
  const took = (...args: string[]): number => {
    const { status, out, problem } = virtlab(
      ['teaching', '--disk', 'size=1M', '--scheduler', 'fair', ...args],
      'disk 0 write 16\nshutdown\n',
    );
    expect([status, problem]).toEqual([0, '']);
    return Number(/in (\d+) us/.exec(out)?.[1]);
  };
  expect(took('--cpu', 'cap=5,weight=50')).toBeGreaterThan(2 * took());
});

test('what of the CPUs cannot be is said', () => {
  const refused = (...args: string[]): string => virtlab(['teaching', ...args]).problem;
  expect(refused('--scheduler', 'lottery')).toContain('round-robin, credit, fair');
  expect(refused('--cpu', 'harts=3')).toMatch(/3/);
  expect(refused('--cpu', 'weight=much')).toContain('cpu.weight');
  expect(refused('--cpu', 'period=5ms,budget=9ms')).toContain('longer than its period');
  expect(refused('--vcpus', '3', '--max-vcpus', '2')).toContain('2');
});

test('a card is as it was asked for', () => {
  const { status, out, problem } = virtlab(
    ['teaching', '--card', 'way=emulated-pio,address=10.0.0.9/24,mtu=1400', '--virtqueues', 'packed'],
    'net\nshutdown\n',
  );
  expect([status, problem]).toEqual([0, '']);
  expect(out).toMatch(/address +10\.0\.0\.9\/24/);
  expect(out).not.toMatch(/card +virtio/);
});

test('an empty disk has the size that was asked for, and what is first written to it takes as long', () => {
  /** Microseconds that it takes to write 16 blocks of 4 KiB: a part of the disk. */
  const took = (disk: string): number => {
    const { status, out, problem } = virtlab(['teaching', '--disk', disk], 'disk 0 write 16\nshutdown\n');
    expect([status, problem]).toEqual([0, '']);
    return Number(/in (\d+) us/.exec(out)?.[1]);
  };
  const plain = took('size=1M');
  expect(plain).toBeLessThan(20_000);
  const slow = took('size=1M,firstUse=30ms');
  expect(slow - plain).toBeGreaterThan(29_000);
  expect(slow - plain).toBeLessThan(31_000);
});

test('a terminal on the agent’s device is the guest’s console', () => {
  const { status, out, problem } = virtlab(
    ['teaching', '--device', 'agent,terminal=true'],
    'echo by its port\nshutdown\n',
  );
  expect([status, problem]).toEqual([0, '']);
  expect(out).toMatch(/\nby its port\r?\n/);
});

test('clocks begin at the date that is given', () => {
  // The clock lies at 0x101000. Shuts down where the upper word of the time is that of 2040, and jumps into the void where it is another.
  const ns = (Date.UTC(2040, 0, 1) * 1e6) / 2 ** 32;
  const path = flatImage(
    'clock',
    `li t0, 0x101000
     lw t1, 0(t0)
     lw t1, 4(t0)
     li t2, ${Math.floor(ns)}
     bne t1, t2, other
     li a7, 0x53525354
     li a6, 0
     li a0, 0
     li a1, 0
     ecall
     other: li t0, 0
     jr t0
    `,
  );
  expect(virtlab([path, '--date', '2040-01-01T00:00:00Z']).problem).toBe('');
  expect(virtlab([path]).status).toBe(1);
});

test('a guest that jumps into the void is a failure with its reason', () => {
  const path = flatImage('void', 'li t0, 0\njr t0\n');
  expect(virtlab([path])).toMatchObject({
    status: 1,
    problem: expect.stringMatching(/^virtlab: The guest jumped .* \(pc 0x0+\) and cannot go on\..*\n$/),
  });
});

test('--for ends a guest that never does', () => {
  expect(virtlab([flatImage('spin', 'spin: j spin\n'), '--for', '50ms']).status).toBe(0);
});

test('a file that has a name is called by it, and by what to give instead', () => {
  const zboot = join(folder, 'zboot.efi');
  writeFileSync(zboot, Buffer.concat([Buffer.from('MZ\0\0zimg'), Buffer.alloc(4096)]));
  const kernel = flatImage('kernel', 'spin: j spin\n');
  expect(virtlab([zboot])).toMatchObject({
    status: 2,
    problem: expect.stringMatching(/EFI zboot kernel: give the plain Image/),
  });
  expect(virtlab([kernel, '--initrd', zboot])).toMatchObject({
    status: 2,
    problem: expect.stringMatching(/EFI zboot kernel: an initial RAM disk/),
  });
});

test.each([
  [['nowhere'], /“nowhere” is no file and no guest of the lab \(teaching, /],
  [[process.execPath], /for another machine \(number \d+\)|needs \d+ bytes of memory/],
  [['teaching', '--memory', '12X'], /--memory takes a size/],
  [['teaching', '--memory', '4G'], /--memory takes a size from 2M to 1G, such as 64M, not “4G”/],
  [['teaching', '--memory', '0'], /--memory takes a size from 2M to 1G, such as 64M, not “0”/],
  [['teaching', '--vcpus', '9'], /--vcpus takes a whole number from 1 to 8, not “9”/],
  [['teaching', '--disk', 'nowhere'], /nowhere/],
  [['teaching', '--disk', 'a,readErrors=never'], /--disk readErrors is one of report, stop, not “never”/],
  [['teaching', '--disk', 'a,colour=red'], /“disk” takes no --colour; it takes: way, readErrors,/],
  [['teaching', '--device', 'toaster'], /devices\[0\]/],
  [['teaching', '--date', 'tomorrow'], /"tomorrow" is no date like 2026-01-01T00:00:00Z/],
  [['teaching', '--card', 'mtu=1'], /nics\[0\]\.mtu/],
  [['teaching', '--card', 'colour=red'], /nics\[0\]\.colour/],
  [['teaching', '--virtqueues', 'round'], /virtqueues/],
  [['teaching', '--harts', '9'], /--harts takes a whole number from 1 to 8, not “9”/],
  [['teaching', '--speed', '2'], /^virtlab: Unknown option '--speed'\n$/],
  [[], /virtlab --help shows them/],
])('bad arguments %j: one sentence, status 2', (args, sentence) => {
  const { status, problem } = virtlab(args);
  expect(problem).toMatch(sentence);
  expect(problem.trim().split('\n')).toHaveLength(1);
  expect(status).toBe(2);
});
