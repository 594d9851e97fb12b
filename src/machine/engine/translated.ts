// Where the interpreter and translated code meet (machine/translator/). An entry of translated code is a decoded word of its own, which
// holds the address of a descriptor:
//
//     0  u32  index of the function in the table
//     4  u32  which of its entries
//     8  i32  distance in bytes of the entry's page from the region's base page
//    12  u32  instructions that must be left
//    16  u64  the decoded word that stood there before
//    24  u32  distance in the table of the function for harts whose NX is clear
//
// The function is called with the entry, the region's base address and the instructions left; see translator/emit/region-code.ts.
import {
  CSR_FCSR,
  JUMPED_FROM,
  PC,
  SAMPLE_BUFFER,
  SAMPLE_COUNT,
  SAMPLE_EVERY,
  SAMPLE_SIZE,
  SAMPLES,
  SINGLE,
  STALLED,
  STAT_ENTERED,
  STAT_TRANSLATED,
} from './generated/layout';
import { OP_PAGE_END } from './generated/operations';
import { given, notRetired, reserve, setGiven, setInterval, setReserve, untilSample } from './state';
import { fetchContext, tlbReadBase } from './tlb';
import { samplesFull } from './translator';

/** Translated code is left now and then, so that a better compiled form of it can be entered. */
const LONGEST_VISIT: i64 = 1 << 19;

/** A visit to translated code takes about as long as so many interpreted instructions, and counts as such between samples. */
const VISIT: i64 = 8;

/**
 * Where the interpreter came into the code that it executes, other than by going on where a leg began: the decoded entry and its address; 0
 * when it did not, or has gone on with an instruction that translated code left to it.
 */
let arrival: u32 = 0;
let arrivalPc: u64 = 0;
/** The instruction that translated code has left to the interpreter, as long as that goes on from there: its entry and address; 0 else. */
let leftAt: u32 = 0;
let leftPc: u64 = 0;

/** What the interpreter may execute of `total` instructions before it takes a sample; the rest is the reserve. */
export function fuelOf(total: i64): i64 {
  const fuel = load<u32>(SAMPLE_EVERY) != 0 ? min(total, untilSample) : total;
  setGiven(fuel);
  setReserve(total - fuel);
  return fuel;
}

function arrive(ip: u32): void {
  arrival = ip;
  arrivalPc = load<u64>(PC);
}

/**
 * The interpreter begins at a decoded entry. Where a trap, its return or a change of mode has led, code is entered time and again; where a
 * leg goes on is `byChance`.
 */
export function beginAt(ip: u32, byChance: bool): void {
  store<u32>(JUMPED_FROM, 0);
  leftAt = 0;
  arrive(byChance ? 0 : ip);
}

/** Translated code has left the instruction at a decoded entry to the interpreter. */
export function leftFor(ip: u32, pc: u64): void {
  leftAt = ip;
  leftPc = pc;
}

/** What is left of the fuel when a visit has left `total` of all; what translated code executed is no fuel of the interpreter's. */
export function fuelWithin(budget: i64, total: i64): i64 {
  const fuel = min(budget, total);
  setGiven(given - (budget - fuel));
  setReserve(total - fuel);
  return fuel;
}

/** Takes the cost of a visit from the fuel; `total` is all that is left. */
export function fuelAfterVisit(budget: i64, total: i64, ip: u32): i64 {
  arrive(ip);
  const fuel = max(budget - VISIT, 0);
  setReserve(total - fuel);
  return fuel;
}

/** The interpreter has used its fuel at a decoded entry: notes where, and gives it more. */
export function sample(ip: u32, pageStart: u32, pcBase: u64): i64 {
  const count = load<u32>(SAMPLE_COUNT);
  const at = SAMPLE_BUFFER + count * SAMPLE_SIZE;
  store<u64>(at, pcBase + <u64>(ip >>> 2));
  store<u32>(at, pageStart, 8);
  store<u32>(at, ip == arrival ? load<u32>(JUMPED_FROM) : 0, 12);
  store<u64>(at, arrivalPc, 16);
  store<u32>(at, arrival, 24);
  store<u32>(at, tlbReadBase, 28);
  store<u64>(at, fetchContext, 32);
  store<u64>(at, leftPc, 40);
  store<u32>(at, leftAt, 48);
  setInterval(<i64>load<u32>(SAMPLE_EVERY));
  store<u32>(SAMPLE_COUNT, count + 1);
  if (count + 1 == SAMPLES) {
    store<u32>(SAMPLE_COUNT, 0);
    samplesFull();
  }
  return fuelOf(reserve);
}

/** True when enough is left for the entry to be worth calling. */
export function mayEnter(descriptor: u32, total: i64): bool {
  return total >= <i64>load<u32>(descriptor, 12);
}

/** Calls translated code; the result is as region-code.ts says, with `left` of all that is left. */
export function callTranslated(descriptor: u32, pageVa: u64, total: i64): i64 {
  const visit = <i32>min(total, LONGEST_VISIT);
  const base = pageVa - <u64><i64>load<i32>(descriptor, 8);
  const exact = (load<u32>(CSR_FCSR) & 1) != 0 ? 0 : load<u32>(descriptor, 24);
  arrival = 0;
  leftAt = 0;
  store<u32>(JUMPED_FROM, 0);
  store<u32>(STALLED, 0);
  const result = call_indirect<i32>(load<u32>(descriptor) + exact, load<u32>(descriptor, 4), base, visit);
  const done = visit - (result >> 1);
  const stalled = <i64>load<u32>(STALLED);
  notRetired(stalled);
  store<u64>(STAT_TRANSLATED, load<u64>(STAT_TRANSLATED) + <u64>(<i64>done - stalled));
  store<u64>(STAT_ENTERED, load<u64>(STAT_ENTERED) + 1);
  return ((total - done) << 1) | (result & 1);
}

/** Puts the instruction of an entry where the interpreter can execute it alone: behind it a page ends. */
export function single(descriptor: u32): u32 {
  store<u64>(SINGLE, load<u64>(descriptor, 16));
  for (let end: u32 = 8; end <= 16; end += 8) store<u64>(SINGLE + end, OP_PAGE_END << 1);
  return SINGLE;
}
