// The loop of the selected hart: timers, interrupts, a budget of instructions up to the next known event, and the interpreter.
import { CSR_MIE, CSR_MIP, INSTRET, NOW, NS_PER_INSTRUCTION, WAITING, X } from './generated/layout';
import { interpret } from './generated/interpreter';
import { takeBreak } from './breaks';
import { enter, entryPcBase } from './fetch';
import { dropOtherReservations } from './hart';
import {
  beginLeg,
  exitPending,
  left,
  notRetired,
  now,
  instret,
  recheck,
  setExitPending,
  setLeft,
  setRecheck,
  setTrapped,
  settleReserve,
  trapped,
} from './state';
import { nextTimerNs } from './timers';
import { beginAt } from './translated';
import { pendingInterrupt, takeInterrupt, wakes } from './trap';

/** The time given to `run` has come, or a stop was requested. */
const EXIT_DEADLINE: i32 = 0;
/** Attached mode: a trap has entered HS-mode; its CSRs say why. */
const EXIT_TRAP: i32 = 1;
/** The next instruction has a breakpoint; nothing of it has happened. */
const EXIT_BREAK: i32 = 2;

/** Takes writes to x0. */
const SINK: u32 = X + 32 * 8;

let stopRequested: bool = false;

/** Makes `run` return before its time: something outside may be due earlier than the caller knew. */
export function requestStop(): void {
  stopRequested = true;
  setRecheck(true);
}

/** Instructions until `atNs`, rounded up: the leg ends with the first instruction that begins at or after it. */
function instructionsUntil(atNs: u64, nowNs: u64, ns: u64): i64 {
  return atNs <= nowNs ? 1 : <i64>((atNs - nowNs + ns - 1) / ns);
}

/** Runs the selected hart until virtual time `untilNs` or an exit; the result is an exit code. */
export function run(untilNs: u64): i32 {
  const code = runLegs(untilNs);
  // What was written to x0 is nothing that a snapshot may hold.
  store<u64>(SINK, 0);
  return code;
}

function runLegs(untilNs: u64): i32 {
  const ns: u64 = load<u32>(NS_PER_INSTRUCTION);
  dropOtherReservations();
  setExitPending(false);
  stopRequested = false;
  let isByChance = true;
  while (true) {
    const start = load<u64>(NOW);
    if (start >= untilNs) return EXIT_DEADLINE;
    beginLeg(start, 0);
    if (load<u32>(WAITING) != 0) {
      if (!wakes()) {
        // Nothing executes while a WFI waits: time passes to the next timer of the hart, or to the caller's event.
        store<u64>(NOW, min(untilNs, max(nextTimerNs(), start + 1)));
        continue;
      }
      store<u32>(WAITING, 0);
    }
    const cause = pendingInterrupt();
    if (cause >= 0) {
      takeInterrupt(cause);
      isByChance = false;
      store<u64>(NOW, now());
      if (exitPending) return EXIT_TRAP;
      continue; // that took time: others may be pending now
    }
    beginLeg(start, instructionsUntil(min(untilNs, nextTimerNs()), start, ns));
    setRecheck(false);
    while (left > 0 && !recheck && !exitPending) {
      setTrapped(false);
      const entry = enter();
      if (trapped) {
        setLeft(left - 1); // a fetch that faults takes the time of an instruction, so that no handler loops in zero time
        notRetired();
      } else {
        beginAt(entry, isByChance);
        interpret(entry, entryPcBase);
        settleReserve();
        if (trapped) notRetired();
      }
      isByChance = false;
    }
    isByChance = left <= 0;
    store<u64>(NOW, now());
    store<u64>(INSTRET, instret());
    setTrapped(false);
    if (exitPending) return EXIT_TRAP;
    if (takeBreak()) return EXIT_BREAK;
    if (stopRequested) return EXIT_DEADLINE;
  }
}
