import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadState, stateOf } from '../device-state.mock.ts';
import { UART_INPUT_LIMIT, Uart } from './device.ts';
import { DATA, IER, IIR_FCR, LCR, LSR, MCR, MSR, SCR, UART_REGISTERS } from './registers.ts';

function newUart() {
  let sent = '';
  let level = false;
  const uart = new Uart({
    line: { set: (next) => (level = next) },
    output: (byte) => (sent += String.fromCharCode(byte)),
  });
  return {
    uart,
    sent: () => sent,
    level: () => level,
    saved: () => stateOf(uart),
  };
}

test('bytes written to THR come out, and the transmitter is always empty', () => {
  const { uart, sent } = newUart();
  for (const c of 'hello') {
    expect(uart.read(LSR) & 0x20).toBe(0x20);
    uart.write(DATA, 1, c.charCodeAt(0));
  }
  expect(sent()).toBe('hello');
});

test('input raises the receive interrupt while bytes wait', () => {
  const { uart, level } = newUart();
  uart.write(IER, 1, 1);
  expect(uart.input(Uint8Array.of(65, 66))).toBe(2);
  expect(level()).toBe(true);
  expect(uart.read(IIR_FCR) & 0xf).toBe(4);
  expect([uart.read(DATA), uart.read(DATA), uart.read(LSR) & 1]).toEqual([65, 66, 0]);
  expect(level()).toBe(false);
});

test('enabling the transmit interrupt raises it once; reading IIR clears it; a sent byte raises it again', () => {
  const { uart, level } = newUart();
  uart.write(IER, 1, 2);
  expect(level()).toBe(true);
  expect(uart.read(IIR_FCR)).toBe(2);
  expect(level()).toBe(false);
  expect(uart.read(IIR_FCR)).toBe(1);
  uart.write(DATA, 1, 65);
  expect(level()).toBe(true);
});

test('the divisor latch hides data and interrupt enable', () => {
  const { uart, sent } = newUart();
  uart.write(LCR, 1, 0x83);
  uart.write(DATA, 1, 12);
  uart.write(IER, 1, 34);
  expect([uart.read(DATA), uart.read(IER)]).toEqual([12, 34]);
  uart.write(LCR, 1, 3);
  expect([uart.read(IER), sent()]).toEqual([0, '']);
});

test('loopback answers the probes of drivers', () => {
  const { uart, sent } = newUart();
  uart.write(MCR, 1, 0x1a);
  expect(uart.read(MSR) & 0xf0).toBe(0x90);
  for (let i = 0; i < 100; i++) uart.write(DATA, 1, i);
  expect(sent()).toBe('');
  expect(uart.read(DATA)).toBe(0);
  uart.write(MCR, 1, 0);
  expect(uart.read(MSR)).toBe(0xb0);
  uart.write(IIR_FCR, 1, 1);
  expect(uart.read(IIR_FCR) & 0xc0).toBe(0xc0);
  uart.write(IIR_FCR, 1, 3);
  expect(uart.read(LSR) & 1).toBe(0);
});

test('after a reset every register of the table reads what the data sheet says', () => {
  const { uart } = newUart();
  for (const row of UART_REGISTERS) uart.write(row.offset, 1, 0xff);
  uart.reset();
  expect(UART_REGISTERS.map((row) => uart.read(row.offset))).toEqual([0, 0, 1, 0, 0, 0x60, 0xb0, 0]);
});

test('input is bounded', () => {
  const { uart } = newUart();
  expect(uart.input(new Uint8Array(UART_INPUT_LIMIT + 10))).toBe(UART_INPUT_LIMIT);
  expect(uart.input(Uint8Array.of(1))).toBe(0);
});

test('property: any accesses leave a state that saves, loads and saves equal; values are bytes', () => {
  const step = fc.tuple(fc.constantFrom('read', 'write', 'input'), fc.nat(12), fc.nat(0xffff_ffff));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { uart, saved } = newUart();
      for (const [kind, at, value] of steps) {
        if (kind === 'read') expect(uart.read(at)).toBeLessThan(256);
        else if (kind === 'write') uart.write(at, 1, value);
        else uart.input(new Uint8Array(at).fill(value));
      }
      const bytes = saved();
      const other = newUart();
      loadState(other.uart, bytes);
      expect(other.saved()).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

test('each field changes the saved bytes', () => {
  const changes: ((uart: Uart) => void)[] = [
    () => {},
    (u) => u.write(IER, 1, 1),
    (u) => u.write(IER, 1, 2),
    (u) => u.write(IIR_FCR, 1, 1),
    (u) => u.write(LCR, 1, 3),
    (u) => u.write(MCR, 1, 3),
    (u) => u.write(SCR, 1, 3),
    (u) => u.input(Uint8Array.of(3)),
    (u) => u.write(DATA, 1, 3),
  ];
  const hex = changes.map((change) => {
    const { uart, saved } = newUart();
    change(uart);
    return saved();
  });
  expect(new Set(hex).size).toBe(changes.length);
});
