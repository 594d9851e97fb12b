/** gdb attaches to a bare hart: it stops where it is told, sees registers, CSRs and memory, and says the same as of QEMU's. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { requirement } from '#tools/prerequisites';
import { compileBare } from '../fixtures/bare-gcc.ts';
import { runBare } from '../fixtures/run-bare.ts';
import { debugs, freePort } from './fixtures/gdb.ts';
import { PacketReader, packet } from './packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-gdb-'));
afterAll(() => rmSync(folder, { recursive: true }));
const compiler = requirement('bare-compiler');
const gdb = requirement('gdb');
const qemu = requirement('qemu');

const CONTINUE_4: readonly string[] = Array<string>(4).fill('continue');
const SCRIPT = [
  ...['break add', 'continue', 'print/x $a0', 'info registers mstatus mepc mcause misa'],
  ...['continue', 'print total', 'print table', 'delete', 'watch total', 'continue', 'print total'],
  ...['delete', 'rwatch table[2]', 'continue', 'delete', 'stepi 5', 'print $pc', 'info threads'],
  ...['print $t3', 'set $t3 = 0x123456789', 'print/x $t3', 'hbreak add', 'continue'],
  ...['set var total = 100', 'delete', 'finish', 'print total', 'print *(int *)0'],
];

describe.skipIf(compiler.skip || gdb.skip)('gdb', () => {
  const program = join(folder, 'debugged');
  const compile = (): void => compileBare(program, ['c-start.S', 'debugged.c'], { flags: ['-g'] });

  test('breaks, watches, steps, reads and writes; then the program goes on to its end', async () => {
    compile();
    const port = await freePort();
    const running = runBare(program, '--gdb', String(port), '--for', '1s');
    const out = await debugs(program, port, [...SCRIPT, 'detach']);
    expect(out).toContain('$1 = 0x3\n');
    expect(out).toContain('$2 = 3\n');
    expect(out).toContain('Old value = 3\nNew value = 8\n');
    expect(out).toContain('= {3, 5, 7, 11}\n');
    expect(out).toContain('= 0x123456789\n');
    expect(out).toContain('= 111\n');
    expect(await running).toEqual({
      ...{ status: 0, out: '' },
      said: `virtlab: waits for gdb: target remote localhost:${port}\n`,
    });
    if (qemu.skip) return;
    const there = await freePort();
    const machine = ['-machine', 'virt', '-bios', 'none', '-display', 'none', '-serial', 'none', '-S'];
    const emulator = spawn(qemu.path, [...machine, '-kernel', program, '-gdb', `tcp:127.0.0.1:${there}`]);
    // From the first break on: there a few instructions lie before. Machines have other names, and other extensions.
    const common = (text: string): string =>
      text
        .slice(text.indexOf('Breakpoint 1 at'))
        .replace(/^misa.*\n/m, '')
        .replace(/^( +Id +Target Id) .*$/m, '$1')
        .replace(/Thread 1.* add/, 'Thread 1 add')
        .replace(/^\[Inferior 1 \(.*\)/m, '[Inferior 1');
    expect(common(out)).toBe(common(await debugs(program, there, [...SCRIPT, 'detach'])));
    emulator.kill();
  });

  test('a program that prints and ends by HTIF does so while it is debugged', async () => {
    const path = join(folder, 'htif');
    compileBare(path, ['c-start.S', 'c-program.c']);
    const port = await freePort();
    const running = runBare(path, '--gdb', String(port));
    const out = await debugs(path, port, ['break main', 'continue', 'continue']);
    expect(out).toContain('[Inferior 1 (Remote target) exited normally]');
    expect(await running).toMatchObject({ status: 0, out: 'bss sieve double\n' });
  });

  test('twenty steps and twenty back end where they began, and behind a break the way back goes on into the run', async () => {
    const path = join(folder, 'backwards');
    compileBare(path, ['c-start.S', 'disk-driver.c'], { flags: ['-g'] });
    const port = await freePort();
    const running = runBare(
      path,
      '--gdb',
      String(port),
      '--smp',
      '2',
      '--memory',
      '8M',
      '--disk',
      'size=1M',
      '--for',
      '300ms',
    );
    const state = [
      'info registers pc sp ra a0 a1 a2 a3 a4 a5 t0 mstatus mepc mcause',
      'x/64xw headers',
      'print completed',
    ];
    const out = await debugs(path, port, [
      ...[
        'break sum',
        'continue',
        'delete',
        'echo HERE\\n',
        ...state,
        'echo HERE\\n',
        'stepi 20',
        'print $pc',
      ],
      ...['reverse-stepi 20', 'echo HERE\\n', ...state, 'echo HERE\\n'],
      // Into the run that led here, and the same way again.
      ...['reverse-stepi 30', 'print $pc', 'stepi 30', 'echo HERE\\n', ...state, 'echo HERE\\n', 'detach'],
    ]);
    const states = out.split('HERE\n').filter((_, index) => index % 2 === 1);
    const values = states.map((text) => text.replaceAll(/^\$\d+/gm, '$'));
    expect(values[0]).toMatch(/^pc .*\n/);
    expect(values).toEqual([values[0], values[0], values[0]]);
    // Nothing of it was printed twice.
    expect((await running).out.match(/two at a time/g)).toHaveLength(1);
  });

  test('reverse-continue goes to the last break, behind it to the begin, and to the last write of what is watched', async () => {
    compile();
    const port = await freePort();
    const running = runBare(program, '--gdb', String(port), '--smp', '2', '--for', '1s');
    const out = await debugs(program, port, [
      ...[
        'break add',
        ...CONTINUE_4,
        'print total',
        'reverse-continue',
        'print total',
        'continue',
        'print total',
      ],
      ...[
        ...CONTINUE_4.map((word) => `reverse-${word}`),
        'print total',
        'print $pc',
        ...CONTINUE_4,
        'delete',
      ],
      // Twice back, and the same writes again.
      ...['watch total', 'reverse-continue', 'reverse-continue', 'continue', 'continue', 'delete'],
      // A trap is taken before its handler begins: no instruction lies between, and yet these are two places.
      ...['set $mtvec = (long)&add', 'set $pc = 0', 'hbreak *add', 'continue', 'stepi 2', 'reverse-continue'],
      ...['print $pc == (long)&add', 'print $mcause', 'detach'],
    ]);
    expect(out.match(/^\$\d+ = .*/gm)).toEqual([
      ...['$1 = 15', '$2 = 8', '$3 = 15', '$4 = 0', '$5 = (void (*)()) 0x80000000 <_start>'],
      ...['$6 = 1', '$7 = 1'],
    ]);
    expect(out).toContain('No more reverse-execution history.\n');
    expect(out.match(/^(Old|New) value = .*/gm)).toEqual(
      [15, 8, 8, 3, 3, 8, 8, 15].map((value, at) => `${at % 2 === 0 ? 'Old' : 'New'} value = ${value}`),
    );
    await running;
  });

  test('CSRs and floating-point registers are set as software in M-mode would set them', async () => {
    compile();
    const port = await freePort();
    const running = runBare(program, '--gdb', String(port), '--for', '1s');
    const out = await debugs(program, port, [
      ...['set $mscratch = 0x123456789', 'print/x $mscratch', 'set $mstatus = 0x2000', 'print/x $sstatus'],
      ...[
        'set $fa0 = 1.5',
        'print $fa0.double',
        'set $satp = 0x8000000000080000',
        'print/x $satp',
        'set $satp = 0',
      ],
      // What is fixed stays, and a handler's address has a mode in its lowest bits.
      ...['set $misa = 0', 'print $misa != 0', 'set $mtvec = 0x80000005', 'print/x $mtvec'],
      ...[
        'set $priv = 1',
        'print $priv',
        'set $priv = 3',
        'set $cycle = 1',
        'set $mtvec = 0x80000000',
        'break add',
        'continue',
        'detach',
      ],
    ]);
    await running;
    expect(out.match(/(?<=^\$\d+ = ).*/gm)).toEqual([
      ...['0x123456789', '0x200002000', '1.5', '0x8000000000080000', '1', '0x80000005', '1'],
    ]);
    // `cycle` is a view, which nobody writes.
    expect(out).toContain('Breakpoint 1, add (what=3)');
  });

  test('kill ends the run, and a gdb that goes without a word lets the program go on', async () => {
    compile();
    const port = await freePort();
    const killed = runBare(program, '--gdb', String(port), '--for', '1s');
    await debugs(program, port, ['break add', 'continue', 'kill']);
    expect(await killed).toMatchObject({ status: 0 });
    const next = await freePort();
    const left = runBare(program, '--gdb', String(next), '--for', '1s');
    await debugs(program, next, ['break add', 'continue', 'disconnect']);
    expect(await left).toMatchObject({ status: 0 });
  });
});

test('packets come in pieces, damaged, and with what interrupts between them', () => {
  const reader = new PacketReader();
  const bytes = Buffer.from(`+${packet('qC')}\u0003$m0,4#00${packet('a}b#')}`, 'latin1');
  const found = [...bytes].flatMap((byte) => reader.take(Uint8Array.of(byte)));
  expect(found).toEqual([
    { kind: 'packet', text: 'qC' },
    { kind: 'interrupt' },
    { kind: 'damaged' },
    { kind: 'packet', text: 'a}]b}\u0003' },
  ]);
});
