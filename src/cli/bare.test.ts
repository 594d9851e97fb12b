/** `virtlab bare` on test programs as the RISC-V world writes them: ELF files with `tohost`, signatures, firmware with a payload. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { assemble } from '#isa/assemble';
import { requirement } from '#tools/prerequisites';
import { runBare as runs } from './fixtures/run-bare.ts';

const folder = mkdtempSync(join(tmpdir(), 'virtlab-bare-'));
afterAll(() => rmSync(folder, { recursive: true }));

function assembled(source: string, base: number): { bytes: Uint8Array; labels: ReadonlyMap<string, number> } {
  const result = assemble(source, base);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** An ELF executable at the beginning of RAM: one segment, with `headers` bytes of the file before the text, and a symbol per label. */
function elf(name: string, source: string, headers = 0): string {
  const { bytes, labels } = assembled(source, RAM_BASE);
  const names = ['', ...labels.keys()];
  const strings = new TextEncoder().encode(`${names.join('\0')}\0`);
  const text = Math.max(64 + 56, headers);
  const symbols = (text + bytes.length + 7) & ~7;
  const stringsAt = symbols + 24 * names.length;
  const sections = (stringsAt + strings.length + 7) & ~7;
  const file = new Uint8Array(sections + 3 * 64);
  const view = new DataView(file.buffer);
  const words = (at: number, ...values: number[]): void =>
    values.forEach((value, index) => {
      view.setBigUint64(at + 8 * index, BigInt(value), true);
    });
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  words(24, RAM_BASE, 64, sections);
  [64, 56, 1, 64, 3, 0].forEach((value, index) => {
    view.setUint16(52 + 2 * index, value, true);
  });
  view.setUint32(64, 1, true);
  view.setUint32(68, 7, true);
  const size = headers + bytes.length;
  words(72, text - headers, RAM_BASE - headers, RAM_BASE - headers, size, size, 4096);
  file.set(bytes, text);
  let nameAt = 0;
  names.forEach((label, index) => {
    view.setUint32(symbols + 24 * index, nameAt, true);
    view.setUint16(symbols + 24 * index + 6, label === '' ? 0 : 1, true);
    words(symbols + 24 * index + 8, labels.get(label) ?? 0);
    nameAt += label.length + 1;
  });
  file.set(strings, stringsAt);
  const section = (index: number, type: number, at: number, size: number, link: number): void => {
    view.setUint32(sections + 64 * index + 4, type, true);
    words(sections + 64 * index + 24, at, size);
    view.setUint32(sections + 64 * index + 40, link, true);
  };
  section(1, 2, symbols, 24 * names.length, 2);
  section(2, 3, stringsAt, strings.length, 0);
  return fileOf(name, file);
}

/** Ends a program: the word goes to `tohost` until somebody reads it. */
const finish = (word: string): string => `
    li t0, ${word}
    la t1, tohost
  done:
    sd t0, 0(t1)
    j done
  .align 6
  tohost: .dword 0
  fromhost: .dword 0
`;

