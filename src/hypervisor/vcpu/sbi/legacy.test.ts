/** Legacy SBI calls as kernels of before SBI 0.2 make them, and extensions that are not there. */
import { expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { bootHost, command, consoleText, program, vmOf, vmSpec } from '../../fixtures/test-host.ts';
import type { Host } from '../../host.ts';
import { swapOut } from '../../memory/swap/swapping.ts';

const MS = 1_000_000;
const RESULTS = RAM_BASE + 0x10_0000;
/** Where programs here put a root table, and a page with a hart mask. */
const TABLE = RAM_BASE + 0x11_0000;
const MASK = RAM_BASE + 0x12_0000;

/** A call whose a0 and a1 are kept in the next words of the results; FIDs of legacy calls mean nothing. */
const kept = (eid: number, a0: string): string =>
  `li a0, ${a0}\n li a1, 77\n li a6, 9\n li a7, ${eid}\n ecall\n sw a0, 0(s0)\n sw a1, 4(s0)\n addi s0, s0, 8`;

const word = (host: Host, at: number): number => vmOf(host).memory.readU32(RESULTS + at) | 0;
const codes = (host: Host): readonly string[] => host.log.since(0).map(({ code }) => code);

test('a kernel of old speaks by console_putchar and ends by shutdown', () => {
  const put = (letter: string): string => `li a0, ${letter.charCodeAt(0)}\n li a7, 1\n ecall`;
  const host = bootHost([
    vmSpec('a', program('old', `${put('o')}\n${put('k')}\n li a7, 8\n ecall\nend: j end`)),
  ]);
  host.advance(10 * MS);
  expect(consoleText(vmOf(host))).toBe('ok');
  expect([vmOf(host).state, codes(host).at(-1)]).toEqual(['stopped', 'vm.guestShutDown']);
});

test('a call changes a0 alone, whatever its FID; getchar says -1 when nothing was typed, and a byte when it was', () => {
  const text = `li s0, ${RESULTS}\n ${kept(1, '46')}\n ${kept(2, '5')}
  typed: li a7, 2
    ecall
    bltz a0, typed
    sw a0, 0(s0)
    end: j end`;
  const host = bootHost([vmSpec('a', program('getchar', text))]);
  host.advance(1 * MS);
  expect([word(host, 0), word(host, 4), word(host, 8), word(host, 12)]).toEqual([0, 77, -1, 77]);
  command(host, 'console.input', { vm: 'a', text: 'Q' });
  host.advance(20 * MS);
  expect(word(host, 16)).toBe('Q'.charCodeAt(0));
});

test('the timer and interrupts come as they are asked for, and can be taken back', () => {
  const keepSip = 'csrr t0, sip\n sw t0, 0(s0)\n addi s0, s0, 8';
  const calls = [
    ...[kept(0, '0'), keepSip, kept(4, String(MASK)), keepSip],
    ...[
      kept(3, '0'),
      kept(3, '0'),
      kept(4, '0'),
      keepSip,
      kept(5, String(MASK)),
      kept(6, '0'),
      kept(7, String(MASK)),
    ],
  ];
  const text = `li s0, ${RESULTS}\n li s1, ${MASK}\n li t1, 1\n sd t1, 0(s1)\n ${calls.join('\n')}\n end: j end`;
  const host = bootHost([vmSpec('a', program('ipi', text))]);
  host.advance(5 * MS);
  const [timer, due, send, pending, cleared, again, all, allPending, ...fences] = calls.map((_, index) =>
    word(host, index * 8),
  );
  // STIP is bit 5 of sip, SSIP bit 1.
  expect([timer, due! & 0x20, send, pending! & 2]).toEqual([0, 0x20, 0, 2]);
  expect([cleared, again, all, allPending! & 2, ...fences]).toEqual([1, 0, 0, 2, 0, 0, 0]);
});

/** Virtual addresses of the upper half lead to RAM, as kernels have them: one leaf of 1 GiB, which the code runs by too. */
const PAGED = `
    la t0, handler
    csrw stvec, t0
    li t0, ${TABLE}
    li t1, ${(RAM_BASE / 4096) * 1024 + 0xcf}
    sd t1, 16(t0)
    li t2, ${TABLE + 2048}
    sd t1, 0(t2)
    li t1, ${TABLE}
    srli t1, t1, 12
    li t2, 8
    slli t2, t2, 60
    or t1, t1, t2
    csrw satp, t1
    sfence.vma
    li s0, ${RESULTS}
    li s1, ${MASK}
    li t1, 1
    sd t1, 0(s1)`;
const HANDLER = `
    .align 2
  handler:
    csrr t0, scause
    sw t0, 0(s0)
    csrr t0, stval
    sw t0, 4(s0)
    csrr t0, sepc
    addi t0, t0, 4
    csrw sepc, t0
    addi s0, s0, 8
    sret`;
/** MASK as a virtual address of the upper half: root entry 256. */
const UPPER = `li a0, ${MASK - RAM_BASE}\n li t1, -1\n slli t1, t1, 38\n or a0, a0, t1`;

test('a hart mask is read at a guest virtual address, also when its page has to be brought', () => {
  const text = `${PAGED}
  wait: lw t0, 64(s0)
    beqz t0, wait
    ${UPPER}
    li a7, 4
    ecall
    csrr t0, sip
    sw t0, 0(s0)
    sw a0, 4(s0)
    li t0, 1
    sw t0, 8(s0)
  end: j end
  ${HANDLER}`;
  const host = bootHost([vmSpec('a', program('upper', text))]);
  host.advance(5 * MS);
  const { memory } = vmOf(host);
  expect(swapOut(memory, MASK)).toBe(true);
  memory.writeU32(RESULTS + 64, 1);
  host.advance(100 * MS);
  expect([word(host, 0) & 2, word(host, 4), word(host, 8)]).toEqual([2, 0, 1]);
});

test('a hart mask that does not translate is a page fault of the guest at the call; where nothing is, an access fault', () => {
  const text = `${PAGED}
    li a0, 0x40000000
    li a7, 4
    ecall
    csrw satp, zero
    sfence.vma
    li a0, 0x40000000
    li a7, 6
    ecall
  end: j end
  ${HANDLER}`;
  const host = bootHost([vmSpec('a', program('astray', text))]);
  host.advance(10 * MS);
  expect([word(host, 0), word(host, 4), word(host, 8), word(host, 12)]).toEqual([
    13, 0x4000_0000, 5, 0x4000_0000,
  ]);
});

test('an extension that is not there is named once in the log, and no more than eight are', () => {
  const text = `li s0, 3
  again: li s1, 0
  next: li a7, 0x1000
    add a7, a7, s1
    li a6, 0
    ecall
    addi s1, s1, 1
    li t0, 20
    blt s1, t0, next
    addi s0, s0, -1
    bnez s0, again
  end: j end`;
  const host = bootHost([vmSpec('a', program('absent', text))]);
  host.advance(20 * MS);
  const told = host.log.since(0).filter(({ code }) => code === 'vm.sbiAbsent');
  expect(told.map(({ data }) => data['eid'])).toEqual(
    Array.from({ length: 8 }, (_, index) => `0x${(0x1000 + index).toString(16)}`),
  );
  const counted = vmOf(host)
    .exitDetails.list()
    .filter(({ detail }) => detail.startsWith('absent'));
  expect(counted.map(({ count }) => count)).toEqual([...Array.from({ length: 8 }, () => 3), 36]);
});
