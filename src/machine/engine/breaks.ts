// Breakpoints of a person on addresses of guests, or of whatever runs on a bare hart. While there are any, the instructions at their places in a page, in whatever page,
// have a decoded word of their own (OP_BREAK); who comes to one looks at the whole address here. Nothing of it is architectural: a run
// that stops and goes on is the same run.
import {
  BREAK_COUNT,
  BREAK_PASS,
  BREAK_SIZE,
  BREAKS,
  CSR_HGATP,
  CSR_VSATP,
  HART,
  PC,
  SINGLE,
  VIRT,
} from './generated/layout';
import { OP_PAGE_END } from './generated/operations';
import { decodedForm } from './fetch';
import { instret, setRecheck } from './state';
import { vmidOf } from './tlb';

// An entry of BREAKS: address, vsatp of its space (~0: any), VMID. An entry of BREAK_PASS, by hart: pc and count of instructions.
const SPACE: u32 = 8;
const VMID: u32 = 16;
const ANY_SPACE: u64 = ~0;
/** Whoever is on the hart, guest or not. */
const ANYBODY: u32 = ~0;
/** No VMID: software that is no guest. */
const NO_VM: u32 = 0xffff_fffe;

let hit: bool = false;

/** The instruction at PC has a breakpoint and has not been passed: the run ends before it. PC and `left` are up to date. */
export function stopsHere(): bool {
  const pc = load<u64>(PC);
  if (!isAt(pc)) return false;
  const pass = BREAK_PASS + (load<u32>(HART) << 4);
  if (load<u64>(pass) == pc && load<u64>(pass, 8) == instret()) return false;
  hit = true;
  setRecheck(true);
  return true;
}

function isAt(pc: u64): bool {
  const vmid: u32 = load<u32>(VIRT) == 0 ? NO_VM : <u32>vmidOf(load<u64>(CSR_HGATP));
  const end = BREAKS + load<u32>(BREAK_COUNT) * BREAK_SIZE;
  for (let at = BREAKS; at < end; at += BREAK_SIZE) {
    if (load<u64>(at) != pc || (load<u32>(at, VMID) != vmid && load<u32>(at, VMID) != ANYBODY)) continue;
    const space = load<u64>(at, SPACE);
    if (space == ANY_SPACE || space == load<u64>(CSR_VSATP)) return true;
  }
  return false;
}

/** Whether the run ended at a breakpoint, once. */
export function takeBreak(): bool {
  const was = hit;
  hit = false;
  return was;
}

/** Puts the instruction under the decoded word `ip` of a page where it is executed alone: behind it a page ends. */
export function behindBreak(ip: u32, page: u32): u32 {
  store<u64>(SINGLE, decodedForm(page, (ip - page) >> 2));
  for (let end: u32 = 8; end <= 16; end += 8) store<u64>(SINGLE + end, OP_PAGE_END << 1);
  return SINGLE;
}