describe('HTIF', () => {
  test('1 is a pass', async () => {
    expect(await runs(elf('pass', finish('1')))).toEqual({ status: 0, out: '', said: '' });
  });

  test('the headers of the file may lie in the page below RAM, as linkers do with -Ttext', async () => {
    expect(await runs(elf('headers', finish('1'), 4096))).toEqual({ status: 0, out: '', said: '' });
  });

  test('another odd number names the test that failed', async () => {
    expect(await runs(elf('fail', finish('75')))).toEqual({
      status: 1,
      out: '',
      said: 'test 37 failed\n',
    });
  });

  test('as the p environment ends: the low word, then zero in the high one, over and over', async () => {
    const ending = `
      la t1, tohost
      li t0, 9
    write:
      sw t0, 0(t1)
      sw x0, 4(t1)
      j write
      .align 6
      tohost: .dword 0
      fromhost: .dword 0`;
    expect(await runs(elf('environment', ending))).toMatchObject({ status: 1, said: 'test 4 failed\n' });
  });

  test('device 1, command 1 prints; the program goes on when tohost is zero again, and fromhost answers', async () => {
    const source = `
      la s0, text
      la s1, tohost
      la s2, fromhost
      li s3, 0x101
      slli s3, s3, 48
    next:
      lbu t0, 0(s0)
      beqz t0, end
      or t0, t0, s3
      sd t0, 0(s1)
    taken:
      ld t0, 0(s1)
      bnez t0, taken
    answered:
      ld t0, 0(s2)
      beqz t0, answered
      sd x0, 0(s2)
      addi s0, s0, 1
      j next
    end:
      ${finish('1')}
    text: .ascii "HTIF says hello\\n"
      .dword 0`;
    expect(await runs(elf('print', source))).toEqual({ status: 0, out: 'HTIF says hello\n', said: '' });
  });

  /** Hands the system call over, waits for the answer, and puts its result into a0. */
  const call = (name: string): string => `
      la t0, ${name}
      la t1, tohost
      sd t0, 0(t1)
      la t1, fromhost
    wait_${name}:
      ld t2, 0(t1)
      beqz t2, wait_${name}
      sd x0, 0(t1)
      ld a0, 0(t0)`;

  test('write and exit as system calls; others are not implemented', async () => {
    const source = (status: number): string => `
      ${call('write')}
      li t3, 11
      bne a0, t3, wrong
      ${call('elsewhere')}
      li t3, -9
      bne a0, t3, wrong
      ${call('nowhere')}
      li t3, -14
      bne a0, t3, wrong
      ${call('unknown')}
      li t3, -38
      bne a0, t3, wrong
      ${call('exit')}
    wrong:
      ${finish('5')}
    text: .ascii "magic words"
      .align 6
    write: .dword 64, 1, TEXT, 11, 0, 0, 0, 0
    elsewhere: .dword 64, 7, 0x80000000, 11, 0, 0, 0, 0
    nowhere: .dword 64, 1, 0x1000, 11, 0, 0, 0, 0
    unknown: .dword 1234, 0, 0, 0, 0, 0, 0, 0
    exit: .dword 93, ${status}, 0, 0, 0, 0, 0, 0`;
    // Where the text lies is known once it is assembled.
    const { labels } = assembled(source(0).replace('TEXT', '0'), RAM_BASE);
    const placed = (status: number): string => source(status).replace('TEXT', String(labels.get('text')));
    expect(await runs(elf('calls', placed(0)))).toEqual({ status: 0, out: 'magic words', said: '' });
    expect(await runs(elf('calls', placed(3)))).toMatchObject({ status: 1, said: 'test 3 failed\n' });
  });

  test('several programs: each on a machine of its own, with a line for each', async () => {
    const good = elf('good', finish('1'));
    const bad = elf('bad', finish('75'));
    const void_ = join(folder, 'not-there');
    const ran = await runs(good, bad, good);
    expect(ran).toEqual({
      status: 1,
      out: `${good}: passed\n${bad}: test 37 failed\n${good}: passed\n`,
      said: '',
    });
    const { status, out } = await runs(good, void_);
    expect(status).toBe(2);
    expect(out).toContain(`${good}: passed\n${void_}: `);
    expect((await runs(good, bad, '--signature', join(folder, 'which'))).status).toBe('usage');
  });

  test('a program without tohost ends by the finisher', async () => {
    const source = (value: string): string => `li t0, 0x100000\nli t1, ${value}\nsw t1, 0(t0)\nstop: j stop`;
    expect((await runs(elf('finish', source('0x5555')))).status).toBe(0);
    expect((await runs(elf('broken', source('0x13333')))).status).toBe(1);
  });
});

