/** What a snapshot holds of a serial port: its registers, and the bytes that wait for the guest. */
import { type Declaration, declare } from '#base/state/declare';
import { bool, u8 } from '#base/state/types';
import { BYTE_RING, type ByteRingState } from '../byte-ring.ts';

export interface UartState {
  readonly interruptEnable: number;
  readonly fifoControl: number;
  readonly lineControl: number;
  readonly modemControl: number;
  readonly scratch: number;
  readonly divisorLow: number;
  readonly divisorHigh: number;
  readonly transmitPending: boolean;
  readonly input: ByteRingState;
}

export const UART: Declaration<UartState> = declare('uart', {
  interruptEnable: u8,
  fifoControl: u8,
  lineControl: u8,
  modemControl: u8,
  scratch: u8,
  divisorLow: u8,
  divisorHigh: u8,
  transmitPending: bool,
  input: BYTE_RING,
});
