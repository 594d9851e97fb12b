/**
 * The goldfish real-time clock: date and time when a kernel starts, and an alarm. It shows virtual time since a given date, so that a
 * run is the same whenever it is made; it reads no clock of the world.
 */
import { startSeconds, USUAL_START_DATE } from '#base/start-date';
import { type PartState, partState, stateIn } from '#base/state/part';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { EventQueue } from '../../event-queue.ts';
import type { InterruptLine, MmioDevice } from '../device.ts';
import type { RegisterRow } from '../register.ts';
import {
  ALARM_HIGH,
  ALARM_LOW,
  ALARM_STATUS,
  CLEAR_ALARM,
  CLEAR_INTERRUPT,
  IRQ_ENABLED,
  RTC_REGISTERS,
  TIME_HIGH,
  TIME_LOW,
} from './registers.ts';
import { RTC } from './state.ts';

export interface RtcOptions {
  /** Channel of its alarm: unique on its host. */
  readonly channel: string;
  readonly events: EventQueue;
  readonly now: () => VirtualNs;
  readonly line: InterruptLine;
  /** What it shows at virtual time 0; the usual date unless given. */
  readonly date?: string | undefined;
}

export class Rtc implements MmioDevice {
  readonly name = 'rtc';
  readonly registers: readonly RegisterRow[] = RTC_REGISTERS;
  readonly mayBeMissing = true;
  readonly #options: RtcOptions;
  readonly #startNs: bigint;
  /** 64 bits each: a number is exact for 104 days only, and a date is 20,000. */
  #offset = 0n;
  #alarm = 0n;
  #alarmRuns = false;
  #enabled = false;
  #pending = false;
  #heldHigh = 0;

  constructor(options: RtcOptions) {
    this.#options = options;
    this.#startNs = BigInt(startSeconds(options.date ?? USUAL_START_DATE) ?? 0) * BigInt(NS_PER_S);
    options.events.on(options.channel, () => this.#ring());
  }

  read(offset: number, size: number): number {
    if (size !== 4) return 0;
    if (offset === TIME_LOW) this.#heldHigh = high(this.#time());
    return this.peek(offset, size) ?? 0;
  }

  peek(offset: number, size: number): number | undefined {
    if (size !== 4) return undefined;
    if (offset === TIME_LOW) return low(this.#time());
    if (offset === TIME_HIGH) return this.#heldHigh;
    if (offset === ALARM_LOW) return low(this.#alarm);
    if (offset === ALARM_HIGH) return high(this.#alarm);
    if (offset === IRQ_ENABLED) return Number(this.#enabled);
    if (offset === ALARM_STATUS) return Number(this.#alarmRuns);
    return undefined;
  }

  write(offset: number, size: number, value: number): void {
    if (size !== 4) return;
    if (offset === TIME_LOW) this.#set(withLow(this.#time(), value));
    else if (offset === TIME_HIGH) this.#set(withHigh(this.#time(), value));
    else if (offset === ALARM_HIGH) this.#alarm = withHigh(this.#alarm, value);
    else if (offset === ALARM_LOW) {
      this.#alarm = withLow(this.#alarm, value);
      this.#alarmRuns = true;
      this.#await();
    } else if (offset === IRQ_ENABLED) this.#enabled = (value & 1) === 1;
    else if (offset === CLEAR_ALARM) {
      this.#alarmRuns = false;
      this.#await();
    } else if (offset === CLEAR_INTERRUPT) this.#pending = false;
    this.#drive();
  }

  /** As one with a battery: it forgets the alarm, and goes on. */
  reset(): void {
    this.#alarm = 0n;
    this.#alarmRuns = false;
    this.#enabled = false;
    this.#pending = false;
    this.#heldHigh = 0;
    this.#await();
    this.#drive();
  }

  /** What it shows, in nanoseconds since 1970; and what it would have shown at virtual time 0, as it was told or its software has set it. */
  get shows(): bigint {
    return this.#time();
  }
  get began(): bigint {
    return BigInt.asUintN(64, this.#startNs + this.#offset);
  }
  /** Sets the latter; the date that it was made with unless given. */
  setStart(date?: string): void {
    const start = date === undefined ? undefined : startSeconds(date);
    const startNs = start === undefined ? this.#startNs : BigInt(start) * BigInt(NS_PER_S);
    this.#set(startNs + BigInt(this.#options.now()));
    this.#drive();
  }

  /** No event of its stays behind. */
  close(): void {
    this.#options.events.off(this.#options.channel);
  }

  capture(): PartState {
    return partState(RTC, {
      ...{ offset: halves(this.#offset), alarm: halves(this.#alarm), alarmRuns: this.#alarmRuns },
      ...{ interruptEnabled: this.#enabled, interruptPending: this.#pending, heldHigh: this.#heldHigh },
    });
  }

  restore(saved: PartState): void {
    const state = stateIn(RTC, saved);
    this.#offset = ofHalves(state.offset);
    this.#alarm = ofHalves(state.alarm);
    this.#alarmRuns = state.alarmRuns;
    this.#enabled = state.interruptEnabled;
    this.#pending = state.interruptPending;
    this.#heldHigh = state.heldHigh;
    this.#await();
    this.#drive();
  }

  #time(): bigint {
    return BigInt.asUintN(64, this.#startNs + BigInt(this.#options.now()) + this.#offset);
  }
  #set(time: bigint): void {
    this.#offset = BigInt.asUintN(64, this.#offset + time - this.#time());
    this.#await();
  }

  /** An event for the instant of the alarm; one of the past rings at once, as QEMU's does. */
  #await(): void {
    const { events, channel, now } = this.#options;
    events.cancel(channel, 0);
    if (!this.#alarmRuns) return;
    const inNs = this.#alarm - this.#time();
    if (inNs <= 0n) this.#ring();
    else events.schedule(now() + Number(inNs), channel, 0);
  }
  #ring(): void {
    this.#alarmRuns = false;
    this.#pending = true;
    this.#drive();
  }
  #drive(): void {
    this.#options.line.set(this.#pending && this.#enabled);
  }
}

const HALF = 32n;
function low(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}
function high(value: bigint): number {
  return Number(value >> HALF);
}
function withLow(value: bigint, half: number): bigint {
  return ((value >> HALF) << HALF) | BigInt(half >>> 0);
}
function withHigh(value: bigint, half: number): bigint {
  return BigInt.asUintN(32, value) | (BigInt(half >>> 0) << HALF);
}
function halves(value: bigint): Uint32Array {
  return Uint32Array.of(low(value), high(value));
}
function ofHalves(words: Uint32Array): bigint {
  return withLow(BigInt(words[1]!) << HALF, words[0]!);
}