describe('options', () => {
  test('--signature writes the words between the two symbols', async () => {
    const source = `
      la t0, begin_signature
      li t1, 0x12345678
      sw t1, 4(t0)
      ${finish('1')}
      .align 4
      begin_signature: .word 0xdeadbeef, 0, 1
      end_signature: .word 0xffffffff`;
    const signature = join(folder, 'signature');
    expect((await runs(elf('signature.elf', source), '--signature', signature)).status).toBe(0);
    expect(readFileSync(signature, 'utf8')).toBe('deadbeef\n12345678\n00000001\n');
  });

  test('--max-instructions ends a program that never does', async () => {
    const ran = await runs(
      elf('spin', `spin: j spin\n${finish('1')}`),
      '--max-instructions',
      '5000',
      '--stats',
    );
    expect(ran.status).toBe(3);
    expect(ran.said).toContain('stopped after 5000 instructions\n');
    expect(ran.said).toContain('instructions 5000\n');
  });

  test('--stats counts instructions and traps', async () => {
    const source = `
      la t0, handler
      csrw mtvec, t0
      ecall
      ecall
      ${finish('1')}
      .align 2
    handler:
      csrr t0, mepc
      addi t0, t0, 4
      csrw mepc, t0
      mret`;
    const { said } = await runs(elf('traps', source), '--stats');
    expect(said).toMatch(/^instructions \d+\nmilliseconds [\d.]+\nmips \d+\ntraps 2\n/);
    expect(said).toContain('\nfirmware-traps ecall-from-m 2\n');
  });

  test('--trace shows each instruction', async () => {
    const { said } = await runs(elf('trace', finish('1')), '--trace');
    expect(said.split('\n').slice(0, 2)).toEqual([
      '0000000080000000 addi t0, zero, 1',
      '0000000080000004 auipc t1, 0x0',
    ]);
  });

  test('--isa says which extensions the harts have, and the device tree tells of them', async () => {
    const program = elf(
      'zicond',
      `li t1, 7\nczero.nez t0, t1, x0\nbne t0, t1, bad\n${finish('1')}\nbad:\n${finish('2')}`,
    );
    expect((await runs(program, '--isa', 'usual,zicond')).status).toBe(0);
    // Illegal, and nothing is there that would take the trap.
    expect((await runs(program, '--for', '1ms')).status).toBe(1);
    const copy = elf(
      'tree',
      `la t2, begin_signature\nli t3, 4096\nadd t3, t3, a1\ncopy:\nld t0, 0(a1)\nsd t0, 0(t2)\naddi a1, a1, 8\naddi t2, t2, 8
       bltu a1, t3, copy\n${finish('1')}\n.align 3\nbegin_signature: .zero 4096\nend_signature:`,
    );
    const treeOf = async (isa: string): Promise<string> => {
      const path = join(folder, `tree.${isa}`);
      expect((await runs(copy, '--isa', isa, '--signature', path)).status).toBe(0);
      return Buffer.from(readFileSync(path, 'utf8').replaceAll('\n', ''), 'hex').swap32().toString('latin1');
    };
    expect(await treeOf('usual')).toContain('_zba_zbb_zbs_');
    expect(await treeOf('usual')).not.toContain('zicond');
    expect(await treeOf('zba,zicond')).toMatch(/svinval_zba_zicntr_zicond_zicsr/);
  });

  test.each([
    ['nothing', [], 'usage'],
    ['a missing file', [join(folder, 'none')], 'file.unreadable'],
    ['more memory than there can be', [join(folder, 'none'), '--memory', '8G'], 'option.size'],
    ['a byte more than the most', [join(folder, 'none'), '--memory', '1073741825'], 'option.size'],
    ['no memory', [join(folder, 'none'), '--memory', '0'], 'option.size'],
    ['less memory than there can be', [join(folder, 'none'), '--memory', '65535'], 'option.size'],
    ['more harts than there can be', [join(folder, 'none'), '--harts', '9'], 'option.count'],
    ['more harts than there can be, as QEMU says it,', [join(folder, 'none'), '--smp', '9'], 'option.count'],
    ['no time', [join(folder, 'none'), '--for', '10'], 'option.duration'],
    ['more memory than a number', [join(folder, 'none'), '--memory', 'much'], 'option.size'],
    ['no extension', [join(folder, 'none'), '--isa', 'usual,zicnd'], 'option.choice'],
    ['no number of instructions', [join(folder, 'none'), '--max-instructions', '0'], 'option.count'],
  ])('%s is an error', async (_, args, code) => {
    expect((await runs(...args)).status).toBe(code);
  });

  test('files that cannot be read or written, and a signature that is not there, are errors', async () => {
    const path = elf('files', finish('1'));
    const none = join(folder, 'none', 'at-all');
    expect((await runs(path, '--initrd', none)).status).toBe('file.unreadable');
    expect((await runs(path, '--dtb', none)).status).toBe('file.unreadable');
    expect((await runs(path, '--bios', none)).status).toBe('file.unreadable');
    expect((await runs(path, '--signature', join(folder, 'signature.none'))).status).toBe(
      'signature.missing',
    );
    const empty = elf('empty', `${finish('1')}\nbegin_signature:\nend_signature:\n.dword 0`);
    expect((await runs(empty, '--signature', none)).status).toBe('file.unwritable');
    expect((await runs(empty, '--signature', join(folder, 'signature.empty'))).status).toBe(0);
    expect(readFileSync(join(folder, 'signature.empty'), 'utf8')).toBe('');
  });

  test('an ELF for another machine, and one outside RAM, are errors', async () => {
    const other = new Uint8Array(readFileSync(elf('other', finish('1'))));
    other[18] = 62;
    expect((await runs(fileOf('x86', other))).status).toBe('elf.notRiscv');
    expect((await runs(fileOf('large', new Uint8Array(1 << 20).fill(1)), '--memory', '512K')).status).toBe(
      'image.outsideMemory',
    );
  });

  test('a program that jumps into the void, where no handler is either, is lost', async () => {
    const { status, said } = await runs(elf('void', `li t0, 0x40\njr t0\n${finish('1')}`));
    expect(status).toBe(1);
    expect(said).toBe('lost: hart 0 has trap cause 1 at 0x0, where its trap handler begins\n');
  });

  test('one that comes to its handler without a trap is not', async () => {
    // mepc, mtvec and an old mcause say the same as if it were; a long loop lies behind.
    const source = `
      la t0, handler
      csrw mtvec, t0
      csrw mepc, t0
      csrwi mcause, 2
      li t1, 0x1800
      csrs mstatus, t1
      mret
    .align 2
    handler:
      li t0, 100000
    again:
      addi t0, t0, -1
      bnez t0, again
      ${finish('1')}`;
    expect((await runs(elf('handler', source))).status).toBe(0);
    expect((await runs(elf('handler', source), '--trace', '--max-instructions', '50')).status).toBe(3);
  });
});

