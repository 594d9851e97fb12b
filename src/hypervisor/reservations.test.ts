/**
 * Reservations of guests under the hypervisor (unprivileged spec, Zalrsc): a write by anyone who is no hart ends them, and a host
 * that is restored between LR and SC goes on as the one that was saved.
 */
import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '#base/addresses';
import { expectSameState } from './fixtures/same-state.ts';
import { bootHost, consoleText, copyOf, PUT_A0, program, vmOf, vmSpec } from './fixtures/test-host.ts';
import type { Host } from './host.ts';
import type { Vm } from './vm/vm.ts';

const MS = 1_000_000;
const RESERVED = RAM_BASE + 0x10_0000;
const FLAG = RESERVED + 0x1000;

/** Reserves, waits without leaving the guest, tries to store, and says how that went: 0 stored, 1 not. */
const WAITING = `
    li s0, ${RESERVED}
    li s1, ${FLAG}
    sd zero, 0(s0)
    sd zero, 0(s1)
    li a2, 5
    lr.d a1, (s0)
  wait:
    lw a4, 0(s1)
    beqz a4, wait
    sc.d a3, a2, (s0)
    addi a0, a3, 48
    ${PUT_A0}
  stop:
    j stop
`;

function waitingHost(): Host {
  const host = bootHost([vmSpec('a', program('waiting', WAITING))]);
  host.advance(MS);
  return host;
}

/** Lets the guest go on, and gives what it says. */
function resultOf(host: Host): string {
  const vm = vmOf(host);
  vm.memory.write(FLAG, Uint8Array.of(1));
  host.advance(2 * MS);
  return consoleText(vm);
}

describe('a write from outside the guest', () => {
  const writes: Readonly<Record<string, (memory: Vm['memory']) => boolean>> = {
    'of bytes': (memory) => memory.write(RESERVED + 7, Uint8Array.of(0)),
    'of bytes that begins in the page before': (memory) => memory.write(RESERVED - 8, new Uint8Array(9)),
    'of a value over and over': (memory) => memory.fill(RESERVED, 4096, 0),
    'of a half word': (memory) => memory.writeU16(RESERVED + 6, 0),
    'of a half word across words': (memory) => memory.writeU16(RESERVED - 1, 0),
    'of a word': (memory) => memory.writeU32(RESERVED + 4, 0),
  };
  test.each(Object.entries(writes))('%s ends the reservation on what it writes', (_, write) => {
    const host = waitingHost();
    expect(write(vmOf(host).memory)).toBe(true);
    expect(resultOf(host)).toBe('1');
  });

  test('to other bytes of the page leaves the reservation', () => {
    const host = waitingHost();
    vmOf(host).memory.write(RESERVED + 8, new Uint8Array(64));
    expect(resultOf(host)).toBe('0');
  });
});

test('a host that was restored between LR and SC goes on as the one that was saved', () => {
  const host = waitingHost();
  const again = copyOf(host);
  expectSameState(again, host);
  expect([resultOf(again), resultOf(host)]).toEqual(['0', '0']);
  expectSameState(again, host);
});
