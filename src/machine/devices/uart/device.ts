/**
 * ns16550a serial port: stock kernels and firmware need one. A byte sent leaves at once (baud rate is not modelled);
 * bytes for the guest wait in a bounded queue behind the receive FIFO.
 */

import { type PartState, partState, stateIn } from '#base/state/part';
import { ByteRing } from '../byte-ring.ts';
import { type InterruptLine, type MmioDevice, UNCONNECTED_LINE } from '../device.ts';
import type { RegisterRow } from '../register.ts';
import * as reg from './registers.ts';
import { UART } from './state.ts';

export interface UartOptions {
  readonly line?: InterruptLine;
  /** Takes each byte that software sends. */
  readonly output: (byte: number) => void;
}

/** Bytes that may wait for the guest. */
export const UART_INPUT_LIMIT: number = 64 * 1024;

/** Bytes that a guest can loop back to itself: the FIFO's size. */
const LOOP_LIMIT = 16;

export class Uart implements MmioDevice {
  readonly name = 'uart';
  readonly registers: readonly RegisterRow[] = reg.UART_REGISTERS;
  readonly #line: InterruptLine;
  readonly #output: (byte: number) => void;
  readonly #input = new ByteRing(UART_INPUT_LIMIT);
  #interruptEnable = 0;
  #fifoControl = 0;
  #lineControl = 0;
  #modemControl = 0;
  #scratch = 0;
  #divisorLow = 0;
  #divisorHigh = 0;
  /** The "transmitter empty" interrupt waits to be seen: set by a sent byte or by enabling it, cleared by IIR. */
  #transmitPending = false;

  constructor(options: UartOptions) {
    this.#line = options.line ?? UNCONNECTED_LINE;
    this.#output = options.output;
  }

  /** Offers bytes to the guest, and says how many were accepted: the queue is bounded. */
  input(bytes: Uint8Array): number {
    const accepted = this.#input.push(bytes);
    this.#updateLine();
    return accepted;
  }

  peek(offset: number): number {
    const latched = (this.#lineControl & reg.LCR_DLAB) !== 0;
    if (offset === reg.DATA && !latched) return Math.max(this.#input.peekByte(), 0);
    return offset === reg.IIR_FCR ? this.#interruptId() : this.read(offset);
  }

  read(offset: number): number {
    const latched = (this.#lineControl & reg.LCR_DLAB) !== 0;
    switch (offset) {
      case reg.DATA:
        return latched ? this.#divisorLow : this.#receive();
      case reg.IER:
        return latched ? this.#divisorHigh : this.#interruptEnable;
      case reg.IIR_FCR:
        return this.#identifyInterrupt();
      case reg.LCR:
        return this.#lineControl;
      case reg.MCR:
        return this.#modemControl;
      case reg.LSR:
        return reg.LSR_TRANSMIT_EMPTY | (this.#input.length > 0 ? reg.LSR_DATA_READY : 0);
      case reg.MSR:
        return this.#modemStatus();
      case reg.SCR:
        return this.#scratch;
      default:
        return 0;
    }
  }

  write(offset: number, _size: number, value: number): void {
    const byte = value & 0xff;
    const latched = (this.#lineControl & reg.LCR_DLAB) !== 0;
    switch (offset) {
      case reg.DATA:
        if (latched) this.#divisorLow = byte;
        else this.#send(byte);
        break;
      case reg.IER:
        if (latched) this.#divisorHigh = byte;
        else {
          const enabled = byte & ~this.#interruptEnable;
          this.#interruptEnable = byte & reg.IER_MASK;
          if ((enabled & reg.IER_TRANSMIT) !== 0) this.#transmitPending = true;
        }
        break;
      case reg.IIR_FCR:
        this.#fifoControl = byte & reg.FCR_ENABLE;
        if ((byte & reg.FCR_CLEAR_RECEIVE) !== 0) this.#input.clear();
        break;
      case reg.LCR:
        this.#lineControl = byte;
        break;
      case reg.MCR:
        this.#modemControl = byte & reg.MCR_MASK;
        break;
      case reg.SCR:
        this.#scratch = byte;
        break;
      default:
        return;
    }
    this.#updateLine();
  }

  reset(): void {
    this.#input.clear();
    this.#interruptEnable = 0;
    this.#fifoControl = 0;
    this.#lineControl = 0;
    this.#modemControl = 0;
    this.#scratch = 0;
    this.#divisorLow = 0;
    this.#divisorHigh = 0;
    this.#transmitPending = false;
    this.#updateLine();
  }

  capture(): PartState {
    return partState(UART, {
      interruptEnable: this.#interruptEnable,
      fifoControl: this.#fifoControl,
      lineControl: this.#lineControl,
      modemControl: this.#modemControl,
      scratch: this.#scratch,
      divisorLow: this.#divisorLow,
      divisorHigh: this.#divisorHigh,
      transmitPending: this.#transmitPending,
      input: this.#input.capture(),
    });
  }

  /** The line's level was saved with the PLIC. */
  restore(saved: PartState): void {
    const state = stateIn(UART, saved);
    this.#interruptEnable = state.interruptEnable;
    this.#fifoControl = state.fifoControl;
    this.#lineControl = state.lineControl;
    this.#modemControl = state.modemControl;
    this.#scratch = state.scratch;
    this.#divisorLow = state.divisorLow;
    this.#divisorHigh = state.divisorHigh;
    this.#transmitPending = state.transmitPending;
    this.#input.restore(state.input);
  }

  #receive(): number {
    const byte = this.#input.takeByte();
    this.#updateLine();
    return Math.max(byte, 0);
  }

  #send(byte: number): void {
    if ((this.#modemControl & reg.MCR_LOOP) === 0) this.#output(byte);
    else if (this.#input.length < LOOP_LIMIT) this.#input.pushByte(byte);
    this.#transmitPending = true;
  }

  /** Received data comes before an empty transmitter; reading the latter's identification clears it (§8.6). */
  #identifyInterrupt(): number {
    const id = this.#interruptId();
    if ((id & reg.IIR_TRANSMIT) !== 0) {
      this.#transmitPending = false;
      this.#updateLine();
    }
    return id;
  }
  #interruptId(): number {
    const fifos = this.#fifoControl === 0 ? 0 : reg.IIR_FIFOS;
    if (this.#receivePending()) return fifos | reg.IIR_RECEIVE;
    const transmit = this.#transmitPending && (this.#interruptEnable & reg.IER_TRANSMIT) !== 0;
    return fifos | (transmit ? reg.IIR_TRANSMIT : reg.IIR_NONE);
  }

  #receivePending(): boolean {
    return this.#input.length > 0 && (this.#interruptEnable & reg.IER_RECEIVE) !== 0;
  }

  /** In loopback the four outputs feed the four inputs (§8.8): drivers probe for the chip this way. */
  #modemStatus(): number {
    const mcr = this.#modemControl;
    if ((mcr & reg.MCR_LOOP) === 0) return reg.MSR_CONNECTED;
    const dtrToDsr = (mcr & 1) << 5;
    const rtsToCts = (mcr & 2) << 3;
    const out1ToRi = (mcr & 4) << 4;
    const out2ToDcd = (mcr & 8) << 4;
    return dtrToDsr | rtsToCts | out1ToRi | out2ToDcd;
  }

  #updateLine(): void {
    const transmit = this.#transmitPending && (this.#interruptEnable & reg.IER_TRANSMIT) !== 0;
    this.#line.set(transmit || this.#receivePending());
  }
}