/** Prints through SBI as of its first version, then asks for a shutdown. */
const PAYLOAD = `
    mv s1, a0
    la s0, text
  next:
    lbu a0, 0(s0)
    beqz a0, end
    li a7, 1
    ecall
    addi s0, s0, 1
    j next
  end:
    li a7, 0x53525354
    li a6, 0
    li a0, 0
    li a1, 0
    ecall
  stop:
    j stop
  text: .ascii "the payload runs\\n"
    .dword 0`;

const opensbi = requirement('opensbi');

describe.skipIf(opensbi.skip)('OpenSBI', () => {
  const payload = fileOf('payload', assembled(PAYLOAD, RAM_BASE + 0x20_0000).bytes);

  test.each(['fw_jump.bin', 'fw_jump.elf', 'fw_dynamic.bin'])(
    '%s prints its banner and starts the payload',
    async (name) => {
      const bios = opensbi.path.replace('fw_jump.bin', name);
      const { status, out } = await runs(payload, '--bios', bios, '--max-instructions', '50000000');
      expect(out).toMatch(/OpenSBI v\d/);
      expect(out).toMatch(/Domain0 Next Address\s+: 0x0000000080200000/);
      expect(out).toMatch(/the payload runs\r?\n$/);
      expect(status).toBe(0);
    },
  );

  test('starts with several harts', async () => {
    const { status, out } = await runs(
      payload,
      '--bios',
      opensbi.path,
      '--harts',
      '4',
      '--max-instructions',
      '100000000',
    );
    expect(out).toMatch(/Platform HART Count\s+: 4/);
    expect(out).toMatch(/the payload runs\r?\n$/);
    expect(status).toBe(0);
  });
});

/**
 * A kernel that takes the UART's interrupts and never asks it which: enabled, for an empty transmitter, then a byte is written. It
 * prints how often it was interrupted in all, a letter from `a` on.
 */
const NEVER_IDENTIFIES = `
    la t0, handler
    csrw mtvec, t0
    li s0, 0x0c000000
    li t0, 1
    sw t0, 40(s0)
    li s1, 0x0c002000
    li t0, 0x400
    sw t0, 0(s1)
    li s2, 0x0c200000
    sw x0, 0(s2)
    li t0, 0x800
    csrw mie, t0
    li s3, 0x10000000
    li s4, 97
    csrwi mstatus, 8
    li t0, 2
    sb t0, 1(s3)
    li t1, 100000
  first:
    addi t1, t1, -1
    bnez t1, first
    li t0, 33
    sb t0, 0(s3)
    li t1, 100000
  second:
    addi t1, t1, -1
    bnez t1, second
  told:
    csrw mie, x0
    sb s4, 0(s3)
    li t0, 0x100000
    li t1, 0x5555
    sw t1, 0(t0)
  stop:
    j stop
    .align 4
  handler:
    lw t2, 4(s2)
    sw t2, 4(s2)
    addi s4, s4, 1
    li t3, 120
    beq s4, t3, told
    mret`;

const qemu = requirement('qemu');
test('a kernel that never reads which interrupt its UART has is interrupted for each cause once', async () => {
  expect(await runs(elf('uart', NEVER_IDENTIFIES))).toEqual({ status: 0, out: '!c', said: '' });
});
test.skipIf(qemu.skip)('… as often as under QEMU', () => {
  const path = elf('uart', NEVER_IDENTIFIES);
  const args = ['-machine', 'virt', '-bios', 'none', '-nographic', '-serial', 'mon:stdio', '-kernel', path];
  expect(spawnSync(qemu.path, args, { encoding: 'utf8', timeout: 60_000 }).stdout).toBe('!c');
});
