// The flags through which helpers and the loop talk, and the clock in mid-leg. Not architectural: between two calls of `run` nothing
// here means anything, so nothing here is saved.
import { INSTRET, NS_PER_INSTRUCTION } from './generated/layout';

/** A helper took a trap: PC, mode and CSRs are those of the handler, and the helper's result counts for nothing. */
export let trapped: bool = false;
/** Interrupts, timers, mode or the translation context may have changed: the loop must look before the next instruction. */
export let recheck: bool = false;
/** Attached mode: a trap has entered HS-mode, which lives in TypeScript. */
export let exitPending: bool = false;

/** Instructions left in this leg; the one that executes is already taken off. */
export let left: i64 = 0;
/** Instructions of the leg beyond those that the interpreter executes before it takes a sample; see translated.ts. */
export let reserve: i64 = 0;
/** Instructions that the interpreter still may execute before it takes a sample, and what it was given of them at a time. */
export let untilSample: i64 = 0;
export let given: i64 = 0;
/** Virtual time at which `left` and `reserve` reach 0. */
let legEndNs: u64 = 0;

let legLength: i64 = 0;
let unretired: i64 = 0;

export function setTrapped(value: bool): void {
  trapped = value;
}

export function setRecheck(value: bool): void {
  recheck = value;
}

export function setExitPending(value: bool): void {
  exitPending = value;
}

export function setLeft(value: i64): void {
  left = value;
}

export function setReserve(value: i64): void {
  reserve = value;
}

export function setGiven(value: i64): void {
  given = value;
}

/** Begins a new interval between samples. */
export function setInterval(value: i64): void {
  untilSample = value;
}

/** The interpreter has stopped: what it was not given yet is left too. */
export function settleReserve(): void {
  untilSample = max(0, untilSample - (given - left));
  left += reserve;
  reserve = 0;
}

/** Starts a leg of `instructions` at a virtual time. */
export function beginLeg(startNs: u64, instructions: i64): void {
  left = instructions;
  legLength = instructions;
  legEndNs = startNs + <u64>instructions * <u64>load<u32>(NS_PER_INSTRUCTION);
  unretired = 0;
}

/** Cycles that were taken and in which no instruction retired: that of one that trapped, or the stalls of translated code. */
export function notRetired(cycles: i64 = 1): void {
  unretired += cycles;
}

/**
 * Takes the time of so many instructions in which none executes; the leg may then end later than it was to. What the interpreter may
 * execute before the next sample stays, if it can: samples tell where instructions are executed.
 */
export function stall(cycles: i64): void {
  notRetired(cycles);
  const fromReserve = min(reserve, cycles);
  reserve -= fromReserve;
  left -= cycles - fromReserve;
  given -= cycles - fromReserve;
}

/** Virtual time in ns. */
export function now(): u64 {
  return legEndNs - <u64>(left + reserve) * <u64>load<u32>(NS_PER_INSTRUCTION);
}

/** Instructions retired, the one that executes included. */
export function instret(): u64 {
  return load<u64>(INSTRET) + <u64>(legLength - left - reserve - unretired);
}
